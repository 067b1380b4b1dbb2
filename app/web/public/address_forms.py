"""Forms of the public pages that take an address."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.web.doubted_address import DoubtsAddress
from app.web.fields import email_field
from app.web.public.form_key import KeyedForm


class AddressedForm(DoubtsAddress, KeyedForm):
    """A form with an address beside other things."""

    def __init__(self, formdata: Any = None, **given: Any) -> None:
        super().__init__(formdata, **given)
        self.doubt_address(sent=formdata is not None)


class AddressForm(AddressedForm):
    """An address alone: to correct one, or to have one's links mailed."""

    email = email_field(
        _l("Email address"),
        required=_l("Enter an email address."),
        render_kw={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"},
    )
