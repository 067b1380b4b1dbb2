"""The worker: jobs run when due, one worker at a time, and a failure of one stops nothing else."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from threading import Event as Flag
from threading import Thread

import pytest

from app import clock
from app.db import db, locks_rows, transact
from app.giving_way import NICENESS
from app.mail import transports
from app.models import AuditEntry, JobTurn, WorkerBeat
from app.operations import auditing
from app.worker import TIMETABLE, Job, Postman, Timetable, beat, run_job
from tests.conftest import NOON
from tests.mail.conftest import queue
from tests.support import factories as make

SECOND = timedelta(seconds=1)
PATIENCE = 120


def note(text):
    """A job's work that can be seen afterwards."""

    def work(at):
        auditing.record(text, actor="worker", subject="test", subject_id=None, at=at)
        return 1

    return work


def noted():
    db.session.rollback()
    return db.session.scalars(db.select(AuditEntry.act).order_by(AuditEntry.id)).all()


@pytest.mark.usefixtures("app", "at")
class TestJobs:
    def test_a_job_is_done_and_kept(self):
        assert run_job(Job("greet", SECOND, note("greeted"))) == 1
        assert noted() == ["greeted"]
        assert db.session.get_one(JobTurn, "greet").worked_at == NOON

    def test_what_is_not_needed_is_not_begun(self):
        assert run_job(Job("greet", SECOND, note("greeted"), lambda: False)) == 0
        assert noted() == []

    def test_a_job_that_fails_keeps_nothing_and_stops_nothing(self, caplog):
        def fail(at):
            note("half done")(at)
            raise RuntimeError("broken")

        timetable = Timetable((Job("break", SECOND, fail), Job("greet", SECOND, note("greeted"))))
        assert timetable.run_due() == 1
        assert noted() == ["greeted"]
        assert "The job 'break' failed" in caplog.text

    @pytest.mark.database("postgresql")
    def test_another_workers_turn_is_left_alone(self, app):
        job = Job("greet", SECOND, note("greeted"))
        run_job(job)
        held, seen = Flag(), Flag()

        def hold():
            def work(_):
                db.session.get_one(JobTurn, "greet", with_for_update=True)
                held.set()
                assert seen.wait(PATIENCE)

            with app.app_context():
                transact(work)

        other = Thread(target=hold)
        other.start()
        assert held.wait(PATIENCE)
        assert run_job(job) == 0
        seen.set()
        other.join()
        assert noted() == ["greeted"]

    def test_the_timetable_has_its_jobs_and_they_run(self):
        transact(note("something to seal"))
        event = make.event()
        make.joining(event)
        make.registration(event)
        names = [job.name for job in TIMETABLE]
        assert len(set(names)) == len(names)  # Two jobs of one name would take turns.
        assert {"seal the audit log", "send how to join", "tell of changes", "mail news"} <= set(names)
        assert Timetable().run_due() == 3  # One entry sealed, one person told, one new event noted.
        assert not auditing.has_unsealed() or run_job(TIMETABLE[0]) == 1
        assert run_job(TIMETABLE[1]) == 0

    def test_each_job_waits_its_time(self):
        timetable = Timetable((Job("idle", timedelta(hours=1), lambda _: 0),))
        timetable.run_due()
        (due,) = timetable.due.values()
        assert due > clock.ticks() + 3000


@pytest.mark.usefixtures("app", "at")
class TestSignsOfLife:
    def test_it_works(self):
        transact(lambda at: beat("worker-1", at))
        with clock.stopped_at(NOON + 10 * SECOND):
            transact(lambda at: beat("worker-1", at))
        row = db.session.get_one(WorkerBeat, "worker-1")
        assert (row.started_at, row.beat_at) == (NOON, NOON + 10 * SECOND)

    def test_a_worker_long_gone_is_forgotten(self):
        transact(lambda at: beat("gone", at))
        with clock.stopped_at(NOON + timedelta(days=2)):
            transact(lambda at: beat("new", at))
        assert db.session.scalars(db.select(WorkerBeat.name)).all() == ["new"]


@pytest.mark.usefixtures("at")
class TestPostman:
    @pytest.fixture
    def settings(self, smtp):
        return {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": smtp.port}

    def test_a_server_that_takes_nothing_is_left_in_peace(self, app, smtp):
        smtp.stop()
        queue("ana@example.com")
        postman = Postman("worker-1", transports.chosen(), Flag())
        postman.deliver_due()
        assert postman.rests_until > clock.ticks()
        queue("ben@example.com")
        assert postman.deliver_due() == 0
        smtp.start()
        postman.rests_until = 0
        assert postman.deliver_due() == 1
        assert postman.failures == 0
        postman.courier.lanes.close()


class TestProcess:
    """The command itself, in a process of its own."""

    @pytest.fixture
    def process(self, app, database, smtp, tmp_path):
        environment = {
            "DATABASE_URL": database,
            "INSTANCE_DIR": str(tmp_path),
            "MAIL_SERVER": "127.0.0.1",
            "MAIL_PORT": str(smtp.port),
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "app", "worker"],
            env=os.environ | environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        yield process
        if process.poll() is None:
            process.kill()
        process.communicate()

    @pytest.mark.slow
    @pytest.mark.skipif(sys.platform != "linux", reason="Other systems know no process that runs last.")
    def test_it_runs_last_unless_others_wait_for_its_lock(self, process, smtp):
        queue("first@example.com")
        assert smtp.sink.arrived.acquire(timeout=PATIENCE)
        runs_last = os.sched_getscheduler(process.pid) == os.SCHED_IDLE
        assert runs_last == locks_rows()
        threads = {os.sched_getscheduler(int(one.name)) for one in Path(f"/proc/{process.pid}/task").iterdir()}
        assert os.SCHED_OTHER in threads  # The heart, or whoever waits for its turn would pass for dead.

    @pytest.mark.slow
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_it_sends_within_seconds_and_ends_when_asked(self, process, smtp, number):
        queue("first@example.com")
        assert smtp.sink.arrived.acquire(timeout=PATIENCE)
        own = os.getpriority(os.PRIO_PROCESS, 0)
        assert os.getpriority(os.PRIO_PROCESS, process.pid) == min(own + NICENESS, 19)
        queue("second@example.com")
        assert smtp.sink.arrived.acquire(timeout=PATIENCE)
        process.send_signal(number)
        _, words = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
        assert "Traceback" not in words
        assert db.session.scalars(db.select(WorkerBeat.name)).all() == []
