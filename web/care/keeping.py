"""Keeping a member's steps on their own device: who wishes it, what is kept, and the worker that keeps it.

See docs/decisions/0028: one page and what it is drawn with, never on a device that others use.
"""

import json
from typing import Literal

from flask import session as cookie

from auth.permissions import may
from foundation.columns import blind_index
from web.assets import static_url
from web.context import actor, actor_or_none, is_surely_nobody

KEPT = "/care/steps/kept"
FILES = (
    "css/tokens.css",
    "css/base.css",
    "css/components.css",
    "fonts/atkinson-hyperlegible-next-latin-wght-normal.woff2",
    "img/icons.svg",
    "img/mark.svg",
    "js/exit.js",
    "js/keep_steps.js",
    "js/shell.js",
    "js/tabs.js",
    "js/steps.js",
    "js/time.js",
    "js/toast.js",
    "js/zone.js",
)


def steps_are_mine() -> bool:
    """Whether whoever looks has steps of their own."""
    return may(actor_or_none(), "care")


def steps_wish() -> Literal["keep", "drop"] | None:
    """What this page asks of the browser: keep the steps, drop them, or leave all as it is.

    Kept for a member on a device that nobody else uses. Dropped as soon as anybody else, or surely nobody,
    is signed in here. A page made while the database is away says nothing.
    """
    somebody = actor_or_none()
    if steps_are_mine() and cookie.permanent:
        return "keep"
    return "drop" if somebody or is_surely_nobody() else None


def steps_owner() -> str:
    """Tells one member of a browser from another, and means nothing anywhere else."""
    return blind_index("steps", actor().person_id)[:12]


def worker_script() -> str:
    """Two lines that change with every release, so that browsers notice one, and the worker itself."""
    files = [static_url(name) for name in FILES]
    told = f"const KEPT = {json.dumps(KEPT)};\nconst FILES = {json.dumps(files)};\n"
    return f"{told}importScripts({json.dumps(static_url('js/steps_worker.js'))});\n"
