"""Gets a machine ready for `make run`: database, demonstration, sign-in link. One process for all, to save seconds."""

import sys

from flask.cli import ScriptInfo

from app import create_app
from tools.serve import PORT_IN_USE, is_answered

COMMANDS = {
    "db upgrade": "",
    "demo": "",
    "staff demo-link": "Sign in to the console as the demo administrator (this link works once):",
}


def main() -> int:
    if is_answered():  # Before anything is made ready, and before a link is printed that would open another server.
        print(PORT_IN_USE, file=sys.stderr)
        return 1
    app = create_app()
    for command, words in COMMANDS.items():
        if words:
            print(words)
        with app.app_context():
            app.cli.main(command.split(), obj=ScriptInfo(create_app=lambda: app), standalone_mode=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
