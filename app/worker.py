"""The worker: delivers mail, and runs the timetable. With cli.py the only place that knows verbs and mail."""

import logging
import os
import signal
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from secrets import token_hex
from threading import Event as Flag
from threading import Thread
from zoneinfo import ZoneInfo

from flask import Flask, current_app
from sqlalchemy import delete, select, text

from app import clock, collecting
from app.db import db, locks_rows, transact
from app.giving_way import give_way
from app.mail import mailboxes, outbox, reconciling, transports
from app.mail.delivery import Courier, Drained
from app.models import JobTurn, WorkerBeat
from app.operations import auditing
from app.operations.communication import (
    alerting,
    announcing,
    briefing,
    digesting,
    following,
    gathering,
    reminding,
    sending,
    subscribing,
    ushering,
)
from app.operations.records import retaining
from app.operations.registration import closing, closing_sessions, offering, offering_sessions

PAUSE = 0.25  # Seconds between two looks at an empty outbox.
BEAT = 10.0
REST = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)  # Seconds before a server that takes nothing is tried again.
FORGOTTEN = timedelta(days=1)
FIRST_TURN = text("INSERT INTO job_turn (job) VALUES (:job) ON CONFLICT DO NOTHING")
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """A verb that is due again and again. ``is_needed`` only looks, so that idle jobs take no lock."""

    name: str
    every: timedelta
    verb: Callable[[datetime], int]
    is_needed: Callable[[], bool] = lambda: True


def _office_zone() -> ZoneInfo:
    return ZoneInfo(current_app.config["DEFAULT_TIME_ZONE"])


def _mail_news(at: datetime) -> int:
    return digesting.send_digests(at, _office_zone())


TIMETABLE = (
    Job("seal the audit log", timedelta(seconds=1), lambda _: auditing.seal(), auditing.has_unsealed),
    Job("send how to join", timedelta(seconds=5), reminding.release_join),
    Job("send how to join sessions", timedelta(seconds=5), ushering.release_sessions, ushering.is_due),
    Job("send reminders", timedelta(seconds=5), reminding.send_reminders, reminding.has_due_reminder),
    Job("pass on lapsed offers", timedelta(seconds=2), offering.lapse_due, offering.is_due),
    Job("close waiting lists", timedelta(seconds=5), closing.close_lines, closing.is_due),
    Job("pass on seats in sessions", timedelta(seconds=2), offering_sessions.lapse_due, offering_sessions.is_due),
    Job("close lists of sessions", timedelta(seconds=5), closing_sessions.close_lines, closing_sessions.is_due),
    Job("tell of changes", timedelta(seconds=5), announcing.send_due_notices),
    Job("tell that registration opens", timedelta(seconds=1), alerting.tell_of_openings, alerting.is_due),
    Job("send announcements", timedelta(seconds=2), sending.leave_due, lambda: sending.is_due(clock.now())),
    Job("note what is new", timedelta(seconds=5), gathering.note_news, gathering.has_changed),
    Job("ask who wants news", timedelta(seconds=5), subscribing.ask_who_ticked, subscribing.is_wished),
    Job("mail news", timedelta(seconds=5), _mail_news, lambda: digesting.is_due(clock.now(), _office_zone())),
    Job("stop news that nobody gets", timedelta(minutes=10), following.stop_for_dead_addresses),
    Job("brief contacts of events", timedelta(seconds=30), briefing.send_briefs, briefing.is_due),
    Job("forget sent forms", timedelta(minutes=10), retaining.forget_submissions),
    Job("forget what people needed", timedelta(hours=1), retaining.forget_needs),
    Job("forget what came back", timedelta(minutes=10), retaining.forget_notices),
    Job("forget old complaints", timedelta(hours=1), retaining.forget_complaints),
    Job("forget unanswered moves", timedelta(minutes=10), retaining.forget_moves),
    Job("forget booked forms", timedelta(hours=1), retaining.forget_booked_forms),
    Job("forget unconfirmed addresses", timedelta(minutes=10), retaining.forget_follow_requests),
    Job("forget list mail", timedelta(hours=1), retaining.forget_list_mail),
    Job("forget old news", timedelta(hours=1), gathering.forget_news),
)


def run(stop: Flag, name: str = "", *, politely: bool = False) -> None:
    """Work until ``stop`` is set. Ends after the message in hand; what was only claimed goes back to the queue.

    ``politely``: give way to whoever serves people. The heart does not: a worker that waits for its turn is not dead.
    """
    name = name or f"{socket.gethostname()[:30]}:{os.getpid()}:{token_hex(4)}"
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    heart = Thread(target=_beat_until, args=(stop, app, name), daemon=True)
    heart.start()
    if politely:  # Not wholly beside SQLite: whoever waits for its one lock would wait for a process that may not run.
        give_way(wholly=locks_rows())
    if mailboxes.is_set():
        Thread(target=collecting.keep_collecting, args=(stop, app), daemon=True).start()
    timetable, postman = Timetable(), Postman(name, transports.chosen(), stop, transports.spare())
    while not stop.is_set():
        if not (timetable.run_due() + postman.deliver_due()):
            postman.courier.lanes.close()
            stop.wait(PAUSE)
    postman.courier.lanes.close()
    heart.join()


def stop_on_signals() -> Flag:
    """A flag that SIGTERM and SIGINT set."""
    stop = Flag()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


class Postman:
    """Delivers batch after batch, and leaves a server in peace that takes nothing."""

    def __init__(
        self, worker: str, transport: transports.Transport, stop: Flag, spare: Sequence[transports.Transport] = ()
    ) -> None:
        self.courier = Courier(worker, transport, reconciling.chosen(), stop.is_set, spare)
        self.failures, self.rests_until = 0, 0.0

    def deliver_due(self) -> int:
        """Deliver one batch, if it is time. Returns how many mails had their turn."""
        if clock.ticks() < self.rests_until:
            return 0
        try:
            drained = self.courier.deliver()
        except Exception:  # The database may be away for a moment; the loop must outlive it.
            log.exception("Mail could not be delivered")
            db.session.rollback()
            drained = Drained(0, unreachable=True)
        self.failures = self.failures + 1 if drained.unreachable else 0
        if self.failures:
            self.rests_until = clock.ticks() + REST[min(self.failures, len(REST)) - 1]
        return drained.taken


class Timetable:
    """Runs each job when it is due, in a transaction of its own. A job that fails is logged and tried again."""

    def __init__(self, jobs: tuple[Job, ...] = TIMETABLE) -> None:
        self.due = dict.fromkeys(jobs, 0.0)

    def run_due(self) -> int:
        """Run what is due. Returns how much was done; a job that did something is due again at once."""
        done = 0
        for job, due in self.due.items():
            if clock.ticks() >= due:
                count = run_job(job)
                self.due[job] = clock.ticks() + (0 if count else job.every.total_seconds())
                done += count
        return done


def run_job(job: Job) -> int:
    """Run one job, unless another worker is at it. Returns how much was done."""
    try:
        if not job.is_needed():
            return 0
        _have_turns(job)
        return transact(partial(_take_turn, job))
    except Exception:  # One job must not stop the others, nor the mail.
        log.exception("The job %r failed", job.name)
        return 0
    finally:
        db.session.rollback()


def _have_turns(job: Job) -> None:
    """Make the row by which turns are taken. Kept at once: workers that start together wait for it, not for the job."""
    if db.session.get(JobTurn, job.name) is None:
        transact(lambda _at: db.session.execute(FIRST_TURN, {"job": job.name}))


def _take_turn(job: Job, at: datetime) -> int:
    turn = db.session.scalar(select(JobTurn).where(JobTurn.job == job.name).with_for_update(skip_locked=True))
    if turn is None:
        return 0
    count = job.verb(at)
    if count:
        turn.worked_at = at
    return count


def _beat_until(stop: Flag, app: Flask, name: str) -> None:
    """Say every ten seconds that this worker lives, and keep the lease of the message that it is sending."""
    with app.app_context():
        while True:
            try:
                transact(partial(beat, name))
            except Exception:  # Without a beat others take over; with the database back it goes on.
                log.exception("The worker could not leave a sign of life")
            db.session.remove()
            if stop.wait(BEAT):
                break
        transact(partial(_leave, name))


def beat(name: str, at: datetime) -> None:
    """Leave a sign of life, and take away those of workers that are long gone."""
    row = db.session.get(WorkerBeat, name)
    if row is None:
        db.session.add(row := WorkerBeat(name=name, started_at=at, beat_at=at))
        db.session.execute(delete(WorkerBeat).where(WorkerBeat.beat_at < at - FORGOTTEN))
    row.beat_at = at
    outbox.keep_lease(name, at)


def _leave(name: str, _at: datetime) -> None:
    db.session.execute(delete(WorkerBeat).where(WorkerBeat.name == name))
