"""The trade member's pages. Each module adds its addresses to the blueprint; routes.py names the modules."""

from flask import Blueprint

blueprint = Blueprint("public", __name__)
