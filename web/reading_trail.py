"""Who among the staff looked at whom: noted in the audit trail, without what was seen (45 CFR 164.312(b))."""

from collections.abc import Mapping
from typing import Any

from foundation.audit import record
from scheduling.appointment_records import Appointment
from web.context import actor, db, now


def note_reading(action: str, kind: str, object_id: str, **detail: Any) -> None:
    """`detail` holds ids and states, never words."""
    _note(action, kind, object_id, detail)


def note_appointment_read(one: Appointment) -> None:
    """One's own appointment is no news; anybody else's has a name and perhaps a note on it."""
    if one.member_id != actor().person_id:
        _note("appointment.read", "appointment", one.id, {})


def _note(action: str, kind: str, object_id: str, detail: Mapping[str, Any]) -> None:
    with db().write() as session:
        who = actor().person_id
        record(session, actor=who, action=action, kind=kind, object_id=object_id, now=now(), detail=detail)
