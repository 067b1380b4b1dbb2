"""Reads a page the way a person's program does: elements, their attributes, their text. Enough for tests."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, lru_cache
from html.parser import HTMLParser

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())

BLOCKS = frozenset(
    "address article aside body br dd details div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header"
    " hr legend li main nav ol option p section"
    " select summary table tbody td tfoot th thead title tr ul".split()
)


class Element:
    """One element with its attributes, its children in order, and the way up."""

    def __init__(self, tag: str, attributes: dict[str, str], parent: Element | None = None) -> None:
        self.tag, self.attributes, self.parent = tag, attributes, parent
        self.children: list[Element | str] = []

    def __repr__(self) -> str:
        return f"<{self.tag} {self.attributes}>"

    def get(self, name: str, default: str = "") -> str:
        return self.attributes.get(name, default)

    @property
    def text(self) -> str:
        """The words inside, with every run of white space as one space."""
        return " ".join("".join(self.words()).split())

    def words(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag in BLOCKS:
                yield from (" ", *child.words(), " ")
            else:
                yield from child.words()

    def walk(self) -> list[Element]:
        """Every element below, in the order of the page."""
        return self._below

    @cached_property
    def _below(self) -> list[Element]:
        """Gathered once: nobody changes a page that was read."""
        found: list[Element] = []
        self._gather(found)
        return found

    def _gather(self, found: list[Element]) -> None:
        for child in self.children:
            if isinstance(child, Element):
                found.append(child)
                child._gather(found)

    def all(self, *tags: str, **attributes: str) -> list[Element]:
        """Every element below with one of these tags and these attributes (``class_`` asks for one class)."""
        return [e for e in self.walk() if (not tags or e.tag in tags) and e.fits(attributes)]

    def one(self, *tags: str, **attributes: str) -> Element:
        found = self.all(*tags, **attributes)
        assert len(found) == 1, f"{len(found)} of {tags} {attributes}, expected 1: {found[:5]}"
        return found[0]

    def fits(self, attributes: dict[str, str]) -> bool:
        for name, value in attributes.items():
            key = name.rstrip("_").replace("_", "-")
            held = self.attributes.get(key)
            if held is None or (value not in held.split() if key == "class" else held != value):
                return False
        return True

    def above(self, tag: str) -> Element | None:
        element = self.parent
        while element is not None and element.tag != tag:
            element = element.parent
        return element


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("#page", {})
        self.open = self.root
        self.faults: list[str] = []
        self.doctype = ""

    def handle_decl(self, decl: str) -> None:
        self.doctype = decl.lower()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.faults.append(f"<{tag}> has an attribute twice: {names}")
        element = Element(tag, {name: value or "" for name, value in attrs}, self.open)
        self.open.children.append(element)
        if tag not in VOID:
            self.open = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.children.append(Element(tag, {name: value or "" for name, value in attrs}, self.open))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if self.open.tag != tag:
            self.faults.append(f"</{tag}> closes <{self.open.tag}>, line {self.getpos()[0]}")
            if not self.open.above(tag):
                return
            while self.open.tag != tag:
                self.open = self.open.parent or self.root
        self.open = self.open.parent or self.root

    def handle_data(self, data: str) -> None:
        self.open.children.append(data)


@lru_cache(maxsize=4)
def _built(html: str) -> _Builder:
    """Read once: whoever opens a page looks it over first, and hands it on."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    if builder.open is not builder.root:
        builder.faults.append(f"<{builder.open.tag}> is never closed")
    return builder


class Page(Element):
    """A whole page, with what the parser found wrong in it."""

    def __init__(self, html: str) -> None:
        super().__init__("#page", {})
        builder = _built(html)
        self.children, self.faults, self.doctype = builder.root.children, builder.faults, builder.doctype

    @property
    def title(self) -> str:
        return self.one("head").one("title").text

    @property
    def main(self) -> Element:
        return self.one("main")


def fields(form: Element) -> dict[str, list[str]]:
    """What a browser would send from this form if nobody touched it."""
    sent: dict[str, list[str]] = {}
    for field in form.all("input", "select", "textarea"):
        name = field.get("name")
        if name and not _is_disabled(field):
            sent.setdefault(name, []).extend(_values(field))
    return {name: values for name, values in sent.items() if values}


def _is_disabled(field: Element) -> bool:
    """Whether it is, or stands in a fieldset that is."""
    element: Element | None = field
    while element is not None and "disabled" not in element.attributes:
        element = element.above("fieldset")
    return element is not None


def _values(field: Element) -> list[str]:
    if field.tag == "textarea":
        # A browser drops the line break after the tag, and sends every other one as two characters.
        typed = "".join(field.words()).replace("\r\n", "\n").removeprefix("\n")
        return [typed.replace("\n", "\r\n")]
    if field.tag == "select":
        options = field.all("option")
        chosen = [option for option in options if "selected" in option.attributes]
        if not chosen and "multiple" not in field.attributes:
            chosen = options[:1]
        return [option.get("value", option.text) for option in chosen]
    kind = field.get("type", "text")
    if kind in {"submit", "button", "image", "reset", "file"}:
        return []
    if kind in {"checkbox", "radio"}:
        return [field.get("value", "on")] if "checked" in field.attributes else []
    return [field.get("value")]
