"""Every form carries a token that only our own pages know (Flask-WTF)."""

from flask import Flask
from flask_wtf.csrf import CSRFProtect, generate_csrf
from markupsafe import Markup

protect = CSRFProtect()


def init_csrf(app: Flask) -> None:
    """A token lives as long as the session does, so that a form left open over an evening still sends."""
    app.config.update(WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False)
    protect.init_app(app)


def csrf() -> Markup:
    """The hidden input for a form."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())
