"""Forms that register several people, and what is kept of them."""

from app import links
from app.db import db, transact
from app.models import BookedPlace, Booking, MessageKind, OutgoingEmail
from app.operations.registration import changing_places, picturing
from app.operations.registration.details import Colleague, RegistrationDetails
from tests.support.desk import details, make_event, with_rules

MARIA = {
    "first_name": "Maria",
    "last_name": "Keller",
    "email": "maria@broker.example",
    "organization": "Keller",
}


def booked_form(*names: str, own: bool = True, **given: object) -> RegistrationDetails:
    """Maria registers these colleagues too, each with an address of their own unless told otherwise."""
    emails = [f"{name.lower()}@broker.example" if own else "" for name in names]
    colleagues = [Colleague(name, last_name="Lim", email=email) for name, email in zip(names, emails, strict=True)]
    return details(**{**MARIA, "colleagues": tuple(colleagues), **given})


def group_event(capacity: int | None = None, *, most: int = 4, **rules: object) -> int:
    return with_rules(make_event(capacity=capacity), most_colleagues=most, **rules)


def mails(kind: MessageKind) -> list[OutgoingEmail]:
    query = db.select(OutgoingEmail).where(OutgoingEmail.kind == kind)
    return list(db.session.scalars(query.order_by(OutgoingEmail.id)))


def places() -> list[BookedPlace]:
    db.session.expire_all()
    return list(db.session.scalars(db.select(BookedPlace).order_by(BookedPlace.id)))


def bookers_page() -> str:
    """The address in the booker's mail."""
    made = db.session.scalars(db.select(Booking).order_by(Booking.id)).all()[-1]
    return f"/bookings/{links.sign_reference(links.BOOKING, made.id, made.link_version)}"


def rename(place: BookedPlace, first_name: str, last_name: str = "Lim") -> None:
    """The booker corrects a name."""
    place_id, stands = place.id, picturing.typed(place) or picturing.named(place)
    typed = stands.with_values(first_name=first_name, last_name=last_name)
    transact(lambda at: changing_places.change(place_id, typed, at=at))
