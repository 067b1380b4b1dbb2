"""Invitations in a crowd: each address is invited and mailed once, and a link is used or taken back, never both."""

from collections.abc import Callable, Sequence
from functools import partial
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.db import db, transact
from app.models import Access, Invitation, MessageKind, OutgoingEmail
from app.operations.registration import inviting, questioning
from app.operations.registration.admitting import InvitationNeededError
from app.operations.registration.cancelling import cancel
from app.operations.registration.inviting import InvitationUsedError, Invited
from tests.races.conftest import at_once
from tests.support.desk import details, make_event, registrations, sign_up, with_rules

pytestmark = [pytest.mark.usefixtures("at"), pytest.mark.slow]
GUESTS = [f"guest{number}@importer.example" for number in range(8)]
EDITORS = ("ana@example.gov", "bo@example.gov", "cy@example.gov", "ed@example.gov")


@pytest.fixture
def event_id(app: Flask) -> int:
    return with_rules(make_event(capacity=50), access=Access.INVITED)


def invite(event_id: int, addresses: Sequence[str], by: str) -> object:
    return transact(lambda at: inviting.invite(event_id, addresses, by=by, at=at))


def invitations() -> list[Invitation]:
    db.session.rollback()
    return list(db.session.scalars(db.select(Invitation).order_by(Invitation.id)))


def mails() -> list[str]:
    found = db.session.scalars(db.select(OutgoingEmail).filter_by(kind=MessageKind.INVITATION))
    return sorted(mail.recipient for mail in found)


def tried(act: Callable[[], object]) -> object:
    """What came of it, or the refusal."""
    try:
        return act()
    except (InvitationNeededError, InvitationUsedError) as refusal:
        return type(refusal)


def coming(invitation: Invitation) -> Callable[[], object]:
    typed = details(email=invitation.email, invitation=(invitation.id, invitation.link_version))
    return partial(tried, partial(sign_up, invitation.event_id, typed))


def revoking(invitation: Invitation) -> Callable[[], object]:
    wanted = invitation.id
    return partial(tried, lambda: transact(lambda at: inviting.revoke(wanted, by=EDITORS[0], at=at).id))


def resending(invitation: Invitation) -> Callable[[], object]:
    wanted = invitation.id
    return partial(tried, lambda: transact(lambda at: inviting.resend(wanted, by=EDITORS[0], at=at)))


def test_four_members_invite_the_same_people(app: Flask, event_id: int) -> None:
    results = at_once(app, [partial(invite, event_id, GUESTS, by) for by in EDITORS])
    assert sorted(str(result) for result in results) == sorted(map(str, [Invited(8), *[Invited(0, 8)] * 3]))
    assert mails() == GUESTS


def test_a_link_is_used_or_taken_back(app: Flask, event_id: int) -> None:
    invite(event_id, GUESTS, EDITORS[0])
    acts = [act(one) for one in invitations() for act in (coming, revoking, coming)]
    assert {type(result) for result in at_once(app, acts)} <= {int, type}
    check(event_id)


def check(event_id: int) -> None:
    """Each invitation was used or taken back, and whoever used one is registered."""
    found = invitations()
    assert all(bool(one.used_at) != bool(one.revoked_at) for one in found), "A link was used and taken back."
    used = [one.email for one in found if one.used_at]
    assert sorted(person.email for person in registrations(event_id)) == used


def test_a_link_asked_for_twice_leaves_once(app: Flask, event_id: int) -> None:
    came_and_left(event_id)
    [invitation] = invitations()
    assert sorted(map(str, at_once(app, [resending(invitation)] * 4))) == ["False"] * 3 + ["True"]
    assert mails() == GUESTS[:1] * 2


def came_and_left(event_id: int) -> None:
    invite(event_id, GUESTS[:1], EDITORS[0])
    coming(invitations()[0])()
    person = registrations(event_id)[0].id
    transact(lambda at: cancel(person, at=at).id)


# The controls: with the lock taken out, two read how the invitations stand before either of them writes.


def meeting(monkeypatch: pytest.MonkeyPatch, *places: tuple[object, str]) -> None:
    """Let two acts wait for each other once they have come to these places."""
    barrier = Barrier(2)

    def met(act: Callable[..., object], *given: object, **more: object) -> object:
        barrier.wait(timeout=30)
        return act(*given, **more)

    for module, name in places:
        monkeypatch.setattr(module, name, partial(met, getattr(module, name)))


@pytest.mark.usefixtures("without_the_lock")
def test_without_the_lock_somebody_comes_by_a_link_taken_back(
    app: Flask, event_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    invite(event_id, GUESTS[:1], EDITORS[0])
    [invitation] = invitations()
    acts = [coming(invitation), revoking(invitation)]
    meeting(monkeypatch, (questioning, "refuse_full"), (inviting, "_record"))
    assert all(isinstance(result, int) for result in at_once(app, acts))
    with pytest.raises(AssertionError, match="used and taken back"):
        check(event_id)


@pytest.mark.usefixtures("without_the_lock")
@pytest.mark.parametrize("before", ["", "came and left"])
def test_without_the_lock_people_are_invited_twice(
    app: Flask, event_id: int, monkeypatch: pytest.MonkeyPatch, before: str
) -> None:
    acts: list[Callable[[], object]] = [partial(invite, event_id, GUESTS[:1], by) for by in EDITORS[:2]]
    if before:
        came_and_left(event_id)
        acts = [resending(invitations()[0])] * 2
    meeting(monkeypatch, (inviting, "_make"), (inviting, "_renew"))
    # The second invitation or mail meets what the tables allow once: their last defence, as an error.
    assert sorted(isinstance(result, IntegrityError) for result in at_once(app, acts)) == [False, True]
