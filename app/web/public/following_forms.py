"""The forms of following: what, how often, and the address."""

from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError
from wtforms.fields.choices import SelectChoice

from app.models import Rhythm, Subscriber
from app.operations.communication import wishing
from app.operations.communication.wishing import Wish
from app.web import filters
from app.web.choices import CheckboxesField, RadiosField, choice
from app.web.doubted_address import DoubtsAddress
from app.web.fields import email_field
from app.web.public.entry_fields import trap_field
from app.web.public.form_key import KeyedForm


class FollowingForm(KeyedForm):
    """Series, topics, and how often. Choices are addresses' last parts, as they stand in links to this page."""

    series = CheckboxesField(_l("Series"))
    topics = CheckboxesField(_l("Topics"))
    rhythm = RadiosField(_l("How often"), choices=[choice(rhythm) for rhythm in Rhythm], default=Rhythm.WEEKLY.value)

    def __init__(self, formdata: Any = None, *, purpose: str, **given: Any) -> None:
        super().__init__(formdata, purpose=purpose, **given)
        series, topics = wishing.everything()
        self.ids_of_series = {one.slug: one.id for one in series}
        self.ids_of_topics = {one.slug: one.id for one in topics}
        self.series.choices = [SelectChoice(one.slug, one.full_name) for one in series]
        self.topics.choices = [SelectChoice(one.slug, one.name) for one in topics]
        zone = filters.zone_words(current_app.config["DEFAULT_TIME_ZONE"])
        self.rhythm.description = _(
            "Once a day means at 8\u00a0a.m. %(zone)s, once a week on Monday at that time.", zone=zone
        )

    @property
    def wish(self) -> Wish:
        return Wish(
            frozenset(self.ids_of_series[slug] for slug in self.series.data or ()),
            frozenset(self.ids_of_topics[slug] for slug in self.topics.data or ()),
        )

    def show(self, subscriber: Subscriber) -> None:
        """Tick what somebody follows."""
        followed = Wish.followed(subscriber)
        self.series.data = [slug for slug, one in self.ids_of_series.items() if one in followed.series]
        self.topics.data = [slug for slug, one in self.ids_of_topics.items() if one in followed.topics]
        self.rhythm.data = subscriber.rhythm.value


class FollowForm(DoubtsAddress, FollowingForm):
    """Somebody asks to follow."""

    email = email_field(
        _l("Email address"),
        required=_l("Enter an email address."),
        description=_l("We mail a link there. Nothing else comes until it was pressed."),
        render_kw={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"},
    )
    website = trap_field()

    def __init__(self, formdata: Any = None, *, purpose: str, **given: Any) -> None:
        super().__init__(formdata, purpose=purpose, **given)
        self.doubt_address(sent=formdata is not None)

    def validate_series(self, field: CheckboxesField) -> None:
        if not (field.data or self.topics.data):
            raise ValidationError(_("Choose at least one series or topic."))
