"""The office's texts and lists are complete, fit together, and speak of nobody who does not exist."""

import re

import pytest

from app.formats import content_files
from app.formats.content_files import Page
from app.models import Series, Topic, TopicKind

PAGES = ("accessibility", "privacy", "contact")


@pytest.mark.parametrize("page", [content_files.about(), *map(content_files.page, PAGES)])
def test_pages_are_complete(page: Page) -> None:
    assert page.title
    assert page.summary
    assert len(page.sections) >= 3
    assert len({section.id for section in page.sections}) == len(page.sections)
    assert all(section.heading and section.text.strip() for section in page.sections)


def test_every_acronym_of_a_series_or_topic_is_spelled_out() -> None:
    spelled_out = {entry.acronym for entry in content_files.about().acronyms}
    entries = [*content_files.catalogue("series"), *content_files.catalogue("topics")]
    assert {entry["acronym"] for entry in entries if "acronym" in entry} <= spelled_out


def test_there_are_seven_priority_trade_issues() -> None:
    kinds = [TopicKind(topic["kind"]) for topic in content_files.catalogue("topics")]
    assert kinds.count(TopicKind.PRIORITY_TRADE_ISSUE) == 7


def test_resources_belong_to_topics_and_are_safe_to_follow() -> None:
    topics = {topic["slug"] for topic in content_files.catalogue("topics")}
    for group in content_files.resources().groups:
        for resource in group.resources:
            assert resource.address.startswith("https://")
            assert resource.topics
            assert set(resource.topics) <= topics


def test_a_topic_has_its_resources() -> None:
    addresses = [resource.address for resource in content_files.resources().on("usmca")]
    assert addresses == ["https://www.cbp.gov/trade/priority-issues/trade-agreements/free-trade-agreements/USMCA"]


@pytest.mark.parametrize(("name", "model"), [("series", Series), ("topics", Topic)])
def test_entries_fit_their_table(name: str, model: type[Series] | type[Topic]) -> None:
    for entry in content_files.catalogue(name):
        assert set(entry) - {"questions"} <= set(model.__table__.c.keys())
        for key in ("slug", "name", "acronym", "summary"):
            assert len(entry.get(key, "")) <= model.__table__.c[key].type.length


def test_series_begin_with_questions_of_the_library() -> None:
    library = {question["key"] for question in content_files.catalogue("questions")}
    assert {key for entry in content_files.catalogue("series") for key in entry.get("questions", ())} <= library


def test_links_inside_lead_to_series_that_exist() -> None:
    slugs = {series["slug"] for series in content_files.catalogue("series")}
    texts = " ".join(section.text for section in content_files.about().sections)
    assert set(re.findall(r"\(/series/([a-z-]+)\)", texts)) == slugs


def test_another_language_falls_back_to_english() -> None:
    assert content_files.about("qps") == content_files.about()
