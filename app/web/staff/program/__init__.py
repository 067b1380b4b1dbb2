"""The office's pages about the program: its events, their parts, and everything that changes them."""

from app.web.staff.program import agenda, changes, editing, events, starting, steps

__all__ = ["agenda", "changes", "editing", "events", "starting", "steps"]
