"""Mistyped mail domains: "did you mean". A guess to ask about, never a correction."""

from difflib import get_close_matches
from functools import lru_cache

# Where many people have their mail. Whatever stands here is never doubted; what is nearly one of these is.
KNOWN = frozenset(
    (
        "gmail.com googlemail.com yahoo.com ymail.com outlook.com hotmail.com live.com msn.com icloud.com me.com "
        "mac.com aol.com gmx.com gmx.net mail.com email.com proton.me protonmail.com comcast.net verizon.net att.net "
        "sbcglobal.net cox.net charter.net bellsouth.net yahoo.ca yahoo.co.uk hotmail.co.uk hotmail.ca outlook.de "
        "cbp.dhs.gov dhs.gov state.gov treasury.gov usda.gov fda.hhs.gov fedex.com ups.com dhl.com"
    ).split()
)
# No top-level domain is called so.
MISTYPED_ENDINGS = {"con": "com", "cmo": "com", "ocm": "com", "vom": "com", "comm": "com", "ogv": "gov"}
# How alike two domains are that differ in one letter, or in two that changed places; the shortest are left out.
ALIKE = 0.87


def suggestion(address: str) -> str | None:
    """The address that was probably meant, or None when nothing looks mistyped."""
    local, _, domain = address.rpartition("@")
    meant = _meant(domain) if local else None
    return f"{local}@{meant}" if meant else None


@lru_cache(maxsize=4096)
def _meant(domain: str) -> str | None:
    if domain in KNOWN:
        return None
    name, _, ending = domain.rpartition(".")
    if name and ending in MISTYPED_ENDINGS:
        domain = f"{name}.{MISTYPED_ENDINGS[ending]}"
        return next(iter(_close(domain)), domain)
    return next(iter(_close(domain)), None)


def _close(domain: str) -> list[str]:
    return get_close_matches(domain, sorted(KNOWN), n=1, cutoff=ALIKE)
