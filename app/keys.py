"""The keys, and everything derived from them.

``SECRET_KEY`` signs links and sessions and is rotated through ``SECRET_KEY_FALLBACKS``. ``DATA_KEYS`` (newest first)
protect stored data. Both are made in the instance folder when they are not set, never in production.
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

# Crockford's alphabet: no I, L, O or U, so that a number survives being read aloud.
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NUMBER_LENGTH = 10
_KEY_ID_BYTES = 4
_NONCE_BYTES = 12


class UnreadableError(Exception):
    """A sealed value was made with a key we do not have, or for another row."""


def fill_in(settings: dict[str, Any]) -> None:
    """Give a local start its keys: made once in the instance folder, readable by the owner alone."""
    folder: Path = settings["INSTANCE_DIR"]
    settings["SECRET_KEY"] = settings["SECRET_KEY"] or _kept_key(folder / "secret-key")
    settings["DATA_KEYS"] = settings["DATA_KEYS"] or [_kept_key(folder / "data-key")]


def _kept_key(path: Path) -> str:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text()


def signing_keys(settings: Mapping[str, Any]) -> list[str]:
    """Oldest first, as itsdangerous wants them: the last one signs."""
    return [*reversed(settings["SECRET_KEY_FALLBACKS"]), settings["SECRET_KEY"]]


@cache
def _derived(key: str, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(key.encode())


def derived(purpose: str) -> bytes:
    """A key for one purpose, from the newest data key."""
    return _derived(current_app.config["DATA_KEYS"][0], purpose)


def all_derived(purpose: str) -> list[bytes]:
    """The keys for one purpose, newest first: for checking what an older data key made."""
    return [_derived(key, purpose) for key in current_app.config["DATA_KEYS"]]


def confirmation_number(event_id: int, identity: str) -> str:
    """Ten Crockford characters for one address at one event. The oldest key, so that a rotation renames nobody."""
    key = _derived(current_app.config["DATA_KEYS"][-1], "confirmation-number")
    value = int.from_bytes(hmac.digest(key, f"{event_id}:{identity}".encode(), "sha256"))
    return "".join(CROCKFORD[(value >> (5 * place)) & 31] for place in range(NUMBER_LENGTH))


def seal(text: str, row: str) -> bytes:
    """Encrypt a value for one row: key id, nonce, AES-GCM; the row's name is bound to it."""
    key = derived("field")
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return _key_id(key) + nonce + AESGCM(key).encrypt(nonce, text.encode(), row.encode())


def unseal(sealed: bytes, row: str) -> str:
    """Decrypt what ``seal`` made for this row. Raises UnreadableError."""
    key_id, nonce = sealed[:_KEY_ID_BYTES], sealed[_KEY_ID_BYTES : _KEY_ID_BYTES + _NONCE_BYTES]
    for data_key in current_app.config["DATA_KEYS"]:
        key = _derived(data_key, "field")
        if _key_id(key) == key_id:
            try:
                return AESGCM(key).decrypt(nonce, sealed[_KEY_ID_BYTES + _NONCE_BYTES :], row.encode()).decode()
            except InvalidTag as error:
                raise UnreadableError(row) from error
    raise UnreadableError(row)


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"key-id" + key).digest()[:_KEY_ID_BYTES]


def is_same(one: str, other: str) -> bool:
    """Whether two secrets are alike; how long the answer takes tells nothing of them."""
    return hmac.compare_digest(one.encode(), other.encode())
