from tests.support.staff import administrator, door_staff, editor, viewer

__all__ = ["administrator", "door_staff", "editor", "viewer"]
