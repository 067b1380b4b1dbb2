"""What somebody does on their own page about how they attend, where they wait, and the seats held for them."""

from flask import abort, request
from werkzeug.wrappers import Response as BaseResponse

from app.models import Mode
from app.operations.registration import asking_for_room, offering_sessions, picking, taking_free_seats
from app.operations.registration.keeping_turn import attend_online, leave_line
from app.operations.registration.switching import change_mode
from app.web.public import blueprint, own
from app.web.public.my_registration import attempt


@blueprint.post("/registrations/<token>/mode")
def change_way_of_attending(token: str) -> BaseResponse:
    mine_id, wanted = own.pressed(token).id, request.form.get("mode", "")
    if wanted not in {mode.value for mode in Mode}:
        abort(400)
    known = _known()
    return attempt(token, lambda at: change_mode(mine_id, Mode(wanted), at=at, known=known))


@blueprint.post("/registrations/<token>/room/<any(ask, 'take-back'):act>")
def wish_for_room(token: str, act: str) -> BaseResponse:
    """Ask the office for the room, or stop asking. What is held stays."""
    mine_id, verb = own.pressed(token).id, asking_for_room.ask if act == "ask" else asking_for_room.take_back
    return attempt(token, lambda at: verb(mine_id, at=at), "room")


@blueprint.post("/registrations/<token>/line/<any(leave, 'attend-online'):act>")
def change_place_in_line(token: str, act: str) -> BaseResponse:
    """Stop waiting for the room and keep online; or wait on, and attend online meanwhile."""
    mine_id, verb = own.pressed(token).id, leave_line if act == "leave" else attend_online
    return attempt(token, lambda at: verb(mine_id, at=at))


@blueprint.post("/registrations/<token>/line/free-seat")
def take_free_seat(token: str) -> BaseResponse:
    """A seat became free after the waiting list had closed."""
    mine_id, known = own.pressed(token).id, _known()
    return attempt(token, lambda at: taking_free_seats.take(mine_id, known=known, at=at))


@blueprint.post("/registrations/<token>/sessions/<int:session_id>/<any(accept, leave):act>")
def answer_for_session(token: str, session_id: int, act: str) -> BaseResponse:
    """Take the seat that is held in a session; or let it go, or stop waiting for one."""
    mine_id, verb = own.pressed(token).id, offering_sessions.accept if act == "accept" else picking.leave
    return attempt(token, lambda at: verb(mine_id, session_id, at=at))


def _known() -> list[int]:
    """The sessions of which the page said that they are lost."""
    return request.form.getlist("known", type=int)
