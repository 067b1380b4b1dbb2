"""The settings of the mail server: encryption that is never given up, and an account."""

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from app.mail import transports
from tests.support import certificates
from tests.support.serving import free_port
from tests.support.smtp import Sink

pytestmark = pytest.mark.database("sqlite")  # The way out asks no database.
MESSAGE = b"From: a@x.gov\r\nTo: ana@example.com\r\nSubject: S\r\n\r\nbody\r\n"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return certificates.make(tmp_path_factory.mktemp("tls") / "certificate.pem")


@pytest.fixture
def server(certificate):
    """Starts servers: ``server(tls=…, account=…)`` gives the sink and the settings that reach it."""
    running = []

    def start(*, tls=True, account=None):
        given = {"tls_context": certificates.context(certificate), "require_starttls": True} if tls else {}
        if account:
            given |= {
                "authenticator": authenticator(account),
                "auth_required": True,
                "auth_exclude_mechanism": ["LOGIN"],
            }
        sink, port = Sink(), free_port()
        running.append(Controller(sink, hostname="127.0.0.1", port=port, **given))
        running[-1].start()
        return sink, {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": port}

    yield start
    for controller in running:
        controller.stop()


def authenticator(account):
    def check(_server, _session, _envelope, _mechanism, data):
        fits = (data.login.decode(), data.password.decode()) == account
        return AuthResult(success=fits, handled=fits)  # Not handled: the library says 535.

    return check


@pytest.fixture
def trusted(certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


def send(app, settings):
    transport = transports.SmtpTransport({**app.config, **settings})
    try:
        return transport.send(MESSAGE, "ana@example.com", "office@example.gov")
    finally:
        transport.close()


@pytest.mark.usefixtures("trusted")
def test_it_sends_encrypted(app, server):
    sink, settings = server()
    send(app, settings | {"MAIL_USE_TLS": True})
    assert len(sink.messages) == 1


def test_a_certificate_that_nobody_vouches_for_stops_it(app, server):
    sink, settings = server()
    with pytest.raises(transports.UnreachableError, match="CERTIFICATE_VERIFY_FAILED"):
        send(app, settings | {"MAIL_USE_TLS": True})
    assert sink.messages == []


def test_encryption_that_is_asked_for_is_never_given_up(app, server):
    sink, settings = server(tls=False)
    with pytest.raises(transports.UnreachableError, match="STARTTLS"):
        send(app, settings | {"MAIL_USE_TLS": True})
    assert sink.messages == []


@pytest.mark.usefixtures("trusted")
class TestAccount:
    def test_it_signs_in(self, app, server):
        sink, settings = server(account=("office", "secret"))
        send(app, settings | {"MAIL_USE_TLS": True, "MAIL_USERNAME": "office", "MAIL_PASSWORD": "secret"})
        assert len(sink.messages) == 1

    def test_a_wrong_password_loses_nothing(self, app, server):
        _, settings = server(account=("office", "secret"))
        with pytest.raises(transports.UnreachableError, match="535"):
            send(app, settings | {"MAIL_USE_TLS": True, "MAIL_USERNAME": "office", "MAIL_PASSWORD": "wrong"})
