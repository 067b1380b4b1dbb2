"""The hidden key of a public form: proof that we issued the form, and what tells two presses of its button apart.

No cookie is needed for it: without a session there is nothing a forged form could abuse (docs/decisions).
"""

import secrets
from collections.abc import Callable
from typing import Any

from flask import abort, request
from flask_babel import gettext as _
from wtforms import Form, HiddenField

from app import links
from app.web import origin


class FormKeyField(HiddenField):
    """Carries the key; its data survives a refusal, so that the mended form is still the same form."""


def issue(purpose: str, *, offered: tuple[str, ...] = (), wording: int = 0) -> str:
    """A new key for one form. ``offered`` are the ways of attending that had seats when it was shown; ``wording`` is
    the latest version of its questions."""
    return issuer(purpose, offered=offered, wording=wording)()


def issuer(purpose: str, *, offered: tuple[str, ...] = (), wording: int = 0) -> Callable[[], str]:
    """Makes keys for such forms, also outside of a request."""
    sign = links.signer(links.FORM)
    return lambda: sign(purpose, secrets.token_urlsafe(9), wording, *offered)


def purpose_of(token: str) -> str | None:
    values = links.read(links.FORM, token)
    return str(values[0]) if values else None


def offered_in(token: str) -> list[str]:
    values = links.read(links.FORM, token)
    return [str(value) for value in values[3:]] if values else []


def wording_in(token: str) -> int:
    values = links.read(links.FORM, token) or []
    return int(values[2]) if len(values) > 2 else 0


class KeyedForm(Form):
    """A form with a key for one purpose ("register-12"). ``key_failed`` tells a stale key from a mistyped field."""

    form_key = FormKeyField()

    def __init__(self, *args: Any, purpose: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.purpose = purpose
        self.key_failed = False

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        if purpose_of(self.form_key.data or "") == self.purpose:
            return valid
        self.key_failed = True
        self.form_key.data = issue(self.purpose)
        self.form_errors.append(_("We do not know this form any more. Nothing was sent: please send it again."))
        return False

    def ensure_key(self) -> None:
        """Give a form that was not sent yet its key."""
        self.form_key.data = self.form_key.data or issue(self.purpose)

    def refuse_in_field(self, name: str, sentence: Any) -> None:
        """Say beside the field, or above the form that does not have it, what a verb refused."""
        if name in self:
            self[name].errors = [*self[name].errors, sentence]
        else:
            self.form_errors.append(sentence)

    @property
    def status(self) -> int:
        """The status of the page that brings the form back."""
        return 400 if self.key_failed else 422


def refuse_cross_site() -> None:
    """Refuse a POST that another site's page sent (a before_request function)."""
    if request.method == "POST" and not origin.is_from_here():
        abort(400)
