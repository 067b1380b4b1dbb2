"""Staff's texts as HTML."""

import re

import pytest

from app.formats.markdown import to_html

AGENDA = """# Agenda

We meet **at noon**, *sharp*.
Bring your [form](https://example.com/form?a=1&b=2).

## Topics

- Forced labor
- USMCA
  - rules of origin

3. Third
4. Fourth

> Quoted `code`
"""


def test_it_works():
    assert to_html(AGENDA) == (
        "<h3>Agenda</h3>\n"
        "<p>We meet <strong>at noon</strong>, <em>sharp</em>.\n"
        'Bring your <a href="https://example.com/form?a=1&amp;b=2" rel="noopener">form</a>.</p>\n'
        "<h4>Topics</h4>\n"
        "<ul>\n<li>Forced labor</li>\n<li>USMCA\n<ul>\n<li>rules of origin</li>\n</ul>\n</li>\n</ul>\n"
        '<ol start="3">\n<li>Third</li>\n<li>Fourth</li>\n</ol>\n'
        "<blockquote>\n<p>Quoted <code>code</code></p>\n</blockquote>"
    )


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("## a\n\n### b\n\n#### c", "<h3>a</h3>\n<h4>b</h4>\n<h4>c</h4>"),
        ("###### a", "<h3>a</h3>"),
        ("a  \nb\\\nc", "<p>a<br>\nb<br>\nc</p>"),
        ("<https://example.com>", '<p><a href="https://example.com" rel="noopener">https://example.com</a></p>'),
        ("[a](mailto:a@example.com)", '<p><a href="mailto:a@example.com" rel="noopener">a</a></p>'),
        ("![a *map* <b>](https://example.com/x.png)", "<p>a *map* &lt;b&gt;</p>"),
        ("    not code", "<p>not code</p>"),
        ("```\nnot a block\n```", "<p><code>not a block</code></p>"),
        ("a\n\n---\n\nb", "<p>a</p>\n\n<p>b</p>"),
        ("", ""),
    ],
)
def test_the_pieces_staff_use(source, html):
    assert to_html(source) == html


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "<base href='https://evil.example'>",
        "<meta http-equiv=refresh content=0>",
        "<form action=/x><input></form>",
        "<style>p{}</style>",
        "<a href='javascript:alert(1)'>x</a>",
        "a <b onclick=x>b</b> <!-- c -->",
        "<svg/onload=alert(1)>",
    ],
)
def test_typed_html_is_shown_as_text(source):
    html = to_html(source)
    assert "&lt;" in html
    assert set(re.findall("<[^ />]+", html)) <= {"<p"}


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java&#115;cript:alert(1)",
        "vbscript:x",
        "data:text/html,x",
        "file:///etc/hosts",
        "ftp://example.com",
        "tel:+15550100",
        "//evil.example",
        "/staff/events",
    ],
)
def test_other_links_are_dropped(address):
    html = to_html(f"[x]({address}) [y][z]\n\n[z]: {address}")
    assert "href" not in html
    assert "x" in html


def test_deep_nesting_ends():
    assert to_html("> " * 5_000 + "x").startswith("<blockquote>")


@pytest.mark.parametrize("address", ["tel:+12025550142", "/contact"])
def test_standing_pages_may_lead_further(address):
    assert f'href="{address}"' in to_html(f"[x]({address})", own_links=True)
