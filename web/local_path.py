"""Where to go next, when a form or link says so: only ever to a page of ours."""

_LONGEST = 500  # it travels in a cookie, and browsers drop a whole cookie past 4 kB


def local_path(wanted: str | None, *, default: str) -> str:
    """`wanted` if it is a path on this site, else `default`. Browsers read // and \\ as another site."""
    if not wanted or not wanted.startswith("/") or wanted.startswith("//") or "\\" in wanted:
        return default
    return wanted if wanted.isprintable() and len(wanted) <= _LONGEST else default
