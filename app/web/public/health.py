"""For those who watch the service: alive, ready, and a few gauges. No versions, no names."""

import hmac
from datetime import datetime
from typing import Any

from flask import Response, abort, current_app, jsonify, request
from sqlalchemy.exc import SQLAlchemyError

from app import clock
from app.operations.records import measuring, watching
from app.web import site
from app.web.public import blueprint

TEXT = "text/plain; version=0.0.4; charset=utf-8"


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="alive")


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """The database answers; and for how long the oldest mail that is due has been waiting.

    Late mail does not make this node unready: another one would not send it any sooner. It is said in "mail". How many
    mails left is for the token's holder alone: a figure that moves would tell whether an address was new.
    """
    try:
        mail = watching.look(clock.now(), _today(), pace=site.mail_pace())
    except SQLAlchemyError as error:
        current_app.logger.error("The database does not answer.", exc_info=error)
        return jsonify(status="not ready", database="away"), 503
    told = {
        "status": "ready",
        "database": "answers",
        "mail": _mail_word(mail),
        "oldest_mail_seconds": mail.oldest_seconds,
    }
    return jsonify(told | (_more(mail) if _has_token() else {})), 200


def _mail_word(mail: watching.MailHealth) -> str:
    if mail.trouble and mail.trouble.is_ours:
        return "stopped"
    return "late" if mail.is_late else "on time"


def _more(mail: watching.MailHealth) -> dict[str, Any]:
    return {
        "mails_accepted_today": mail.accepted,
        "share_within_10_seconds": mail.share(mail.within_10),
        "share_within_60_seconds": mail.share(mail.within_60),
        "mails_to_see_to": {reason.value: count for reason, count in mail.failures.items()},
    }


@blueprint.get("/metrics")
def metrics() -> Response:
    """Gauges in Prometheus' text format, for whoever holds the token; for all others this page does not exist."""
    if not _has_token():
        abort(404)
    gauges = measuring.gauges(clock.now(), _today(), pace=site.mail_pace())
    return Response("".join(_lines(gauge) for gauge in gauges), content_type=TEXT)


def _has_token() -> bool:
    token = current_app.config["METRICS_TOKEN"]
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(token) and hmac.compare_digest(given.encode(), token.encode())


def _today() -> datetime:
    return watching.office_day_begins(clock.now(), current_app.config["DEFAULT_TIME_ZONE"])


def _lines(gauge: measuring.Gauge) -> str:
    name = f"trade_events_{gauge.name}"
    lines = [f"# HELP {name} {gauge.meaning}", f"# TYPE {name} gauge"]
    for value, labels in gauge.values:
        named = ",".join(f'{label}="{text}"' for label, text in labels.items())
        lines.append(f"{name}{{{named}}} {value}" if named else f"{name} {value}")
    return "\n".join([*lines, ""])
