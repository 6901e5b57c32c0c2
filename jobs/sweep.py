"""What is over is put away, each kind in a transaction of its own."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from auth.attempts import forget_old_attempts
from auth.ceremonies import forget_old_ceremonies
from auth.erasing import erase_late_rows
from auth.sessions import forget_old_sessions
from auth.throttle import forget_old_counts
from foundation.database import Database
from foundation.outbox import forget_old
from foundation.settings import KEEP_DAYS
from realtime import lifecycle
from realtime.erasure import erase_due
from scheduling.accounts_due import erase_due_accounts
from scheduling.approval import decline_overdue
from scheduling.calendars.replying.records import forget_old_replies
from scheduling.calendars.stamps import forget_old_changes
from scheduling.group_dates import extend_groups
from scheduling.idempotency import forget_old_keys
from scheduling.occupancy import delete_expired
from scheduling.offers import pass_on
from scheduling.reminder_check_ins import promise_check_ins
from scheduling.reminder_devices import forget_signed_out
from scheduling.reminder_links import forget_old_links
from scheduling.reminder_numbers import forget_old_proofs
from scheduling.series_retelling import retell_series
from scheduling.waits_over import drop_over

log = logging.getLogger("evenside.jobs")


def _rooms(session: Session, *, now: datetime) -> int:
    return lifecycle.sweep(session, now)


def _holds(session: Session, *, now: datetime) -> int:
    return delete_expired(session, now=now)


def _offers(session: Session, *, now: datetime) -> int:
    return pass_on(session, now=now)


SWEEPS: Mapping[str, Callable[..., int]] = {
    "rooms": _rooms,
    "words of rooms": erase_due,
    "holds": _holds,
    "offers": _offers,
    "waits": drop_over,
    "group dates": extend_groups,
    "unanswered appointments": decline_overdue,
    "series retold": retell_series,
    "accounts": erase_due_accounts,
    "rows written meanwhile": erase_late_rows,
    "sign-in attempts": forget_old_attempts,
    "sign-in counts": forget_old_counts,
    "sign-ins begun": forget_old_ceremonies,
    "sessions": forget_old_sessions,
    "booking keys": forget_old_keys,
    "reminders of check-ins": promise_check_ins,
    "links of reminders": forget_old_links,
    "numbers never proven": forget_old_proofs,
    "devices signed out": forget_signed_out,
    "deliveries": forget_old,
    "calendar changes": forget_old_changes,
    "calendar answers": forget_old_replies,
}


def sweep(database: Database, *, now: datetime, keep_days: int = KEEP_DAYS) -> dict[str, int]:
    """Everything that has expired. Returns how many of each kind; what goes wrong with one stops no other."""
    days = {"words of rooms": {"keep_days": keep_days}}
    swept = {name: _one(database, name, now, **days.get(name, {})) for name in SWEEPS}
    if any(swept.values()):
        log.info("swept", extra={"swept": {name: count for name, count in swept.items() if count}})
    return swept


def _one(database: Database, name: str, now: datetime, **more: int) -> int:
    try:
        return database.change(lambda session: SWEEPS[name](session, now=now, **more))
    except Exception:
        log.exception("a sweep went wrong", extra={"sweep": name})
        return 0
