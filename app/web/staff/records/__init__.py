"""The office's pages about records: lists that leave as files; what is held of a person, and erasing it."""

from app.web.staff.records import erasing, exports

__all__ = ["erasing", "exports"]
