"""gunicorn's own log, without what a visitor sent (perhaps a password) or where they are."""

from logging import LogRecord
from typing import Any

from gunicorn.glogging import Logger

_PLAINLY = {
    "Invalid request": "a request that is no HTTP was refused",
    "Error handling request": "a request broke outside of the house",
}


class QuietLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.addFilter(say_plainly)


def say_plainly(line: LogRecord) -> bool:
    """Every line is logged; those about one request say only what became of it."""
    said = str(line.msg)
    for begins, plain in _PLAINLY.items():
        if said.startswith(begins):
            line.msg, line.args = plain, ()
    return True
