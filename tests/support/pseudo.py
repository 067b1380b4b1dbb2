"""A language that nobody speaks: every message stands in ⟦brackets⟧, so what stands outside was never translated."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo

from tests.support.html import Element, Page

ROOT = Path(__file__).parents[2]
SOURCES = {
    ROOT / "app": [("**.py", "python")],
    ROOT / "templates": [("**.html", "jinja2"), ("**.txt", "jinja2"), ("**.xml", "jinja2")],
}
KEYWORDS = DEFAULT_KEYWORDS | {"_l": None, "lazy_gettext": None, "lazy_ngettext": (1, 2), "_n": (1, 2)}
BRACKETED = re.compile(r"⟦[^⟦⟧]*⟧")
GAP = "\x1f"
LETTERS = re.compile(r"[^\W\d_]+")
SEPARATORS = re.compile(GAP + r"|[,;:()|·–]|\.\s")  # Data may stand in lists: a town and its state.
SPOKEN = ("alt", "title", "placeholder", "aria-label", "content")


def build(folder: Path, language: str) -> Catalog:
    """Write a catalogue of every message in the sources, where Flask-Babel will find it."""
    catalog = Catalog(language)
    for source, methods in SOURCES.items():
        for _, _, message, _, context in extract_from_dir(source, methods, keywords=KEYWORDS):
            catalog.add(message, bracketed(message, catalog.num_plurals), context=context)
    path = folder / language / "LC_MESSAGES" / "messages.mo"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_mo(file, catalog)
    return catalog


def bracketed(message: str | tuple[str, ...], plurals: int) -> str | tuple[str, ...]:
    if isinstance(message, str):
        return f"⟦{message}⟧"
    return (f"⟦{message[0]}⟧", *[f"⟦{message[-1]}⟧"] * (plurals - 1))


def outside(page: Page, language: str, data: Iterable[str]) -> Iterator[str]:
    """Words of a page that stand in no bracket, are no data, and no word of a date in this language."""
    values = {" ".join(value.split()).casefold() for value in data}
    stored = "\n".join(values)
    # Short values are put together: a name of its parts, a line of an address of its state and code.
    known = words_of_dates(language).union(*(LETTERS.findall(value) for value in values if value.count(" ") < 2))
    for text in spoken(page):
        for piece in SEPARATORS.split(unbracketed(text)):
            plain = " ".join(piece.split()).strip(" .").casefold()
            if plain not in stored and not known.issuperset(LETTERS.findall(plain)):
                yield plain


def unbracketed(text: str) -> str:
    """The text with a gap for each bracket, innermost first: a message may be a value in another one."""
    while (shorter := BRACKETED.sub(GAP, text)) != text:
        text = shorter
    return text


def spoken(page: Page) -> Iterator[str]:
    for element in page.walk():
        if element.tag in {"script", "style"} or element.above("svg") or is_foreign(element):
            continue
        yield from (child for child in element.children if isinstance(child, str) and child.strip())
        names = SPOKEN if element.tag != "meta" or element.get("name") == "description" else ()
        yield from (element.get(name) for name in names if element.get(name))


def is_foreign(element: Element) -> bool:
    """Words that say of themselves that they are in another language, such as the name of one."""
    return bool(element.get("lang")) and element.tag != "html"


def words_of_dates(language: str) -> set[str]:
    locale = Locale.parse(language)
    lists = [names for form in locale.months.values() for names in form.values()]
    lists += [names for form in locale.days.values() for names in form.values()]
    lists += [names for form in locale.day_periods.values() for names in form.values()]
    texts = [text for names in lists for text in names.values()]
    texts += [text for zone in locale.meta_zones.values() for form in zone.values() for text in form.values()]
    texts += [*locale.territories.values(), *locale.time_zones.get("", {}).values()]
    texts += [str(pattern) for pattern in locale.datetime_formats.values()]
    return {word.casefold() for text in texts for word in LETTERS.findall(str(text))} | {"de", "a", "las", "la", "y"}
