"""Rendered pages into which only a key or a few values are put: rendering a form costs more than registering does."""

from collections.abc import Callable, Hashable

from flask import Flask, current_app
from markupsafe import escape

from app.web.kept_values import KeptValues

# Words that stand in a kept page where a value goes. No page says them for another reason.
FORM_KEY = "put-form-key-here-6c1f"
NUMBER = "put-number-here-6c1f"
ADDRESS = "put-address-here-6c1f"
LINK = "put-link-here-6c1f"
# A shell is kept under all that it shows of the event, so it ages only by what stands around: a notice, a series' name.
SHELL_LASTS = 5
PLACES = {"form_key": FORM_KEY, "number": NUMBER, "address": ADDRESS, "token": LINK}


def init_app(app: Flask) -> None:
    app.extensions["registration_shells"] = KeptValues[str](app.config["KEPT_SECONDS"] * SHELL_LASTS)


def page(key: Hashable, render: Callable[[], str], **values: str) -> str:
    """The page kept under the key, rendered if need be, with the values put in, escaped."""
    pages: KeptValues[str] = current_app.extensions["registration_shells"]
    text = pages.get(key, render)
    for name, value in values.items():
        text = text.replace(PLACES[name], str(escape(value)))
    return text
