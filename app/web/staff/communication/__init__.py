"""The office's pages for writing to people: announcements, texts kept for the next one, wording, and who follows."""

from app.web.staff.communication import (
    announcement_bulletin,
    announcement_steps,
    announcements,
    complaints,
    followers,
    kept_texts,
    wording,
)

__all__ = [
    "announcement_bulletin",
    "announcement_steps",
    "announcements",
    "complaints",
    "followers",
    "kept_texts",
    "wording",
]
