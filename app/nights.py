"""A night belongs to its evening: what ends soon after midnight is one day, for every reader and at the door."""

from datetime import date, datetime, timedelta

NIGHT = timedelta(hours=12)  # What is shorter and ends after midnight belongs to the evening on which it begins.


def last_day(start: datetime, end: datetime) -> date:
    """The day on which it ends, as people count days. Both by the clocks of one place."""
    return (start if end - start < NIGHT else end).date()
