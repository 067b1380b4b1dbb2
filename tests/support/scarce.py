"""The app in a process that may open 64 files and no more."""

import resource

from flask import Flask

from tools import web

FILES = 64


def create_app() -> Flask:
    app = web.create_app()
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, FILES))
    return app
