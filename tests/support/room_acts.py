"""Asking for the room, the office's answer, and taking a seat that a closed line left over: for real and on paper."""

from datetime import timedelta
from functools import partial

from app.operations.registration import answering_for_room, asking_for_room, taking_free_seats
from tests.support.desk_acts import STAFF, NothingToDoError
from tests.support.office_acts import OfficeActs
from tests.support.paper_people import ROOM


class RoomActs(OfficeActs):
    def let_days_pass(self) -> None:
        """So that the line for the room closes within the story."""
        self.at = self.starts_at - timedelta(hours=50)

    def ask_for_room(self) -> None:
        if not self.paper.needs_approval and self.random.random() < 0.9:
            raise NothingToDoError
        person, id_ = self.one(self.paper.may_wish)
        self.act(lambda: self.paper.ask_for_room(person, self.at), asking_for_room.ask, id_)

    def stop_asking(self) -> None:
        person, id_ = self.one(lambda one: one.wishes)
        self.act(lambda: self.paper.stop_asking(person), asking_for_room.take_back, id_)

    def let_in(self) -> None:
        person, id_ = self.one(lambda one: one.wishes)
        verb = partial(answering_for_room.say_yes, known=self.sessions, **STAFF)
        self.act(lambda: self.paper.let_in(person, self.at), verb, id_)

    def keep_out(self) -> None:
        person, id_ = self.one(lambda one: one.wishes)
        self.act(lambda: self.paper.keep_out(person), answering_for_room.say_no, id_, **STAFF)

    def take_free_seat(self) -> None:
        """In the last day mostly with a seat that somebody has just given up."""
        if not self.paper.moves(ROOM, self.at) and self.random.random() < 0.5:
            self.cancel()
        person, id_ = self.one(lambda one: one.turn and not self.paper.moves(one.turn, self.at))
        verb = partial(taking_free_seats.take, known=self.sessions)
        self.act(lambda: self.paper.take_free_seat(person, self.at), verb, id_)
