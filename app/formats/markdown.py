"""Turns what staff write into safe HTML, and into plain text for mails and calendars."""

from collections.abc import Sequence
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

_TAGS = {"p", "ul", "ol", "li", "strong", "em", "a", "h3", "h4", "br", "blockquote", "code"}
_SCHEMES = {"http", "https", "mailto"}
_LIST_ENDS = {"bullet_list_open", "bullet_list_close", "ordered_list_open", "ordered_list_close"}
_BREAKS = {"softbreak": " ", "hardbreak": "\n"}


def _alternative_text(_renderer: Any, tokens: Sequence[Token], index: int, *_rest: Any) -> str:
    return escapeHtml(tokens[index].content)


# Indented and fenced blocks are for programs; in pasted text they appear by accident.
_PARSER = MarkdownIt("commonmark", {"html": False}).disable(["code", "fence"])
_PARSER.add_render_rule("image", _alternative_text)


def to_html(source: str, *, own_links: bool = False) -> str:
    """The text as HTML that may stand on any page below its second-level heading.

    ``own_links`` lets it link to our own pages by their path: for the standing pages, not for what staff type.
    """
    tokens = _PARSER.parse(source)
    _fit_headings(tokens)
    html = _PARSER.renderer.render(tokens, _PARSER.options, {})
    # The parser refuses dangerous links already; the second look does not depend on the first.
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes=_SCHEMES,
        url_relative="pass_through" if own_links else "deny",
        link_rel="noopener",
    ).strip()


def to_text(source: str) -> str:
    """The text as a person would type it into a mail: bullets, numbers, and addresses in brackets."""
    parts: list[str] = []
    depth, mark, after_list = 0, "", False
    for token in _PARSER.parse(source):
        if token.type in _LIST_ENDS:
            depth += token.nesting
            mark, after_list = "", after_list and depth > 0
        elif token.type == "list_item_open":
            mark = f"{token.info}. " if token.info else "- "
        elif token.type == "inline":
            parts += ["\n" if depth and after_list else "\n\n", "  " * (depth - 1), mark, _inline_text(token)]
            # A second paragraph of the same point stands below the first one's text.
            mark, after_list = " " * len(mark) if depth else "", depth > 0
    return "".join(parts).strip()


def _fit_headings(tokens: Sequence[Token]) -> None:
    """Lets the highest heading in use be the page's third level, and everything below it the fourth."""
    headings = [token for token in tokens if token.type in {"heading_open", "heading_close"}]
    highest = min((token.tag for token in headings), default="")
    for token in headings:
        token.tag = "h3" if token.tag == highest else "h4"


def _inline_text(token: Token) -> str:
    text, link, linked_from = "", "", 0
    for child in token.children or ():
        if child.type == "link_open":
            link, linked_from = str(child.attrGet("href")).removeprefix("mailto:"), len(text)
        elif child.type == "link_close":
            text += f" ({link})" if text[linked_from:] != link else ""
        else:
            text += _BREAKS.get(child.type, child.content)
    return text
