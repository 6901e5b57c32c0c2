"""The door that gunicorn opens."""

from cli.wiring import app_from_environment

app = app_from_environment()
