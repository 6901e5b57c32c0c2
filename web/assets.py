"""Static files at addresses that name their version, so that browsers may keep them for good.

One fingerprint covers the folder and stands in the path: /static/<fingerprint>/css/base.css. Fonts named
in a style sheet and modules imported by a module are relative addresses, so they carry the same fingerprint.
"""

import hashlib
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, send_from_directory

from web.guards import public

FOLDER = Path(__file__).parent / "static"
blueprint = Blueprint("assets", __name__)


def init_assets(app: Flask) -> None:
    """Take the fingerprint once, at the start."""
    app.config["ASSETS"] = fingerprint(FOLDER)


def fingerprint(folder: Path) -> str:
    """Ten hex digits that change when any file's name or content does."""
    seen = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        seen.update(file.relative_to(folder).as_posix().encode() + b"\0")
        seen.update(hashlib.sha256(file.read_bytes()).digest())
    return seen.hexdigest()[:10]


def static_url(name: str) -> str:
    """The address of `css/base.css` and the like, good for ever."""
    return f"/static/{current_app.config['ASSETS']}/{name}"


@blueprint.get("/static/<version>/<path:name>")
@public
def serve(version: str, name: str) -> Response:
    """A page from before a release asks for the old one: it gets today's file, but may not keep it."""
    response = send_from_directory(FOLDER, name)
    response.headers["Cache-Control"] = (
        "public, max-age=31536000, immutable" if version == current_app.config["ASSETS"] else "no-cache"
    )
    return response
