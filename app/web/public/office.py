"""The standing pages: about the office, trade resources, accessibility, privacy, contact. Their texts are data."""

from flask import render_template
from flask_babel import gettext as _

from app.formats import content_files
from app.formats.content_files import Resource
from app.models import Topic, TopicKind
from app.operations.program import listing
from app.web import kept, language, site
from app.web.public import blueprint


@blueprint.get("/about")
def about() -> str:
    kept.keep()
    return render_template("public/about.html", page=content_files.about(language.current(), site.own_texts()))


@blueprint.get("/resources")
def resources() -> str:
    kept.keep()
    found = content_files.resources(language.current(), site.own_texts())
    return render_template("public/resources.html", page=found, topics=_by_kind(listing.topics()))


@blueprint.get("/accessibility")
def accessibility() -> str:
    return _standing_page("accessibility")


@blueprint.get("/privacy")
def privacy() -> str:
    return _standing_page("privacy")


@blueprint.get("/contact")
def contact() -> str:
    return _standing_page("contact")


def resources_on(topic: str) -> list[Resource]:
    return content_files.resources(language.current(), site.own_texts()).on(topic)


def _by_kind(topics: list[Topic]) -> list[tuple[str, list[Topic]]]:
    headings = {TopicKind.PRIORITY_TRADE_ISSUE: _("Priority Trade Issues"), TopicKind.SUBJECT: _("Other subjects")}
    return [(heading, [topic for topic in topics if topic.kind is kind]) for kind, heading in headings.items()]


def _standing_page(name: str) -> str:
    kept.keep()
    page = content_files.page(name, language.current(), site.own_texts())
    return render_template("public/standing_page.html", page=page, section=name)
