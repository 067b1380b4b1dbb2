"""On paper: who asks for the room, what the office answers, and who takes a seat that a closed line left over."""

from datetime import datetime

from tests.support.paper_office import PaperOffice
from tests.support.paper_people import EVENT, ONLINE, ROOM, Person, RefusedError


class PaperRoom(PaperOffice):
    def may_wish(self, person: Person) -> bool:
        return person.has_place and not person.until and person.mode is ONLINE and person.turn is not ROOM

    def ask_for_room(self, person: Person, at: datetime) -> None:
        room = self.pools[EVENT, ROOM]
        takes = not self.is_paused(ROOM) and room.capacity != 0 and (room.is_free or self.moves(ROOM, at))
        if not (self.needs_approval and self.may_wish(person) and takes):
            raise RefusedError
        person.wishes = True

    def stop_asking(self, person: Person) -> None:
        if person.gone:
            raise RefusedError
        person.wishes = False

    def let_in(self, person: Person, at: datetime) -> None:
        """A seat in the room, or its line beside the seat online."""
        room = self.pools[EVENT, ROOM]
        self._refuse_unasked(person)
        if self.has_seat(ROOM, at) and self.may_sit(person):
            self._stop_waiting(person)
            self.pools[EVENT, ONLINE].leave(person)
            room.seated.append(person)
            self._arrive(person, ROOM)
        elif room.capacity != 0 and self.moves(ROOM, at) and person.sits:
            room.line.append(person)
            person.turn = ROOM
        else:
            raise RefusedError
        person.wishes = False
        self.promote(at)

    def keep_out(self, person: Person) -> None:
        self._refuse_unasked(person)
        person.wishes = False

    def _refuse_unasked(self, person: Person) -> None:
        if not (person.wishes and self.may_wish(person)):
            raise RefusedError

    def take_free_seat(self, person: Person, at: datetime) -> None:
        if person.turn is None or person.until or self.moves(person.turn, at) or self.is_paused(person.turn):
            raise RefusedError
        pool = self.pools[EVENT, person.turn]
        if not (pool.is_free and self.may_sit(person)):
            raise RefusedError
        pool.line.remove(person)
        pool.seated.append(person)
        self._come_in(person, person.turn)
        self.told.append((person.email, at))
        self.promote(at)
