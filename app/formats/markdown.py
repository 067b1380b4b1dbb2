"""Turns what staff write into safe HTML."""

from collections.abc import Sequence
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

_TAGS = {"p", "ul", "ol", "li", "strong", "em", "a", "h3", "h4", "br", "blockquote", "code"}
_SCHEMES = {"http", "https", "mailto"}


def _alternative_text(_renderer: Any, tokens: Sequence[Token], index: int, *_rest: Any) -> str:
    return escapeHtml(tokens[index].content)


# Indented and fenced blocks are for programs; in pasted text they appear by accident.
_PARSER = MarkdownIt("commonmark", {"html": False}).disable(["code", "fence"])
_PARSER.add_render_rule("image", _alternative_text)


def to_html(source: str, *, own_links: bool = False) -> str:
    """The text as HTML that may stand on any page below its second-level heading.

    ``own_links`` lets it link to our own pages by their path, and to telephones: for the standing pages, not for what
    staff type.
    """
    tokens = _PARSER.parse(source)
    _fit_headings(tokens)
    html = _PARSER.renderer.render(tokens, _PARSER.options, {})
    # The parser refuses dangerous links already; the second look does not depend on the first.
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes=_SCHEMES | {"tel"} if own_links else _SCHEMES,
        url_relative="pass_through" if own_links else "deny",
        link_rel="noopener",
    ).strip()


def _fit_headings(tokens: Sequence[Token]) -> None:
    """Lets the highest heading in use be the page's third level, and everything below it the fourth."""
    headings = [token for token in tokens if token.type in {"heading_open", "heading_close"}]
    highest = min((token.tag for token in headings), default="")
    for token in headings:
        token.tag = "h3" if token.tag == highest else "h4"
