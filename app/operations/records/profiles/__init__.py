"""Who receives lists, and exactly what each of them gets: one module a receiver."""

from app.operations.records.profiles.attendees import ATTENDEES
from app.operations.records.profiles.building_security import BUILDING_SECURITY
from app.operations.records.profiles.presence import PRESENCE
from app.operations.records.profiles.profile import Profile
from app.operations.records.profiles.speaker_questions import SPEAKER_QUESTIONS

PROFILES: dict[str, Profile] = {
    profile.name: profile for profile in (ATTENDEES, BUILDING_SECURITY, SPEAKER_QUESTIONS, PRESENCE)
}

__all__ = ["PROFILES"]
