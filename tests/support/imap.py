"""A small IMAP server on this machine: one account, one folder, TLS; just the commands that reading a mailbox takes."""

import re
import socketserver
import ssl
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

ACCOUNT = ("bounces@events.example.gov", 'se"cret')
FETCH = re.compile(r"(\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)")


@dataclass
class Folder:
    """What lies in it, and which of it somebody has seen. Numbers count from 1."""

    name: str = "INBOX"
    messages: list[bytes] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    most_fetched: int = 0  # Bytes of the largest piece that was asked for.


class ImapServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, certificate: Path) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.folder = Folder()
        self.port = self.server_address[1]
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.context.load_cert_chain(certificate)
        self.thread = threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        self.thread.join()


class Session(socketserver.BaseRequestHandler):
    server: ImapServer

    def handle(self) -> None:
        try:
            with self.server.context.wrap_socket(self.request, server_side=True) as line:
                self.talk(line.makefile("rwb"))
        except (ssl.SSLError, ConnectionError):
            pass  # Whoever called does not trust us, or hung up.

    def talk(self, wire: object) -> None:
        self.wire = wire
        self.say("* OK ready")
        for request in self.wire:
            tag, _, command = request.decode().strip().partition(" ")
            verb, _, rest = command.removeprefix("UID ").partition(" ")
            answer = getattr(self, f"do_{verb.lower()}", lambda _: "BAD unknown")(rest)
            self.say(f"{tag} {answer} ({verb})")
            if verb == "LOGOUT":
                return

    def say(self, line: str) -> None:
        self.wire.write(line.encode() + b"\r\n")
        self.wire.flush()

    def do_capability(self, _: str) -> str:
        self.say("* CAPABILITY IMAP4rev1")
        return "OK"

    def do_login(self, rest: str) -> str:
        quoted = '"' + ACCOUNT[1].replace('"', '\\"') + '"'
        return "OK" if rest == f"{ACCOUNT[0]} {quoted}" else "NO wrong name or password"

    def do_select(self, rest: str) -> str:
        self.say(f"* {len(self.server.folder.messages)} EXISTS")
        return "OK" if rest.strip('"') == self.server.folder.name else "NO no such folder"

    def do_search(self, _: str) -> str:
        folder = self.server.folder
        unseen = [str(number) for number in range(1, len(folder.messages) + 1) if number not in folder.seen]
        self.say(f"* SEARCH {' '.join(unseen)}")
        return "OK"

    def do_fetch(self, rest: str) -> str:
        asked, folder = FETCH.fullmatch(rest), self.server.folder
        assert asked, rest
        number, most = int(asked[1]), int(asked[2])
        piece = folder.messages[number - 1][:most]
        folder.most_fetched = max(folder.most_fetched, len(piece))
        self.wire.write(f"* {number} FETCH (UID {number} BODY[]<0> {{{len(piece)}}}\r\n".encode() + piece + b")\r\n")
        return "OK"

    def do_store(self, rest: str) -> str:
        number, flags = rest.split(" ", 1)
        assert flags == r"+FLAGS.SILENT (\Seen)"
        self.server.folder.seen.add(int(number))
        return "OK"

    def do_logout(self, _: str) -> str:
        self.say("* BYE")
        return "OK"


def write_certificate(path: Path) -> Path:
    """A certificate for this machine, and its key, in one file."""
    key, made = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "imap")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(made - timedelta(days=1)).not_valid_after(made + timedelta(days=1))
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    signed = builder.add_extension(alternative, critical=False).sign(key, hashes.SHA256())
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    path.write_bytes(signed.public_bytes(pem) + key.private_bytes(pem, *form))
    return path
