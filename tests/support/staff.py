"""Being signed in to the console.

``sign_in(client, StaffRole.EDITOR)`` makes a member of that role and gives the client a session, as a sign-in would.
The fixtures ``viewer``, ``door_staff``, ``editor`` and ``administrator`` are clients that are signed in already.
"""

import time

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import BrowserContext

from app import clock
from app.db import transact
from app.models import StaffMember, StaffRole
from app.operations.access import signing_in
from app.web.sessions import SEEN
from app.web.staff.sign_in_signs import KEY
from tests.support import factories
from tests.support.pages import CheckedClient


def member(role: StaffRole = StaffRole.ADMINISTRATOR, **given: object) -> StaffMember:
    """A member with a second factor, as everybody has who sees people."""
    return factories.staff_member(role, **{"tf_primary_method": "authenticator", "tf_totp_secret": "sealed"} | given)


def session_of(who: StaffMember) -> dict[str, object]:
    """What the cookie of a signed-in member holds."""
    key = transact(lambda at: signing_in.open_session(who, browser="A browser of the tests", at=at))
    now = int(clock.now().timestamp())
    return {"_user_id": who.fs_uniquifier, "_fresh": True, "fs_paa": time.time(), KEY: key, SEEN: now}


def sign_in(client: FlaskClient, who: StaffMember | StaffRole) -> StaffMember:
    found = member(who) if isinstance(who, StaffRole) else who
    with client.session_transaction("/staff/") as session:
        session.update(session_of(found))
    return found


def sign_in_browser(context: BrowserContext, app: Flask, address: str, who: StaffMember | StaffRole) -> StaffMember:
    """The same for a real browser on this address."""
    found = member(who) if isinstance(who, StaffRole) else who
    serializer = app.session_interface.get_signing_serializer(app)
    cookie = {"name": app.config["SESSION_COOKIE_NAME"], "value": serializer.dumps(session_of(found)), "url": address}
    context.add_cookies([cookie])
    return found


def signed_in(app: Flask, role: StaffRole) -> CheckedClient:
    client = app.test_client()
    assert isinstance(client, CheckedClient)
    sign_in(client, role)
    return client


@pytest.fixture
def viewer(app: Flask) -> CheckedClient:
    return signed_in(app, StaffRole.VIEWER)


@pytest.fixture
def door_staff(app: Flask) -> CheckedClient:
    return signed_in(app, StaffRole.DOOR)


@pytest.fixture
def editor(app: Flask) -> CheckedClient:
    return signed_in(app, StaffRole.EDITOR)


@pytest.fixture
def administrator(app: Flask) -> CheckedClient:
    return signed_in(app, StaffRole.ADMINISTRATOR)
