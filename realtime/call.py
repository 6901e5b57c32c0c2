"""The way to the video call: the meeting's own link, or a Jitsi room and a pass for one person. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.jwk import OctKey

from foundation.columns import blind_index
from foundation.jitsi import Jitsi
from realtime.errors import CallNotSetUp

PASS_LASTS = timedelta(minutes=10)
_CLOCKS_APART = timedelta(seconds=30)
_QUIET = "config.startWithAudioMuted=true&config.startWithVideoMuted=true"
_NAME_LETTERS, _ID_LETTERS = 40, 20


@dataclass(frozen=True)
class Guest:
    """Whom the pass lets in: the name for the evening is all that the video server learns of anybody."""

    participant_id: str
    name: str
    leads: bool


def jitsi_address(server: Jitsi | None, room_id: str, guest: Guest, *, now: datetime) -> str:
    """Where to send one person's browser; it works for ten minutes. Raises CallNotSetUp."""
    if server is None:
        raise CallNotSetUp()
    call = call_name(room_id)
    signed = jwt.encode(
        {"alg": "HS256", "typ": "JWT"},
        _claims(server, call, guest, now),
        OctKey.import_key(server.secret),
        algorithms=["HS256"],
    )
    return f"{server.url}/{call}?jwt={signed}#{_QUIET}"


def call_name(room_id: str) -> str:
    """The evening's room on the video server: nobody can guess it, nor from it another evening's."""
    return blind_index("call.room", room_id)[:_NAME_LETTERS]


def _claims(server: Jitsi, call: str, guest: Guest, now: datetime) -> dict[str, Any]:
    """Jitsi wants every value of `user` to be a string. `affiliation` is for its newer plugin."""
    return {
        "iss": server.app_id,
        "aud": server.app_id,
        "sub": server.host,
        "room": call,
        "iat": int(now.timestamp()),
        "nbf": int((now - _CLOCKS_APART).timestamp()),
        "exp": int((now + PASS_LASTS).timestamp()),
        "context": {
            "user": {
                "id": blind_index("call.guest", guest.participant_id)[:_ID_LETTERS],
                "name": guest.name,
                "moderator": "true" if guest.leads else "false",
                "affiliation": "owner" if guest.leads else "member",
            }
        },
    }
