"""Static files: addresses that name the content, kept for good, packed, and nothing outside the folder."""

import re
from pathlib import Path

import brotli
import pytest

from app.web import static_files
from app.web.static_files import static_url
from tests.support.pages import CheckedClient


def test_an_address_names_the_content(client: CheckedClient) -> None:
    address = static_url("site.css")
    assert re.fullmatch(r"/static/site\.[0-9a-f]{12}\.css", address)
    response = client.get(address, headers={"Accept-Encoding": "gzip, br"})
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["Content-Type"] == "text/css; charset=utf-8"
    assert brotli.decompress(response.data) == static_files.bodies()["site.css"]


def test_a_plain_address_is_kept_for_an_hour(client: CheckedClient) -> None:
    response = client.get("/static/site.css")
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "public, max-age=3600")


def test_every_file_of_a_style_sheet_is_there(client: CheckedClient) -> None:
    sheets = [name for name in static_files.bodies() if name.endswith(".css")]
    texts = [client.get(static_url(name)).text for name in sheets]
    named = [address for text in texts for address in re.findall(r'url\("(/[^"]+)"\)', text)]
    assert named
    assert all("immutable" in client.get(address).headers["Cache-Control"] for address in named)


def test_fonts_are_not_packed_again(client: CheckedClient) -> None:
    name = next(name for name in static_files.bodies() if name.endswith(".woff2"))
    response = client.get(static_url(name), headers={"Accept-Encoding": "br"})
    assert (response.mimetype, response.headers.get("Content-Encoding")) == ("font/woff2", None)


ELSEWHERE = ["", "nope.css", "../config.py", "..%2fconfig.py", "%2e%2e/config.py", "....//config.py", "..\\config.py"]


@pytest.mark.parametrize("path", [*ELSEWHERE, "%00"])
def test_nothing_else_is_there(client: CheckedClient, path: str) -> None:
    assert client.get(f"/static/{path}").status_code == 404


def test_an_unknown_name_is_a_fault_in_a_template() -> None:
    with pytest.raises(KeyError):
        static_url("nope.css")


def test_a_changed_file_has_another_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "site.css").write_text('a { background: url("dot.svg") }')
    (tmp_path / "dot.svg").write_text("<svg/>")
    monkeypatch.setattr(static_files, "FOLDER", tmp_path)
    before = static_files.bodies.__wrapped__()["site.css"]
    (tmp_path / "dot.svg").write_text("<svg></svg>")
    assert static_files.bodies.__wrapped__()["site.css"] != before
