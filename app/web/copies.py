"""A ready answer: a body in every encoding a browser may ask for, with its headers. No request is built."""

import gzip
import hashlib
import zlib
from collections.abc import Callable, Iterable
from functools import cached_property, lru_cache
from struct import pack
from typing import TYPE_CHECKING, Any

import brotli

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

Headers = list[tuple[str, str]]
# Pictures, fonts and archives are packed already.
PACKABLE = ("text/", "application/json", "application/xml", "application/atom+xml", "image/svg+xml")
# Belong to one encoding or one transfer, so they are written anew for each answer.
OF_ONE_BODY = frozenset({"content-length", "content-encoding", "etag", "vary", "date"})
GZIP_BEGINS = bytes((0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255))
DEFLATE_ENDS = bytes((3, 0))  # An empty last block.
KEPT_IN_304 = frozenset({"cache-control", "content-security-policy", "strict-transport-security"})


class Copy:
    """One body and its headers. Packed on first demand, then only looked up."""

    def __init__(self, headers: Iterable[tuple[str, str]], body: bytes, *, brotli_quality: int = 5) -> None:
        self.headers = [(name, value) for name, value in headers if name.lower() not in OF_ONE_BODY]
        self.brotli_quality = brotli_quality
        kind = next((value for name, value in headers if name.lower() == "content-type"), "")
        self.is_packable = kind.startswith(PACKABLE)
        self._digest = hashlib.blake2b(body, digest_size=12).hexdigest()
        self._variants = {"identity": self._variant("identity", body)}
        self.body = body

    def answer(self, environ: dict[str, Any], start_response: "StartResponse") -> list[bytes]:
        """Answer a GET or HEAD: in the best encoding, or 304 when the reader has it already."""
        encoding = best_encoding(environ.get("HTTP_ACCEPT_ENCODING", "")) if self.is_packable else "identity"
        etag, headers, body = self._variants.get(encoding) or self._pack(encoding)
        known = environ.get("HTTP_IF_NONE_MATCH")
        if known and (etag in known or known == "*"):
            start_response("304 Not Modified", [*self._headers_of_304(), ("ETag", etag)])
            return []
        start_response("200 OK", headers.copy())
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _pack(self, encoding: str) -> tuple[str, Headers, bytes]:
        body = (
            brotli.compress(self.body, quality=self.brotli_quality)
            if encoding == "br"
            else gzip.compress(self.body, mtime=0)
        )
        variant = self._variants[encoding] = self._variant(encoding, body)
        return variant

    def _variant(self, encoding: str, body: bytes) -> tuple[str, Headers, bytes]:
        etag = f'"{self._digest}-{encoding}"'
        headers = [*self.headers, ("Content-Length", str(len(body))), ("ETag", etag)]
        if self.is_packable:
            headers.append(("Vary", "Accept-Encoding"))
        if encoding != "identity":
            headers.append(("Content-Encoding", encoding))
        return etag, headers, body

    def _headers_of_304(self) -> Headers:
        kept = [header for header in self.headers if header[0].lower() in KEPT_IN_304]
        return [*kept, ("Vary", "Accept-Encoding")] if self.is_packable else kept


class FormCopy:
    """A body with places into which each answer puts something of its own. No cache is told that it knows it already.

    Packed, what is put in stands between the parts as it is (RFC 1951, 3.2.4): nothing is packed anew for it, and its
    length tells nothing of what it has in common with the page.
    """

    def __init__(self, headers: Headers, body: bytes, place: bytes, make: Callable[[], str]) -> None:
        self.headers = [header for header in headers if header[0].lower() not in {"content-length", "vary"}]
        self.headers.append(("Vary", "Accept-Encoding"))
        self.parts, self.make = body.split(place), make

    @cached_property
    def packed_parts(self) -> list[bytes]:
        """Each part by itself, ending at a whole byte."""
        return [_deflated(part) for part in self.parts]

    def answer(self, environ: dict[str, Any], start_response: "StartResponse") -> list[bytes]:
        """Answer a GET or HEAD."""
        given = self.make().encode()
        headers = self.headers
        if "gzip" in accepted_encodings(environ.get("HTTP_ACCEPT_ENCODING", "")):
            body, headers = self._packed(given), [*headers, ("Content-Encoding", "gzip")]
        else:
            body = given.join(self.parts)
        start_response("200 OK", [*headers, ("Content-Length", str(len(body)))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _packed(self, given: bytes) -> bytes:
        """One gzip file (RFC 1952)."""
        between = pack("<BHH", 0, len(given), len(given) ^ 0xFFFF) + given
        whole = given.join(self.parts)
        ends = pack("<II", zlib.crc32(whole), len(whole))
        return b"".join((GZIP_BEGINS, between.join(self.packed_parts), DEFLATE_ENDS, ends))


def _deflated(part: bytes) -> bytes:
    packing = zlib.compressobj(level=9, wbits=-zlib.MAX_WBITS)
    return packing.compress(part) + packing.flush(zlib.Z_FULL_FLUSH)


def best_encoding(accepted: str) -> str:
    """The smallest encoding that an Accept-Encoding header allows."""
    wanted = accepted_encodings(accepted)
    return next((encoding for encoding in ("br", "gzip") if encoding in wanted), "identity")


@lru_cache(maxsize=256)
def accepted_encodings(accepted: str) -> frozenset[str]:
    """Those that an Accept-Encoding header allows."""
    offers = [offer.replace(" ", "").lower().partition(";q=") for offer in accepted.split(",")]
    return frozenset(name for name, _, weight in offers if weight.strip("0.") or not weight)
