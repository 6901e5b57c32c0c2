"""What somebody is told when the ways into their account change (R10)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from auth.people import find_person
from foundation.settings import Settings
from foundation.timewords import clock, day, zone_label
from foundation.zones import find_zone
from mail.letter import Letter

WORDS = {
    "passkey.added": "A passkey was added.",
    "passkey.removed": "A passkey was removed.",
    "app.added": "An app with codes was set up.",
    "app.removed": "The app with codes was removed.",
    "codes.renewed": "New spare codes were made. The earlier ones are void.",
    "code.used": "A spare code was used to sign in.",
    "factors.reset": "Your passkeys, app and spare codes were taken away. Set up new ones.",
    "identity.linked": "A sign-in from elsewhere was linked.",
    "identity.unlinked": "A sign-in from elsewhere was taken away.",
    "address.changed": "Your address was changed. Codes go to the new one from now on.",
}


def notice(session: Session, refs: Mapping[str, Any], settings: Settings, _now: datetime) -> Letter | None:
    """Says what changed and when, and what to do if it was somebody else; never who one is here."""
    person = find_person(session, refs["person"])
    zone, at = find_zone(person.timezone), datetime.fromisoformat(refs["at"])
    words = {
        "what": WORDS[refs["what"]],
        "at": f"{day(at, zone)}, {clock(at, zone)}, {zone_label(zone, at)}",
        "url": f"{settings.origin}/account/ways-in",
    }
    return Letter(refs["email"], "Your sign-in settings", "account_notice", words)


def new_address(
    _session: Session, refs: Mapping[str, Any], settings: Settings, now: datetime
) -> Letter | None:
    """Six digits to an address that is to become somebody's; it may belong to a stranger still."""
    left = datetime.fromisoformat(refs["expires_at"]) - now
    if left.total_seconds() <= 0:
        return None
    minutes = max(1, round(left.total_seconds() / 60))
    words = {"code": refs["code"], "minutes": minutes, "url": f"{settings.origin}/account/address/code"}
    return Letter(refs["email"], "Your code", "account_address", words)
