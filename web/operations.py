"""What machines ask: does it live, can it serve, and the numbers for Prometheus."""

from hmac import compare_digest
from ipaddress import ip_address
from typing import cast

from flask import Blueprint, Flask, Response, abort, current_app, request
from flask.blueprints import BlueprintSetupState

from foundation import metrics
from web.context import settings
from web.guards import public
from web.readiness import Examination, look_around

blueprint = Blueprint("operations", __name__)
_FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via")
_PLAIN = "text/plain; charset=utf-8"


@blueprint.record_once
def _prepare(state: BlueprintSetupState) -> None:
    extensions = cast(Flask, state.app).extensions
    extensions["evenside.examination"] = Examination(lambda: look_around(extensions["evenside"]))


@blueprint.get("/healthz")
@public
def healthz() -> Response:
    """The process answers. Nothing else is asked: a restart would mend nothing else."""
    return Response("ok\n", content_type=_PLAIN)


@blueprint.get("/readyz")
@public
def readyz() -> Response:
    """200, or 503 with the reason, within a few seconds."""
    problem = _examination().health().problem
    return Response(f"{problem or 'ready'}\n", status=503 if problem else 200, content_type=_PLAIN)


@blueprint.get("/metrics")
@public
def show_metrics() -> Response:
    """For a program on this machine, or with the token; a missing page to everybody else."""
    if not _may_read_numbers():
        abort(404)
    health = _examination().health()
    metrics.ready.set(health.problem is None)
    if health.outbox_seconds is not None:
        metrics.outbox_oldest_seconds.set(health.outbox_seconds)
    return Response(metrics.rendered(), content_type=metrics.CONTENT_TYPE)


def _examination() -> Examination:
    return cast(Examination, current_app.extensions["evenside.examination"])


def _may_read_numbers() -> bool:
    token = settings().metrics_token
    if token:
        shown = request.headers.get("Authorization", "")
        return compare_digest(shown.encode(), f"Bearer {token}".encode())
    return _is_this_machine()


def _is_this_machine() -> bool:
    """Asked directly. What a proxy on this machine passes on has headers of its own, or our public name."""
    if any(name in request.headers for name in _FORWARDED):
        return False
    host = request.host.rsplit(":", 1)[0].strip("[]")
    return _is_loopback(request.remote_addr or "") and (host == "localhost" or _is_loopback(host))


def _is_loopback(name: str) -> bool:
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
