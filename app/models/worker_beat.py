"""Signs of life: when each worker was last heard of, and when each job of the timetable last did something."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model

READ_MAILBOX = "read the mailbox of bounces"


class WorkerBeat(Model):
    """One row for each running worker. Without a fresh one no mail leaves: the console's top line turns red."""

    __tablename__ = "worker_beat"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    started_at: Mapped[datetime]
    beat_at: Mapped[datetime] = mapped_column(index=True)


class JobTurn(Model):
    """One row for each job. Whoever holds its lock runs the job, so that several workers never run it at once."""

    __tablename__ = "job_turn"

    job: Mapped[str] = mapped_column(String(40), primary_key=True)
    worked_at: Mapped[datetime | None]  # When it last found something to do.
