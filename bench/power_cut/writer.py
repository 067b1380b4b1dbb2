"""A process that registers people one after the other, and notes each whom it answered.

python -m bench.power_cut.writer ADDRESS FOLDER EVENT_ID NAME SYNCHRONOUS
"""

import os
import sys
from pathlib import Path

from sqlalchemy import event

from app.db import db
from tests.conftest import make_app
from tests.support.desk import details, sign_up

PEOPLE = 20
ANSWERED = "answered"


def main(address: str, folder: str, event_id: int, name: str, synchronous: str) -> None:
    app = make_app(address, Path(folder))
    with app.app_context():
        event.listen(db.engine, "connect", lambda one, _: one.execute(f"PRAGMA synchronous = {synchronous}"))
        answered = os.open(Path(address.removeprefix("sqlite:///")).parent / ANSWERED, os.O_WRONLY | os.O_APPEND)
        for number in range(PEOPLE):
            email = f"{name}{number}@importer.example"
            sign_up(event_id, details(email=email), form_key=f"{name}{number}")
            os.write(answered, f"{email}\n".encode())
        db.session.remove()
        db.engine.dispose()


if __name__ == "__main__":
    _, address, folder, event_id, name, synchronous = sys.argv
    main(address, folder, int(event_id), name, synchronous)
