"""One rush from its beginning to the checker's verdict, with the figures of how long people waited."""

import time
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import create_engine, text

from bench.processes import cpu_seconds
from bench.rush import crowd, ledger
from bench.rush.checker import Verdict, check
from bench.rush.killing import killing
from bench.rush.plan import Profile, people
from bench.rush.records import read_database, read_ledger, read_sink
from bench.rush.stage import Setting, Stage, running

UNSETTLED = "SELECT count(*) FROM outgoing_email WHERE state IN ('queued', 'claimed', 'sending', 'retry', 'in-doubt')"


@dataclass(frozen=True)
class Rush:
    """What is to be tried. ``drain`` is how many seconds the mail worker gets after the last person."""

    profile: Profile
    seed: int = 1
    kills: bool = False
    drain: float = 120.0


@dataclass(frozen=True)
class Outcome:
    """The verdict, and times in seconds: ``posts`` from the last byte of the form, ``flows`` from the planned arrival
    to the confirmation read. ``late`` is how far the client itself fell behind its plan."""

    verdict: Verdict
    posts: list[float] = field(repr=False)
    flows: list[float] = field(repr=False)
    seconds: float
    kills: int
    late: float
    spent: dict[str, float]  # Seconds of processor while people came: web, mail worker, this client.
    unsent: int
    mail_waits: list[int] = field(repr=False)  # Whole seconds from the form to the mail server's answer.
    turned_away: int  # Answers that said "come again in a while".
    lost_words: int  # Such answers to a sent form that did not bring it back.
    complaints: str = field(repr=False)


def hold(rush: Rush, setting: Setting, event_id: int) -> Outcome:
    """Let them come, wait for the mails, and compare."""
    path = setting.folder / "ledger.jsonl"
    book = ledger.Ledger(path)
    with running(setting) as stage:
        before = _spent(stage)
        with killing(stage.nodes, rush.kills, rush.profile.seconds) as killer:
            held = crowd.run(people(rush.profile, rush.seed), stage.ports, book)
        spent = {name: seconds - before[name] for name, seconds in _spent(stage).items()}
        _let_the_mail_go(setting.database, rush.drain)
    book.close()
    told = read_ledger(ledger.read(path))
    records = read_database(setting.database, event_id)
    lines = [line for one in told.values() for line in one.lines]
    busy = [line for line in lines if line.get("told") in crowd.BUSY]
    return Outcome(
        verdict=check(told, records, read_sink(stage.accepted)),
        posts=[line["took"] for line in lines if line["act"] == "send" and line.get("told") == 303],
        flows=[line["whole"] for line in lines if line["act"] == "done"],
        seconds=held.ended - held.began,
        kills=len(killer.killed),
        late=held.late,
        spent=spent,
        unsent=records.unsent,
        mail_waits=records.mail_waits,
        turned_away=len(busy),
        lost_words=sum(not line["kept"] or not line["again_after"] for line in busy),
        complaints=stage.complaints(),
    )


def _spent(stage: Stage) -> dict[str, float]:
    return {
        "web": sum(cpu_seconds(node.pid) for node in stage.nodes),
        "mail worker": sum(cpu_seconds(worker.pid) for worker in stage.workers),
        "client": time.process_time(),
    }


def _let_the_mail_go(address: str, seconds: float) -> None:
    engine, until = create_engine(address), time.monotonic() + seconds
    try:
        while time.monotonic() < until:
            with engine.connect() as connection:
                if not connection.execute(text(UNSETTLED)).scalar_one():
                    return
            time.sleep(0.1)
    finally:
        engine.dispose()


def fresh_folder(parent: Path, name: str) -> Path:
    folder = parent / name
    folder.mkdir(parents=True)
    return folder
