"""The office's pages for writing to people: announcements, and texts kept for the next one."""

from app.web.staff.communication import announcement_steps, announcements, kept_texts, wording

__all__ = ["announcement_steps", "announcements", "kept_texts", "wording"]
