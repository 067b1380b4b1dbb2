"""A process that registers one person after the other, says each number it was told, and goes on until it is killed.

python -m tests.support.registering_on ADDRESS FOLDER EVENT_ID NAME
"""

import sys
from pathlib import Path

from app.db import db
from app.models import FormSubmission
from tests.conftest import make_app
from tests.support.desk import details, sign_up


def main(address: str, folder: str, event_id: int, name: str) -> None:
    with make_app(address, Path(folder)).app_context():
        for number in range(100_000):
            email = f"{name}{number}@importer.example"
            submission = sign_up(event_id, details(email=email), form_key=f"{name}{number}")
            assert db.session.get(FormSubmission, submission)
            db.session.rollback()
            sys.stdout.write(f"{email}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    _, address, folder, event_id, name = sys.argv
    main(address, folder, int(event_id), name)
