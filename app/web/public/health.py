"""For those who watch the service: alive, ready, and a few gauges. No versions, no names."""

import hmac

from flask import Response, abort, current_app, jsonify, request
from sqlalchemy.exc import SQLAlchemyError

from app import clock
from app.operations.records import measuring
from app.web.public import blueprint

TEXT = "text/plain; version=0.0.4; charset=utf-8"


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="alive")


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """The database answers; and for how long the oldest mail that is due has been waiting."""
    try:
        waiting = measuring.oldest_mail_seconds(clock.now())
    except SQLAlchemyError as error:
        current_app.logger.error("The database does not answer.", exc_info=error)
        return jsonify(status="not ready", database="away"), 503
    return jsonify(status="ready", database="answers", oldest_mail_seconds=waiting), 200


@blueprint.get("/metrics")
def metrics() -> Response:
    """Gauges in Prometheus' text format, for whoever holds the token; for all others this page does not exist."""
    token = current_app.config["METRICS_TOKEN"]
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(given.encode(), token.encode()):
        abort(404)
    return Response("".join(_lines(gauge) for gauge in measuring.gauges(clock.now())), content_type=TEXT)


def _lines(gauge: measuring.Gauge) -> str:
    name = f"trade_events_{gauge.name}"
    lines = [f"# HELP {name} {gauge.meaning}", f"# TYPE {name} gauge"]
    for value, labels in gauge.values:
        named = ",".join(f'{label}="{text}"' for label, text in labels.items())
        lines.append(f"{name}{{{named}}} {value}" if named else f"{name} {value}")
    return "\n".join([*lines, ""])
