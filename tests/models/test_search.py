"""Search keys: equal for what people take for equal."""

import pytest

from app.models import Event, Series, Topic, TopicKind
from app.models.search import event_search_key, organization_core, search_key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("  José   NÚÑEZ ", "jose nunez"),
        ("İbrahim Yıldız", "ibrahim yildiz"),
        ("O’Brien-O'Neil", "obrien oneil"),
        ("Straße & Söhne, GmbH.", "strasse sohne gmbh"),
        ("Łódź Ørsted Þór", "lodz orsted thor"),
        ("ﬁling № ４２", "filing no 42"),
        ("김민수", "김민수"),
        ("हिन्दी", "हिनदी"),
        ("a\x00b\x1b[31m\u202ec", "a b 31m c"),
        ("%_\\", ""),
        ("", ""),
    ],
)
def test_keys(text: str, key: str) -> None:
    assert search_key(text) == key
    assert search_key(key) == key


def test_an_event_is_found_by_all_that_names_it() -> None:
    series = Series(name="Advisory Committee", acronym="COAC")
    topic = Topic(name="Forced Labor", acronym="FL", kind=TopicKind.SUBJECT)
    event = Event(title="Fall Meeting", summary="Public.", series=series, topics=[topic])
    assert event_search_key(event) == " fall meeting public advisory committee coac forced labor fl"


@pytest.mark.parametrize(
    "name",
    ["Acme", "ACME, Inc.", "The Acme Co., Ltd.", "Acme L.L.C.", "acme llc", "Ácme Corporation", "Acme & Co."],
)
def test_one_organization_has_one_core(name: str) -> None:
    assert organization_core(name) == "acme"
    assert organization_core(search_key(name)) == "acme", "also from the key that a registration keeps"


@pytest.mark.parametrize(
    ("name", "core"),
    [
        ("Acme Logistics", "acme logistics"),
        ("Limited", "limited"),
        ("The Limited", "limited"),
        ("Theory Inc", "theory"),
        ("none", ""),
        ("N/A", ""),
        ("", ""),
    ],
)
def test_other_names_keep_theirs(name: str, core: str) -> None:
    assert organization_core(name) == core
