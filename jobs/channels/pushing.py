"""A push to one device through its browser's push service (RFC 8030)."""

import json
from datetime import UTC, datetime

from foundation.push_key import PushKey
from jobs.channels.posting import Poster, refuse_unless_taken
from jobs.channels.push_sealing import UnusableDevice, seal, vapid
from mail.notices import Notice
from mail.send import NotSent
from scheduling.reminder_devices import PushAddress

_GONE = frozenset({404, 410})
_LONGEST_SECONDS = 24 * 60 * 60


def push(key: PushKey, poster: Poster, address: PushAddress, notice: Notice) -> bool:
    """Whether the device is still there. It waits at the service until the notice is out of date at most.

    Raises NotSent.
    """
    told = {"title": notice.title, "body": notice.words, "url": notice.path, "tag": notice.tag}
    try:
        sealed = seal(json.dumps(told, separators=(",", ":")).encode(), address)
    except UnusableDevice as error:
        raise NotSent("the device gave no keys", retry=False) from error
    now = datetime.now(
        UTC
    )  # the service judges the signature by its own clock, whatever ours shows in a story
    headers = {
        "Authorization": vapid(key, address.endpoint, now),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(max(0, min(notice.seconds_left, _LONGEST_SECONDS))),
        "Topic": notice.tag,
        "Urgency": "normal",
    }
    status = poster.post(address.endpoint, sealed, headers)
    if status in _GONE:
        return False
    refuse_unless_taken(status)
    return True
