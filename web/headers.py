"""Headers on every answer: what the browser may load and keep, and what nobody else learns."""

from urllib.parse import urlsplit

from flask import Flask, Response, request
from flask import session as cookie

from foundation.settings import Settings
from web.context import settings

_ERROR = 400
_STEADY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
        "magnetometer=(), microphone=(), payment=(), usb=()"
    ),
}


def init_headers(app: Flask) -> None:
    app.after_request(_add_headers)


def content_policy(chosen: Settings) -> str:
    """Nothing but our own files. The socket is spelt out for browsers whose 'self' leaves it out.

    Forms go to ourselves; the one for the call is led on to the video server, if there is one.
    """
    base = urlsplit(chosen.base_url)
    socket = f"{'wss' if base.scheme == 'https' else 'ws'}://{base.netloc}"
    call = f" {chosen.jitsi.origin}" if chosen.jitsi else ""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        f"connect-src 'self' {socket}; form-action 'self'{call}; frame-ancestors 'none'; base-uri 'none'"
    )


def steady_headers(chosen: Settings) -> dict[str, str]:
    """What every answer of this installation says, whatever it is about."""
    told = {**_STEADY, "Content-Security-Policy": content_policy(chosen)}
    if chosen.is_https:
        told["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    return told


def _add_headers(response: Response) -> Response:
    response.headers.update(steady_headers(settings()))
    if _is_private(response):
        response.headers["Cache-Control"] = "no-store"
    elif "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-cache"
        response.vary.add("Cookie")
    return response


def _is_private(response: Response) -> bool:
    """Errors, and what is made for one session, stay out of caches. Static files are everybody's."""
    if response.status_code >= _ERROR:
        return True
    is_somebodys = bool(cookie) or "Authorization" in request.headers
    return request.endpoint != "assets.serve" and is_somebodys
