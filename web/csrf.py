"""Every form carries a token that only our own pages know (Flask-WTF)."""

from typing import Any

from flask import Flask, request
from flask import session as cookie
from flask_wtf.csrf import CSRFProtect, generate_csrf
from markupsafe import Markup


class FormTokens(CSRFProtect):  # type: ignore[misc]
    """Asked of every change, except where no browser lends its session to another site's page: an API call
    that speaks by its own token (`web.api.access` then looks at no session), or without any session; and
    calendar programs (`web.dav.access` never looks at one)."""

    def protect(self, **more: Any) -> None:
        by_itself = "Authorization" in request.headers or "sid" not in cookie
        is_program = request.path.startswith("/api/") and by_itself
        if not (is_program or request.path.startswith("/dav/")):
            super().protect(**more)


protect = FormTokens()


def init_csrf(app: Flask) -> None:
    """A token lives as long as the session does, so that a form left open over an evening still sends."""
    app.config.update(WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False)
    protect.init_app(app)


def csrf() -> Markup:
    """The hidden input for a form."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())
