"""What a form's body must be before anybody reads it: our forms send one kind of body, in UTF-8."""

from urllib.parse import unquote_to_bytes

from flask import abort, request

FORM = "application/x-www-form-urlencoded"


def refuse_unreadable() -> None:
    """Refuse what no form of ours sends (a before_request function): another kind, packed, or no text."""
    if request.method != "POST":
        return
    if request.mimetype != FORM or request.mimetype_params.keys() - {"charset"}:
        abort(415)
    if request.headers.get("Content-Encoding", "identity") != "identity":
        abort(415)
    try:
        unquote_to_bytes(request.get_data()).decode()
    except UnicodeDecodeError:
        abort(400)
