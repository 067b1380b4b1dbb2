"""What stands in one place alone: what reaches the network, makes rows of the log, signs, seals, sets a cookie.

And what stands nowhere: a request to another host, code made from text, a list that leaves row by row.
"""

import ast
import re
from collections.abc import Iterable, Iterator

import pytest

from tests.guards.sources import ROOT, Module, lies_in, modules, tell

# A module of a library → where it may be imported.
LIBRARIES: dict[str, tuple[str, ...]] = {
    "smtplib": ("app.mail.smtp", "app.mail.conversation"),
    "imaplib": ("app.mail.mailboxes",),
    "itsdangerous": ("app.links",),
    "cryptography": ("app.keys",),
    "hmac": ("app.keys", "app.operations.auditing", "app.return_paths", "app.web.public.health"),
    "random": ("app.mail.outbox",),  # Spreads tries in time. What nobody may guess comes from secrets.
    # The app asks no other host for anything, so nobody can make it ask one of his choice.
    **dict.fromkeys(("urllib.request", "http.client", "requests", "httpx", "ftplib", "socketserver"), ()),
    "socket": (
        "app.worker",
        "app.mail.conversation",
    ),  # The machine's name for a worker's lease; the wire to the relay.
    # Text becomes neither code nor objects, and no command of the system.
    **dict.fromkeys(("pickle", "marshal", "shelve", "subprocess", "ctypes"), ()),
}
# The end of a call's name → where it may stand.
CALLS: dict[str, tuple[str, ...]] = {
    "AuditEntry": ("app.operations.auditing",),
    "OutgoingEmail": ("app.operations.notifying",),
    "set_cookie": ("app.web.staff.known_browser",),
    "stream_with_context": (),
    "Markup": ("app.web.filters", "app.web.tables", "app.mail.forms", "app.web.staff.registration.by_hand"),
    **dict.fromkeys(("eval", "exec", "compile", "__import__", "system", "popen"), ()),
}
# Names of methods that are none of the above, though they end alike.
HARMLESS = {"re.compile", "CreateTable(check.table).compile"}


def imports(found: Iterable[Module]) -> Iterator[str]:
    for module in found:
        for one in module.imports:
            for library, places in LIBRARIES.items():
                if lies_in(one.name, library) and not lies_in(module.name, *places):
                    yield f"{module.path}:{one.line} imports {library}; that belongs to {places or 'no part of it'}."


def calls(found: Iterable[Module]) -> Iterator[str]:
    for module in found:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call):
                name = ast.unparse(node.func)
                places = CALLS.get(name.rpartition(".")[2])
                if places is not None and name not in HARMLESS and not lies_in(module.name, *places):
                    yield f"{module.path}:{node.lineno} calls {name}; that belongs to {places or 'no part of it'}."


# What a stranger may try to guess letter by letter: compared by hmac.compare_digest, which takes equally long for all.
SECRETS = re.compile(r"(?i)(digest|signature|secret|token|seal|hmac|access_code|password)$")


def guesses(found: Iterable[Module]) -> Iterator[str]:
    """J12: a secret compared by ==. The database compares columns of models, by digests that nobody can steer."""
    for module in found:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Compare) and _compares_a_secret(node):
                yield f"{module.path}:{node.lineno} compares a secret: {ast.unparse(node)}; use keys.is_same."


def _compares_a_secret(node: ast.Compare) -> bool:
    sides = [ast.unparse(side).partition("(")[0] for side in (node.left, *node.comparators)]
    is_equality = any(isinstance(how, ast.Eq | ast.NotEq) for how in node.ops)
    is_column = any(side[:1].isupper() and "." in side for side in sides)
    return is_equality and not is_column and any(SECRETS.search(side) for side in sides)


# What templates write without escaping: JSON made for it, and our own line break.
UNESCAPED = ("page.json_ld|safe", "'<br>'|safe")


def unescaped(text: str) -> bool:
    for known in UNESCAPED:
        text = text.replace(known, "")
    return "safe" in re.findall(r"\|\s*(\w+)", text) or "autoescape" in text


def test_templates_escape_what_they_show() -> None:
    paths = [path for path in (ROOT / "templates").rglob("*.*") if path.is_file()]
    assert len(paths) > 100
    found = [path.relative_to(ROOT).as_posix() for path in paths if unescaped(path.read_text(encoding="utf-8"))]
    assert not found, tell(found)


@pytest.mark.parametrize("line", ["{{ event.title|safe }}", "{{ text | safe }}", "{% autoescape false %}"])
def test_it_sees_what_is_not_escaped(line: str) -> None:
    assert unescaped(line)


RULES = {rule.__name__: rule for rule in (imports, calls, guesses)}
BROKEN = {
    "imports": [
        "import smtplib",
        "from urllib.request import urlopen",
        "from itsdangerous import Signer",
        "import pickle",
    ],
    "calls": ["AuditEntry(act='x')", "response.set_cookie('a', 'b')", "eval('1')", "os.system('ls')"],
    "guesses": ["given == token", "found.seal != seal(entry)", "hmac_digest(x) == row.digest"],
}


@pytest.mark.parametrize("name", RULES)
def test_it_holds(name: str) -> None:
    faults = list(RULES[name](modules()))
    assert not faults, tell(faults)


@pytest.mark.parametrize("name", RULES)
def test_it_sees_a_breach(name: str) -> None:
    for line in BROKEN[name]:
        assert list(RULES[name]([Module("app/web/public/events.py", line)])), line


@pytest.mark.parametrize("name", ["imports", "calls"])
def test_no_place_is_named_that_is_gone(name: str) -> None:
    known = {module.name for module in modules()}
    table = LIBRARIES if name == "imports" else CALLS
    gone = [place for places in table.values() for place in places if not any(lies_in(one, place) for one in known)]
    assert not gone
