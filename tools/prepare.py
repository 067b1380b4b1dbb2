"""Gets a machine ready for `make run`: database, demonstration, sign-in link. One process for all, to save seconds."""

from flask.cli import ScriptInfo

from app import create_app

COMMANDS = {
    "db upgrade": "",
    "demo": "",
    "staff demo-link": "Sign in to the console as the demo administrator (this link works once):",
}


def main() -> None:
    app = create_app()
    for command, words in COMMANDS.items():
        if words:
            print(words)
        with app.app_context():
            app.cli.main(command.split(), obj=ScriptInfo(create_app=lambda: app), standalone_mode=False)


if __name__ == "__main__":
    main()
