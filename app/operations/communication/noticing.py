"""The notice over all public pages: a lapse in funding, a storm."""

from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.models import SiteNotice
from app.operations import auditing


def standing(at: datetime) -> SiteNotice | None:
    """The notice in force, if there is one: the newest row, until it ends."""
    newest = db.session.scalar(select(SiteNotice).order_by(SiteNotice.id.desc()).limit(1))
    return newest if newest and newest.is_in_force(at) else None


def put_up(text: str, ends_at: datetime | None, *, actor: str, at: datetime) -> SiteNotice:
    """Put this notice up in place of the one before. An empty text takes it down."""
    notice = SiteNotice(text=text, ends_at=ends_at, set_at=at, set_by=actor)
    db.session.add(notice)
    db.session.flush()
    act = "put up site notice" if text else "took down site notice"
    auditing.record(act, actor=actor, subject="site notice", subject_id=notice.id, detail={"text": text}, at=at)
    return notice
