"""Whoever books learns nothing of who is registered: the answer is that of a desk where nobody of them is."""

from itertools import combinations

import pytest
from sqlalchemy import select

from app.db import db
from app.models import BookedPlace, Event, FormSubmission, Mode, PickState, RegistrationState
from tests.support.booking import booked_form, places
from tests.support.desk import details, registrations, sign_up, with_rules
from tests.support.sessions import conference, session_ids

# Who decides is Python alone, so one database is enough.
pytestmark = [pytest.mark.usefixtures("app", "at"), pytest.mark.slow, pytest.mark.database("sqlite")]
EVERYBODY = ("maria@broker.example", "ana@broker.example", "bo@broker.example")
KNOWN = [some for count in range(4) for some in combinations(EVERYBODY, count)]


def book(free: int, free_in_session: int, known: tuple[str, ...]) -> tuple[int, FormSubmission]:
    """Three people book where so many seats are free, and these of them hold one already."""
    seats = {Mode.IN_PERSON: free_in_session + len(known) + 1}
    event_id = with_rules(conference({"seats": seats}, capacity=free + len(known) + 1), most_colleagues=2)
    [session] = session_ids(event_id)
    sign_up(event_id, details(sessions=(session,)))
    for email in known:
        sign_up(event_id, details(email=email, sessions=(session,)))
    submission_id = sign_up(event_id, booked_form("Ana", "Bo", sessions=(session,)))
    return event_id, db.session.get_one(FormSubmission, submission_id)


def shown(submission: FormSubmission) -> object:
    """What the page and the booker see, without what names this one event."""
    people = [
        (one["state"], [state for _number, state in one.get("sessions", [])]) for one in submission.outcome["people"]
    ]
    own = [state for _number, state in submission.outcome.get("sessions", [])]
    query = select(BookedPlace).where(BookedPlace.booking_id == submission.outcome["booking"])
    return submission.state, own, people, [place.state for place in db.session.scalars(query)]


def check_seats(event_id: int) -> None:
    """Nothing of a stand-in is left, and no seat stands empty beside somebody who waits."""
    db.session.expire_all()
    people, event = registrations(event_id), db.session.get_one(Event, event_id)
    confirmed = [one for one in people if one.state is RegistrationState.CONFIRMED]
    [pool], [session] = event.pools, event.sessions
    assert (pool.taken, pool.waiting) == (len(confirmed), len(people) - len(confirmed))
    assert not pool.waiting or pool.taken == pool.capacity
    picks = [pick for one in people for pick in one.live_picks]
    taken = sum(pick.state is PickState.CONFIRMED for pick in picks)
    waiting = sum(pick.state is PickState.WAITLISTED and pick.position is not None for pick in picks)
    assert (session.pools[0].taken, session.pools[0].waiting) == (taken, waiting)
    assert not waiting or taken == session.pools[0].capacity


@pytest.mark.parametrize("free", range(4))
@pytest.mark.parametrize("free_in_session", range(3))
def test_the_answer_is_the_same_whoever_is_known(free: int, free_in_session: int) -> None:
    answers = []
    for known in KNOWN:
        event_id, submission = book(free, free_in_session, known)
        answers.append(shown(submission))
        check_seats(event_id)
    assert all(answer == answers[0] for answer in answers), answers
    assert len(places()) == 2 * len(KNOWN)
