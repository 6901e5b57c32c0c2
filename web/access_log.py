"""One log line a request, with an id that an error page can show.

The rule is logged, never the path: paths hold secrets.
"""

import logging
import secrets
import time

from flask import Flask, Response, g, request

from foundation.logs import begin_request

log = logging.getLogger("evenside.web")
_QUIET = {"assets.serve", "operations.healthz", "operations.readyz", "operations.show_metrics"}


def init_access_log(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_end)


def new_request_id() -> str:
    """Eight hex digits in two halves, short enough to read out on the phone."""
    digits = secrets.token_hex(4)
    return f"{digits[:4]}-{digits[4:]}"


def request_id() -> str:
    if "request_id" not in g:
        g.request_id = new_request_id()
    return str(g.request_id)


def _begin() -> None:
    g.began = time.perf_counter()
    begin_request(request_id())


def _end(response: Response) -> Response:
    rule = request.url_rule.rule if request.url_rule else None
    took = time.perf_counter() - g.get("began", time.perf_counter())
    level = logging.DEBUG if request.endpoint in _QUIET else logging.INFO
    details = {
        "method": request.method,
        "rule": rule,
        "status": response.status_code,
        "ms": round(took * 1000, 1),
    }
    log.log(level, "answered", extra=details)
    return response
