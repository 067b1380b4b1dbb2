"""Personal links: signed, bound to one purpose, without a secret in the database.

A link carries a registration's (or a submission's) id and a version. Raising the version revokes it.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from flask import current_app
from itsdangerous import BadData, Serializer, TimestampSigner, URLSafeSerializer
from itsdangerous.encoding import base64_encode

from app import keys

MANAGE = "manage-registration"
CALENDAR = "my-calendar"
OFFER = "offered-seat"
TAKE_OVER = "take-over-seat"
NEW_ADDRESS = "new-address"
BOOKING = "booking"
BOOKED_ADDRESS = "booked-address"
CONFIRMATION = "confirmation-page"
FORM = "registration-form"
CONFIRM_FOLLOWING = "confirm-following"
SUBSCRIPTIONS = "subscriptions"
STOP_NEWS = "stop-news"
INVITATION = "staff-invitation"
INVITED = "invited-to-register"
MAXIMUM_LENGTH = 500  # A longer token is refused before it is read.
APART = 120  # Seconds by which the clocks of two machines may differ.
TOO_SHORT_TO_PRESS = 24  # Bytes: a number and a version.


@dataclass(frozen=True)
class Reference:
    """What a link names: one row, at one version."""

    id: int
    version: int


class _Serializer(URLSafeSerializer):
    """Presses together only what could get shorter by it: trying took twice as long as signing."""

    def dump_payload(self, obj: Any) -> bytes:
        plain: bytes = Serializer.dump_payload(self, obj)
        return base64_encode(plain) if len(plain) < TOO_SHORT_TO_PRESS else super().dump_payload(obj)


class PatientSigner(TimestampSigner):
    """Takes what another node has just signed whose clock is a little ahead. By itself the library calls it expired."""

    apart = 0

    def get_timestamp(self) -> int:
        return super().get_timestamp() + self.apart

    def unsign(self, signed_value: str | bytes, max_age: int | None = None, return_timestamp: bool = False) -> Any:
        self.apart = APART
        return super().unsign(signed_value, max_age and max_age + APART, return_timestamp)  # type: ignore[call-overload]


def _serializer(purpose: str) -> URLSafeSerializer:
    return _made(tuple(keys.signing_keys(current_app.config)), purpose)


@cache
def _made(signing_keys: tuple[str, ...], purpose: str) -> URLSafeSerializer:
    return _Serializer(list(signing_keys), salt=purpose, signer_kwargs={"digest_method": hashlib.sha256})


def sign(purpose: str, *values: Any) -> str:
    """A token for this purpose that carries these values."""
    return signer(purpose)(*values)


def signer(purpose: str) -> Callable[..., str]:
    """The same for any values, also later and outside of a request."""
    serializer = _serializer(purpose)

    def signed(*values: Any) -> str:
        token = serializer.dumps(values)
        return token if isinstance(token, str) else token.decode()

    return signed


def read(purpose: str, token: str) -> list[Any] | None:
    """The values a token carries, or None when we did not sign it for this purpose."""
    if len(token) > MAXIMUM_LENGTH or not token.isascii():
        return None
    values = _loaded(_serializer(purpose), token)
    return None if values is None else list(values)


@lru_cache(maxsize=1024)  # One request asks several times what stands in its form's key.
def _loaded(serializer: URLSafeSerializer, token: str) -> tuple[Any, ...] | None:
    try:
        values = serializer.loads(token)
    except BadData:
        return None
    return tuple(values) if isinstance(values, list) else None


def sign_reference(purpose: str, row_id: int, version: int = 1) -> str:
    return sign(purpose, row_id, version)


def read_reference(purpose: str, token: str) -> Reference | None:
    match read(purpose, token):
        case [int(row_id), int(version)]:
            return Reference(row_id, version)
    return None


def absolute(path: str, language: str = "en") -> str:
    """A path of ours as a full address for mails and files, in the reader's language. Never from the Host header."""
    prefix = "" if language == current_app.config["LANGUAGES"][0] else f"/{language}"
    return f"{current_app.config['BASE_URL']}{prefix}{path}"


def manage(registration_id: int, version: int, language: str = "en", *, act: str = "") -> str:
    """The address of one person's own page, or of one act on it (change, join)."""
    token = sign_reference(MANAGE, registration_id, version)
    return absolute(f"/registrations/{token}" + (f"/{act}" if act else ""), language)


def calendar(registration_id: int, version: int, language: str = "en", *, page: str = "calendar.ics") -> str:
    """The address to which a calendar program subscribes, or one of the pages that its entries lead to (links, join).

    They show one person's entries, let somebody in, and have mail sent to that person. They change nothing else.
    """
    return absolute(f"/registrations/{sign_reference(CALENDAR, registration_id, version)}/{page}", language)


def offer(registration_id: int, version: int, language: str = "en") -> str:
    """The address at which one person answers for an offered seat. It opens nothing else."""
    return absolute(f"/registrations/{sign_reference(OFFER, registration_id, version)}/offer", language)


def take_over(registration_id: int, version: int, language: str = "en") -> str:
    """The address at which a colleague takes a seat over. It shows nothing of whose seat it is but the name."""
    return absolute(f"/registrations/{sign_reference(TAKE_OVER, registration_id, version)}/take-over", language)


def new_address(registration_id: int, version: int, language: str = "en") -> str:
    """The address at which somebody confirms that a registration moves to their mailbox."""
    return absolute(f"/registrations/{sign_reference(NEW_ADDRESS, registration_id, version)}/new-address", language)


def booking(booking_id: int, version: int, language: str = "en") -> str:
    """The address of the page on which a booker sees, changes and cancels whom they registered."""
    return absolute(f"/bookings/{sign_reference(BOOKING, booking_id, version)}", language)


def booked_address(place_id: int, version: int, language: str = "en") -> str:
    """The address at which somebody whom a colleague registered says that this is their mailbox."""
    return absolute(f"/bookings/{sign_reference(BOOKED_ADDRESS, place_id, version)}/new-address", language)


def confirm_following(request_id: int, version: int, language: str = "en") -> str:
    """The address at which the owner of a mailbox says that they want to follow something."""
    return absolute(f"/follow/{sign_reference(CONFIRM_FOLLOWING, request_id, version)}", language)


def subscriptions(digest: str, language: str = "en") -> str:
    """The address at which somebody changes what they follow."""
    return absolute(f"/subscriptions/{sign(SUBSCRIPTIONS, digest)}", language)


def stop_news(digest: str, language: str = "en") -> str:
    """The address that stops all news: for the person a page with a button, for mail programs one POST (RFC 8058)."""
    return absolute(f"/subscriptions/{sign(STOP_NEWS, digest)}/stop", language)


def read_text(purpose: str, token: str) -> str | None:
    """The one text that a token carries, if we signed it for this purpose."""
    match read(purpose, token):
        case [str(text)]:
            return text
    return None


def invited(invitation_id: int, version: int, language: str = "en") -> str:
    """The address at which somebody who is invited registers, once."""
    return absolute(f"/invitations/{sign_reference(INVITED, invitation_id, version)}", language)
