"""What a person typed: plain values between the form and the verbs."""

import unicodedata
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import idna

from app.models import Answer, Mode, Need, Role, UsPerson
from app.models.search import search_key

# What is told of a person in words. Forms, verbs and lists of old and new values go through these.
PERSON_TEXTS = ("first_name", "middle_name", "last_name", "suffix", "organization", "job_title", "country")


@dataclass(frozen=True)
class Needs:
    """What the person needs to take part: ticked needs and words."""

    ticked: tuple[Need, ...] = ()
    text: str = ""

    def __bool__(self) -> bool:
        return bool(self.ticked or self.text)

    def to_json(self) -> list[Any]:
        return [[need.value for need in self.ticked], self.text]

    @classmethod
    def from_json(cls, values: list[Any]) -> "Needs":
        return cls(tuple(map(Need, values[0])), values[1])


@dataclass(frozen=True)
class GivenAnswer:
    """One answer, to a question as it was worded when the person saw it. An empty one is none, and is left out."""

    question_id: int
    version_id: int
    value: tuple[str, ...]

    @classmethod
    def of(cls, answer: "Answer | GivenAnswer") -> "GivenAnswer":
        return cls(answer.question_id, answer.version_id, tuple(answer.value))

    def to_json(self) -> list[Any]:
        return [self.question_id, self.version_id, list(self.value)]

    @classmethod
    def from_json(cls, values: list[Any]) -> "GivenAnswer":
        return cls(values[0], values[1], tuple(values[2]))

    def with_value(self, value: tuple[str, ...]) -> "GivenAnswer":
        return replace(self, value=value)

    @property
    def columns(self) -> dict[str, Any]:
        return {"question_id": self.question_id, "version_id": self.version_id, "value": list(self.value)}


@dataclass(frozen=True)
class Colleague:
    """Somebody whom the form registers too. What it does not ask of each is as the sender's own."""

    first_name: str = ""
    middle_name: str = ""
    last_name: str = ""
    suffix: str = ""
    email: str = ""  # Empty for somebody without an address, who is booked under the sender's.
    job_title: str = ""
    country: str = ""
    role: Role | None = None
    same_sessions: bool = True
    answers: tuple[GivenAnswer, ...] = ()
    needs: Needs = field(default_factory=Needs)
    us_person: UsPerson | None = None

    def to_json(self) -> dict[str, Any]:
        told = {name: getattr(self, name) for name in (*COLLEAGUE_FIELDS, "email", "same_sessions")}
        answered = {"answers": [one.to_json() for one in self.answers], "needs": self.needs.to_json()}
        answered |= {"us_person": self.us_person.value} if self.us_person else {}
        return {**told, "role": self.role.value if self.role else None, **answered}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Colleague":
        read = {
            "role": Role(values["role"]) if values["role"] else None,
            "answers": tuple(map(GivenAnswer.from_json, values.get("answers", ()))),
            "needs": Needs.from_json(values.get("needs", [[], ""])),
            "us_person": UsPerson(values["us_person"]) if "us_person" in values else None,
        }
        return cls(**{**values, **read})


@dataclass(frozen=True)
class RegistrationDetails:
    """One filled form, cleaned and checked. Fields the event does not ask are empty."""

    mode: Mode
    email: str
    first_name: str = ""
    middle_name: str = ""
    last_name: str = ""
    suffix: str = ""
    organization: str = ""
    job_title: str = ""
    country: str = ""
    role: Role | None = None
    days: tuple[str, ...] = ()
    wants_mail: bool = False
    needs: Needs = field(default_factory=Needs)
    sessions: tuple[int, ...] = ()  # The ids of the sessions that were picked.
    noticed_overlaps: tuple[str, ...] = ()  # Overlaps among them that the person means, as fitting.key_of names them.
    keeps_turn: bool = False  # Attends online, and waits in line for a seat in the room.
    answers: tuple[GivenAnswer, ...] | None = None  # None where no questions were shown: what stands stays.
    access_code: str = ""
    language: str = "en"
    us_person: UsPerson | None = None  # Where a guarded site asks; sealed apart from the registration.
    invitation: tuple[int, int] | None = None  # The row and the version of the link through which the form came.
    is_guest: bool = False  # The address is a colleague's; the name tells who it is.
    colleagues: tuple[Colleague, ...] = ()
    all_or_none: bool = False  # Nobody of them wants a seat unless there is one for each.

    @property
    def is_plain(self) -> bool:
        """Whether it asks for nothing but one seat at the event."""
        return not (self.sessions or self.keeps_turn or self.colleagues)

    @property
    def sender(self) -> "RegistrationDetails":
        """The same for whoever fills the form alone."""
        return replace(self, colleagues=(), all_or_none=False)

    @property
    def everybody(self) -> list["RegistrationDetails"]:
        """One form for each person: the sender's first."""
        return [self.sender, *(self._of(one) for one in self.colleagues)]

    def _of(self, one: Colleague) -> "RegistrationDetails":
        values: dict[str, Any] = {name: getattr(self, name) for name in SHARED_FIELDS}
        values |= {name: getattr(one, name) for name in COLLEAGUE_FIELDS}
        values |= {"email": one.email or self.email, "is_guest": not one.email}
        values |= {"answers": one.answers, "needs": one.needs, "us_person": one.us_person}
        return RegistrationDetails(**values, sessions=self.sessions if one.same_sessions else ())

    @cached_property
    def email_key(self) -> str:
        return email_key(self.email)

    @property
    def guest_key(self) -> str:
        """What tells people apart who are booked under one address; empty for whose address it is."""
        return guest_key(self.first_name, self.middle_name, self.last_name) if self.is_guest else ""

    @property
    def person_key(self) -> str:
        """Names one person at one event: their address, and for a guest their name under it."""
        return person_key(self.email_key, self.guest_key)

    @property
    def name_key(self) -> str:
        return name_key(self.first_name, self.middle_name, self.last_name)

    @property
    def full_name(self) -> str:
        parts = (self.first_name, self.middle_name, self.last_name, self.suffix)
        return " ".join(part for part in parts if part)

    def with_values(self, **values: Any) -> "RegistrationDetails":
        return replace(self, **values)

    def with_email(self, email: str) -> "RegistrationDetails":
        return replace(self, email=email)

    def to_json(self) -> dict[str, Any]:
        """For keeping, sealed. ``from_json`` reads it back."""
        values = {name: getattr(self, name) for name in TEXT_FIELDS}
        return values | {
            "mode": self.mode.value,
            "role": self.role.value if self.role else None,
            "days": list(self.days),
            "wants_mail": self.wants_mail,
            "needs": [need.value for need in self.needs.ticked],
            "needs_text": self.needs.text,
            "sessions": list(self.sessions),
            "noticed_overlaps": list(self.noticed_overlaps),
            "keeps_turn": self.keeps_turn,
            "answers": [one.to_json() for one in self.answers or ()],
            **({"us_person": self.us_person.value} if self.us_person else {}),
            **({"invitation": list(self.invitation)} if self.invitation else {}),
            **self._colleagues_json,
        }

    @property
    def _colleagues_json(self) -> dict[str, Any]:
        if not self.colleagues:
            return {}
        return {"colleagues": [one.to_json() for one in self.colleagues], "all_or_none": self.all_or_none}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "RegistrationDetails":
        return cls(
            mode=Mode(values["mode"]),
            role=Role(values["role"]) if values["role"] else None,
            days=tuple(values["days"]),
            wants_mail=values["wants_mail"],
            needs=Needs(tuple(Need(need) for need in values["needs"]), values["needs_text"]),
            sessions=tuple(values.get("sessions", ())),
            noticed_overlaps=tuple(values.get("noticed_overlaps", ())),
            keeps_turn=values.get("keeps_turn", False),
            answers=tuple(map(GivenAnswer.from_json, values.get("answers", ()))),
            colleagues=tuple(map(Colleague.from_json, values.get("colleagues", ()))),
            us_person=UsPerson(values["us_person"]) if "us_person" in values else None,
            invitation=tuple(values["invitation"]) if "invitation" in values else None,
            all_or_none=values.get("all_or_none", False),
            **{name: values.get(name, "") for name in TEXT_FIELDS},
        )


# Of a form for several people: what is the same for all, and what each has of their own.
SHARED_FIELDS = ("mode", "organization", "days", "noticed_overlaps", "keeps_turn", "access_code", "language")
COLLEAGUE_FIELDS = ("first_name", "middle_name", "last_name", "suffix", "job_title", "country", "role")
TEXT_FIELDS = ("email", *PERSON_TEXTS, "access_code", "language")


def email_key(email: str) -> str:
    """The form in which one address is one person: composed, in lower case, its domain in ASCII."""
    local, _, domain = unicodedata.normalize("NFC", email.strip()).casefold().rpartition("@")
    if not domain.isascii():
        with suppress(idna.IDNAError):  # A domain that cannot be written so stays as it is, still one key.
            domain = idna.encode(domain, uts46=True).decode("ascii")
    return f"{local}@{domain}"


def person_key(address_key: str, guest_key: str) -> str:
    return f"{address_key}/{guest_key}" if guest_key else address_key


def name_key(first: str, middle: str, last: str) -> str:
    """Sorted by last name; people with one name sort by it."""
    return search_key(" ".join(part for part in (last, first, middle) if part))[:320]


def guest_key(first: str, middle: str, last: str) -> str:
    """Names somebody under another person's address. A name of signs alone, which folds to nothing, stays as it is."""
    return name_key(first, middle, last) or f"{last} {first} {middle}".casefold().strip()[:320]
