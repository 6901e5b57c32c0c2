"""The letters, by the kind that the outbox knows them by."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from foundation.settings import Settings
from mail.letter import Letter
from mail.messages import (
    account,
    again,
    appointments,
    calendars,
    check_ins,
    flags,
    groups,
    invitations,
    people,
    reminders,
    series,
    signin,
    waiting,
)

Writer = Callable[[Session, Mapping[str, Any], Settings, datetime], Letter | None]

LETTERS: Mapping[str, Writer] = {
    "signin.link": signin.link,
    "account.notice": account.notice,
    "account.address": account.new_address,
    "appointment.booked": appointments.booked,
    "appointment.requested": appointments.requested,
    "appointment.declined": appointments.declined,
    "appointment.moved": appointments.moved,
    "appointment.cancelled": appointments.cancelled,
    "appointment.missed": again.missed,
    "appointment.reminder": reminders.reminder,
    "appointment.asked": appointments.asked,
    "check_in.reminder": check_ins.waits,
    "series.booked": series.booked,
    "series.changed": series.changed,
    "series.cancelled": series.cancelled,
    "group.joined": groups.joined,
    "group.left": groups.left,
    "group.changed": groups.changed,
    "group.ended": groups.ended,
    "waitlist.offer": waiting.offer,
    "waitlist.over": waiting.over,
    "calendar.broken": calendars.broken,
    "flag.unclaimed": flags.unclaimed,
    "person.invited": people.invited,
    "service.invitation": invitations.choose_a_time,
}
