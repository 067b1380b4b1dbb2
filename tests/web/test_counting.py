"""Nodes count tries together in Redis. While it is away, or hangs, nobody is held up and each process counts."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.db import db
from app.extensions import limiter
from app.web import limits
from tests.conftest import make_app
from tests.support import factories as make
from tests.support.pages import CheckedClient
from tests.support.serving import free_port
from tests.web.public.test_register import DANA


@pytest.fixture(params=["away", "hangs"])
def port(request: pytest.FixtureRequest) -> Iterator[int]:
    if request.param == "away":
        yield free_port()
        return
    with socket.create_server(("127.0.0.1", 0)) as silent:
        yield silent.getsockname()[1]


@pytest.fixture
def client(database: str, tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[CheckedClient]:
    for name in ("_limiter", "_storage"):  # The last app that is made has them; the others want theirs back.
        monkeypatch.setattr(limiter, name, getattr(limiter, name))
    monkeypatch.setattr(limits, "counting", limits.Counting())
    app = make_app(database, tmp_path, REDIS_URL=f"redis://127.0.0.1:{port}")
    with app.app_context():
        yield app.test_client()
        db.session.remove()
        db.engine.dispose()


@pytest.mark.slow
@pytest.mark.database("sqlite")
def test_each_process_counts_for_itself(client: CheckedClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "REGISTER", "2/hour")
    make.event(slug="filing")
    form = client.page("/events/filing/register")
    answers = [client.submit(form, **DANA | {"email": f"p{number}@importer.example"}) for number in range(3)]
    assert [answer.status_code for answer in answers] == [303, 303, 429]
