"""A video server of the clinic's own, if it has one: checked when the house starts. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from foundation.called_address import LOOPBACK
from foundation.pager import SHORTEST_SECRET


@dataclass(frozen=True)
class Jitsi:
    """A video server of one's own that lets in whoever shows a pass signed with `secret`."""

    url: str
    app_id: str
    secret: str = field(repr=False)

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def origin(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


def read_jitsi(get: Callable[[str], str], problems: list[str]) -> Jitsi | None:
    """All three or none, as `get` reads JITSI_*; what is wrong is added to `problems`.

    Over http only on this machine itself, since the pass is in the address.
    """
    url, app_id, secret = get("JITSI_URL").rstrip("/"), get("JITSI_APP_ID"), get("JITSI_SECRET")
    if not (url or app_id or secret):
        return None
    parts = urlsplit(url)
    is_here = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not (parts.netloc and (parts.scheme == "https" or is_here)) or parts.query or parts.fragment:
        problems.append("EVENSIDE_JITSI_URL must be like https://call.example.org.")
    if not app_id or len(secret) < SHORTEST_SECRET:
        problems.append("EVENSIDE_JITSI_URL needs _JITSI_APP_ID, and a _JITSI_SECRET of 32 letters or more.")
    return Jitsi(url, app_id, secret)
