"""The office's pages about records: lists that leave as files; what is held of a person, and erasing it."""

from app.web.staff.records import addresses, erasing, exports

__all__ = ["addresses", "erasing", "exports"]
