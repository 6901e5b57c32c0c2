"""More room for the few requests that carry a file; all others keep the house's own limit."""

from flask import Flask, request

CALENDAR_BYTES = 1_000_000
_FORM_AROUND_IT = 64 * 1024
ROOM = {
    "staff_elsewhere.upload": CALENDAR_BYTES + _FORM_AROUND_IT,
}


def init_file_room(app: Flask) -> None:
    """Comes before the form's token is looked for, since looking reads the whole body."""

    @app.before_request
    def make_room() -> None:
        if request.endpoint in ROOM:
            request.max_content_length = ROOM[request.endpoint]
