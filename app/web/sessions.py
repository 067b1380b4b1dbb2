"""Sessions exist under /staff/ alone: the public and personal pages set no cookie and read none."""

import hashlib
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin

from app import clock
from app.links import PatientSigner
from app.operations.access.signing_in import IDLE_LIFE

SEEN = "seen"


def is_staff_path(path: str) -> bool:
    return path == "/staff" or path.startswith("/staff/")


class NoSession(SecureCookieSession):
    """A session that nothing can be kept in."""


class StaffSessions(SecureCookieSessionInterface):
    """A signed cookie for staff pages that ends after a while without a request; nothing anywhere else."""

    salt = "staff-session"
    digest_method = staticmethod(hashlib.sha256)
    session_class = SecureCookieSession

    def get_signing_serializer(self, app: Flask) -> Any:
        serializer = super().get_signing_serializer(app)
        if serializer:
            serializer.signer = PatientSigner
        return serializer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if not is_staff_path(request.path):
            return NoSession()
        session = super().open_session(app, request)
        if session and clock.now().timestamp() - session.get(SEEN, 0) > IDLE_LIFE.total_seconds():
            return SecureCookieSession()
        return session

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if isinstance(session, NoSession):
            return
        if session:
            session[SEEN] = int(clock.now().timestamp())
        super().save_session(app, session, response)


def cookie_settings(production: bool) -> dict[str, Any]:
    """The cookie's name and marks. Browsers take a ``__Host-`` cookie from this very host over TLS only."""
    return {
        "SESSION_COOKIE_NAME": "__Host-staff" if production else "staff",
        "SESSION_COOKIE_SECURE": production,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
    }
