"""Who comes when and how they behave. All of it follows from a profile and a seed, so that a run can be repeated."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum


class Habit(Enum):
    """What a person does at the form."""

    PLAIN = "fills it and sends it"
    DOUBLE_CLICK = "presses the button twice"
    TWO_TABS = "fills the form in two tabs and sends both"
    CUT = "loses the connection while sending, and sends again"
    MALFORMED = "sends what no form of ours sends, and goes"


# Of a hundred people so many behave like this; all others are plain.
PER_HUNDRED = {Habit.DOUBLE_CLICK: 5, Habit.TWO_TABS: 3, Habit.CUT: 2, Habit.MALFORMED: 1}


@dataclass(frozen=True)
class Wave:
    """A share of the people, spread evenly by chance between two instants (seconds from the beginning)."""

    share: float
    begins: float
    ends: float


@dataclass(frozen=True)
class Profile:
    """A rush: how many people come for how many seats, and in which waves."""

    name: str
    people: int
    seats: int
    waves: tuple[Wave, ...]

    @property
    def seconds(self) -> float:
        return max(wave.ends for wave in self.waves)

    def of(self, people: int, seconds: float) -> "Profile":
        """A smaller rush of the same kind: as many people for each seat, in one wave."""
        seats = max(1, self.seats * people // self.people)
        return replace(self, people=people, seats=seats, waves=(Wave(1, 0, seconds),))


PROFILES = {
    "S": Profile("S", 1_000, 100, (Wave(1, 0, 20),)),
    "L": Profile("L", 5_000, 800, (Wave(0.4, 0, 10), Wave(0.4, 10, 60), Wave(0.2, 60, 240))),
    "XL": Profile("XL", 10_000, 800, (Wave(1, 0, 60),)),
}


@dataclass(frozen=True)
class Person:
    """One simulated person. ``luck`` (0 to 1) settles what the habit leaves open."""

    number: int
    arrives: float
    habit: Habit
    luck: float

    @property
    def email(self) -> str:
        return f"person{self.number}@importer.example.com"

    @property
    def address(self) -> str:
        """The network address that the proxy in front of the app would report."""
        return f"10.{self.number >> 16 & 255}.{self.number >> 8 & 255}.{self.number & 255}"


def people(profile: Profile, seed: int) -> list[Person]:
    """Everybody who comes, by arrival."""
    chance = random.Random(seed)
    instants = sorted(_instants(profile, chance))
    habits = _habits(profile.people, chance)
    return [Person(number, at, habits[number], chance.random()) for number, at in enumerate(instants)]


def _instants(profile: Profile, chance: random.Random) -> Iterator[float]:
    for wave in profile.waves:
        for _ in range(round(profile.people * wave.share)):
            yield chance.uniform(wave.begins, wave.ends)


def _habits(count: int, chance: random.Random) -> list[Habit]:
    habits = [habit for habit, share in PER_HUNDRED.items() for _ in range(max(1, count * share // 100))]
    habits += [Habit.PLAIN] * (count - len(habits))
    chance.shuffle(habits)
    return habits
