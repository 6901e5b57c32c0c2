"""What gunicorn reads when a story wants a house that books without looking whether the time is free."""

from typing import Any


def post_worker_init(_worker: Any) -> None:
    import scheduling.booking

    def look_away(*_args: object, **_named: object) -> tuple[str, ...]:
        return ()

    vars(scheduling.booking)["require_open"] = look_away
