"""The office's pages about records: lists that leave as files."""

from app.web.staff.records import exports

__all__ = ["exports"]
