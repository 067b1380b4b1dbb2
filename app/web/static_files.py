"""Our own files in app/static: each has an address that names its content, so that browsers keep it for good."""

import hashlib
import mimetypes
import posixpath
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from app.web.copies import Copy

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

FOLDER = Path(__file__).parent.parent / "static"
PREFIX = "/static/"
FOR_GOOD = "public, max-age=31536000, immutable"
FOR_AN_HOUR = "public, max-age=3600"
_REFERENCE = re.compile(r"""url\((["']?)(?![a-z]+:|/|#)([^"')]+)\1\)""")
mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("image/vnd.microsoft.icon", ".ico")


class StaticFiles:
    """Answers everything below /static/, from memory."""

    def __init__(self, app: "WSGIApplication", headers: Mapping[str, str]) -> None:
        self.app, self.headers = app, headers
        self.names = {fingerprinted(name): name for name in bodies()}
        self.copies: dict[str, Copy] = {}

    def __call__(self, environ: dict[str, Any], start_response: "StartResponse") -> Any:
        path = environ["PATH_INFO"]
        if not path.startswith(PREFIX) or environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return self.app(environ, start_response)
        copy = self.copies.get(path) or self._load(path.removeprefix(PREFIX))
        return copy.answer(environ, start_response) if copy else self.app(environ, start_response)

    def _load(self, address: str) -> Copy | None:
        name = self.names.get(address, address)
        body = bodies().get(name)
        if body is None:
            return None
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        kept = FOR_GOOD if address in self.names else FOR_AN_HOUR
        text = "; charset=utf-8" if kind.startswith("text/") else ""
        headers = [*self.headers.items(), ("Content-Type", kind + text), ("Cache-Control", kept)]
        return self.copies.setdefault(PREFIX + address, Copy(headers, body, brotli_quality=11))


def static_url(name: str) -> str:
    """The address of a file in app/static. Names the content, so that it changes with it. Unknown names are faults."""
    return PREFIX + fingerprinted(name)


@cache
def fingerprinted(name: str) -> str:
    return _named(name, bodies()[name])


@cache
def bodies() -> dict[str, bytes]:
    """Every file by its name, as it is sent."""
    paths = {path.relative_to(FOLDER).as_posix(): path for path in sorted(FOLDER.rglob("*")) if path.is_file()}
    found = {name: path.read_bytes() for name, path in paths.items()}
    return {name: _with_addresses(name, body, found) if name.endswith(".css") else body for name, body in found.items()}


def _with_addresses(name: str, sheet: bytes, found: dict[str, bytes]) -> bytes:
    """A style sheet whose url(...) name the content of what they point at, too."""

    def addressed(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(name), match[2]))
        return f'url("{PREFIX}{_named(target, found[target])}")'

    return _REFERENCE.sub(addressed, sheet.decode()).encode()


def _named(name: str, body: bytes) -> str:
    path = PurePosixPath(name)
    return str(path.with_suffix(f".{hashlib.blake2b(body, digest_size=6).hexdigest()}{path.suffix}"))
