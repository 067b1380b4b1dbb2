"""An authenticator app, after RFC 6238."""

import base64
import hmac
import time


class Authenticator:
    def __init__(self, key: str) -> None:
        self.key = base64.b32decode(key.upper() + "=" * (-len(key) % 8))

    def code(self, steps_ahead: int = 0) -> str:
        """The six digits of this half minute, or of one near it."""
        step = int(time.time()) // 30 + steps_ahead
        mac = hmac.digest(self.key, step.to_bytes(8), "sha1")
        place = mac[-1] & 15
        return f"{(int.from_bytes(mac[place : place + 4]) & 0x7FFFFFFF) % 1_000_000:06d}"
