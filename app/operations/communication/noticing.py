"""The notice over all public pages: a lapse in funding, a storm."""

from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.models import SiteNotice
from app.operations import auditing, meanwhile


def standing(at: datetime) -> SiteNotice | None:
    """The notice in force, if there is one: the newest row, until it ends."""
    newest = db.session.scalar(select(SiteNotice).order_by(SiteNotice.id.desc()).limit(1))
    return newest if newest and newest.is_in_force(at) else None


def shown(notice: SiteNotice | None) -> str:
    """A mark of the notice that a form was shown with."""
    return _mark(notice.text, notice.ends_at) if notice else _mark("", None)


def _mark(text: str, ends_at: datetime | None) -> str:
    return meanwhile.mark([text, ends_at])


def put_up(text: str, ends_at: datetime | None, *, actor: str, at: datetime, version: str | None = None) -> SiteNotice:
    """Put this notice up in place of the one before. An empty text takes it down.

    ``version`` is the mark of what the form showed. Raises meanwhile.ChangedMeanwhileError.
    """
    meanwhile.refuse(version, standing=shown(standing(at)), typed=_mark(text, ends_at))
    notice = SiteNotice(text=text, ends_at=ends_at, set_at=at, set_by=actor)
    db.session.add(notice)
    db.session.flush()
    act = "put up site notice" if text else "took down site notice"
    auditing.record(act, actor=actor, subject="site notice", subject_id=notice.id, detail={"text": text}, at=at)
    return notice
