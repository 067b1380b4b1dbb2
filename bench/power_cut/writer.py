"""A process that registers people one after the other, and notes each whom it answered.

python -m bench.power_cut.writer ADDRESS EVENT_ID ANSWERED NAME PEOPLE [careless]
"""

import os
import sys
from pathlib import Path

from sqlalchemy import event

from app.db import db
from tests.conftest import make_app
from tests.support.desk import details, sign_up


def main(address: str, event_id: int, answered: Path, name: str, people: int, *, is_careless: bool) -> None:
    app = make_app(address, answered.parent.parent)
    with app.app_context():
        if is_careless:
            event.listen(db.engine, "connect", lambda one, _: one.execute("PRAGMA synchronous = OFF"))
        file = os.open(answered, os.O_WRONLY | os.O_APPEND)
        for number in range(people):
            email = f"{name}{number}@importer.example"
            sign_up(event_id, details(email=email), form_key=f"{name}{number}")
            os.write(file, f"{email}\n".encode())
        db.session.remove()
        db.engine.dispose()


if __name__ == "__main__":
    _, address, event_id, answered, name, people, *careless = sys.argv
    main(address, int(event_id), Path(answered), name, int(people), is_careless=bool(careless))
