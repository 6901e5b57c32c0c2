"""create_app(): every room is wired here, and nothing else happens."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask

from foundation.database import Database
from foundation.keyring import KEYRING
from foundation.settings import Settings
from realtime.gateway import init_realtime
from web.access_log import init_access_log
from web.assets import init_assets
from web.blueprints import ROOMS
from web.context import House
from web.csrf import init_csrf
from web.errors import HushedFlask, init_errors
from web.file_room import init_file_room
from web.headers import init_headers
from web.hearing_first import init_hearing
from web.jinja import init_jinja
from web.polling import init_polling

_TEMPLATES = Path(__file__).parent.parent / "templates"
_BODY_LIMIT = 256 * 1024
_LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]


def utc_now() -> datetime:
    return datetime.now(UTC)


def create_app(settings: Settings, *, clock: Callable[[], datetime] = utc_now) -> Flask:
    """The web of one installation. `clock` gives the present as aware UTC; tests move it by hand."""
    app = HushedFlask("evenside", template_folder=str(_TEMPLATES), static_folder=None)
    app.config.from_mapping(_config(settings))
    KEYRING.install(settings.keys, settings.key_file)
    app.extensions["evenside"] = House(settings, Database(settings.database_url), clock)
    for part in (
        init_access_log,
        init_assets,
        init_file_room,
        init_csrf,
        init_jinja,
        init_errors,
        init_headers,
        init_hearing,
        init_realtime,
        init_polling,
    ):
        part(app)
    for room in ROOMS:
        app.register_blueprint(room.blueprint)
    return app


def _config(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.secret_key,
        "TRUSTED_HOSTS": [settings.host.rsplit(":", 1)[0], *_LOOPBACK],
        "MAX_CONTENT_LENGTH": _BODY_LIMIT,
        "MAX_FORM_MEMORY_SIZE": _BODY_LIMIT,
        "MAX_FORM_PARTS": 200,
        "SESSION_COOKIE_NAME": "__Host-sid" if settings.is_https else "sid",
        "SESSION_COOKIE_SECURE": settings.is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(days=30),
        "SESSION_REFRESH_EACH_REQUEST": False,
    }
