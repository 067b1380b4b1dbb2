"""What must hold on every page: looked at each time any test opens one."""

import itertools
import re
from collections import Counter
from collections.abc import Iterator
from contextvars import Context
from typing import Any

from flask import has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.db import db
from tests.support.html import Element, Page, fields

UNLABELLED = frozenset({"hidden", "submit", "button", "image", "reset"})
DATA_SCRIPTS = frozenset({"application/ld+json", "application/json"})
UNFINISHED = re.compile(r"\{\{|\}\}|\{%|%\(\w+\)s|<[A-Z]\w+[ :].*object at 0x|^\s*None\s*$")
FOREIGN = re.compile(r"valid choice|be coerced|not coerce|field is required|[Nn]ot a valid|[Ii]nvalid [Cc]hoice")
REFUSED = frozenset({400, 409, 422, 429})
REFERENCES = ("for", "form", "list", "headers", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns")


class CheckedClient(FlaskClient):
    """A client that reads every page it opens, and can press a page's button."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        # A context of its own, as on a server: ``g`` and the session hold nothing of the test or an earlier request.
        response = Context().run(super().open, *args, **kwargs)
        if has_app_context():
            db.session.rollback()  # What the test reads next is what the request left.
        is_page = response.mimetype == "text/html" and response.status_code // 100 != 3  # A redirect is read by nobody.
        if is_page and response.request.method != "HEAD" and response.text:
            check(response)
        return response

    def page(self, address: str, status: int = 200, **kwargs: Any) -> Page:
        """Open an address that must answer with a page."""
        response = self.get(address, **kwargs)
        assert response.status_code == status, f"{address} answered {response.status}: {response.text[:500]}"
        return Page(response.text)

    def submit(self, page: Page, form: str = "", /, **values: Any) -> TestResponse:
        """Send a form as a browser would, with these values put in: the one with this id, or the main one."""
        element = main_form(page, form)
        return self.post(element.get("action"), data=fields(element) | values)


def main_form(page: Page, name: str = "") -> Element:
    """The form with this id; without one, the only POST form of the main part."""
    if name:
        return page.one("form", id=name)
    forms = [form for form in page.main.all("form") if form.get("method").lower() == "post"]
    assert len(forms) == 1, f"{len(forms)} forms in the main part; name one by its id"
    return forms[0]


def compared(page: Page) -> dict[str, tuple[str, str]]:
    """Field → what was saved meanwhile and what was typed, as the page sets them side by side."""
    rows = [row for row in page.main.all("table")[0].all("tr") if row.all("td")]
    return {row.one("th").text: tuple(cell.text for cell in row.all("td")) for row in rows}  # type: ignore[misc]


def check(response: TestResponse) -> None:
    page = Page(response.text)
    looks = (_frame, _identities, _references, _forms, _names, _pictures, _scripts, _words)
    faults = [*page.faults, *(fault for look in looks for fault in look(page)), *_headers(response)]
    if response.status_code in REFUSED and page.all("form", method="post") and not is_marked(page):
        faults.append("After a refusal the title begins with 'Error:'.")
    where = f"{response.request.method} {response.request.path} ({response.status_code})"
    assert not faults, f"The page {where} breaks the rules of every page:\n  " + "\n  ".join(faults)


def is_marked(page: Page) -> bool:
    return any(title.text.startswith("Error:") for title in page.all("title"))


def _frame(page: Page) -> Iterator[str]:
    if page.doctype != "doctype html":
        yield "It begins with <!doctype html>."
    if not all(element.get("lang") for element in page.all("html")):
        yield "The html element names the language."
    for tag in ("html", "title", "h1", "main"):
        count = len([element for element in page.all(tag) if not element.above("svg")])
        if count != 1:
            yield f"It has exactly one <{tag}>, not {count}."
    if not page.all("meta", name="viewport"):
        yield "It names the viewport."
    levels = [int(e.tag[1]) for e in page.all("h1", "h2", "h3", "h4", "h5", "h6") if e.above("main")]
    for before, after in itertools.pairwise(levels):
        if after > before + 1:
            yield f"No heading level is left out (h{before} is followed by h{after})."


def _identities(page: Page) -> Iterator[str]:
    counted = Counter(element.get("id") for element in page.walk() if "id" in element.attributes)
    yield from (f"The id {name!r} stands once." for name, count in counted.items() if count > 1)


def _references(page: Page) -> Iterator[str]:
    known = {element.get("id") for element in page.walk()}
    for element in page.walk():
        pointers = [name for attribute in REFERENCES for name in element.get(attribute).split()]
        if element.tag == "a" and element.get("href").startswith("#"):
            pointers.append(element.get("href")[1:])
        yield from (f"{element} points at something on the page." for name in pointers if name not in known)


def _forms(page: Page) -> Iterator[str]:
    for form in page.all("form"):
        if form.get("method").lower() not in {"get", "post", "dialog"} or not form.get("action"):
            yield f"A form has a method and an action: {form}"
        if not form.all("button", type="submit") and not form.all("input", type="submit"):
            yield f"A form has a button of type submit: {form}"


def _names(page: Page) -> Iterator[str]:
    labels = {label.get("for") for label in page.all("label") if label.text}
    for field in page.all("input", "select", "textarea"):
        named = field.get("id") in labels or field.get("aria-label") or field.get("aria-labelledby")
        if field.get("type") not in UNLABELLED and not named and not field.above("label"):
            yield f"Every field has a label: {field}"
    for link in page.all("a", "button"):
        pictured = any(picture.get("alt") for picture in link.all("img"))
        if not (link.text or link.get("aria-label") or pictured):
            yield f"Every link and button has words: {link}"


def _pictures(page: Page) -> Iterator[str]:
    for image in page.all("img"):
        if "alt" not in image.attributes:
            yield f"Every picture has an alt text: {image}"
    for drawing in page.all("svg"):
        if drawing.get("aria-hidden") != "true" and drawing.get("role") != "img":
            yield f"A drawing is hidden or has the role img: {drawing}"
        if any(not path.get("d") for path in drawing.all("path")):
            yield f"A drawing shows something: {drawing} in {drawing.parent}"


def _scripts(page: Page) -> Iterator[str]:
    for element in page.walk():
        if "style" in element.attributes or element.tag == "style":
            yield f"Looks live in style sheets: {element}"
        if any(name.startswith("on") for name in element.attributes):
            yield f"Behaviour lives in script files: {element}"
        if element.tag == "script" and not element.get("src") and element.get("type") not in DATA_SCRIPTS:
            yield f"A script is a file: {element}"


def _words(page: Page) -> Iterator[str]:
    for element in page.walk():
        for child in element.children:
            if isinstance(child, str) and element.tag != "script" and UNFINISHED.search(child):
                yield f"Text is finished before it is shown: {child.strip()!r} in {element}"
            if isinstance(child, str) and FOREIGN.search(child):
                yield f"What is wrong is said in our words, and not in a library’s: {child.strip()!r} in {element}"


def _headers(response: TestResponse) -> Iterator[str]:
    policy = response.headers.get("Content-Security-Policy", "")
    if "default-src" not in policy or "unsafe-inline" in policy:
        yield f"The content security policy is set and strict: {policy!r}"
    if response.headers.get("X-Content-Type-Options") != "nosniff":
        yield "X-Content-Type-Options is nosniff."
