"""Choosing how to be reminded: what was promised so far follows at once."""

from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from sqlalchemy.orm import Session

from foundation.errors import DomainError
from scheduling.reminder_choices import Channel, Choice, choice_of, keep_choice
from scheduling.reminder_devices import PushAddress, add_device, devices_of, remove_device
from scheduling.reminder_numbers import forget_number, number_of, prove_number
from scheduling.reminders import put_reminders_right


class NoWayThere(DomainError):
    """A number or a device comes first."""

    code: ClassVar[str] = "no_way_there"
    default: ClassVar[str] = "Say first where they should come to, further below."


def choose_reminders(session: Session, person_id: str, choice: Choice, *, now: datetime) -> None:
    """Raises TooQuiet, NoWayThere."""
    if choice.channel is Channel.TEXT and number_of(session, person_id) is None:
        raise NoWayThere
    if choice.channel is Channel.PUSH and not devices_of(session, person_id):
        raise NoWayThere
    keep_choice(session, person_id, choice, now=now)
    put_reminders_right(session, person_id, now=now)


def text_from_now_on(session: Session, person_id: str, typed: str, *, key: bytes, now: datetime) -> bool:
    """Whether the code was right; then reminders are texted there. Raises NoNumberAsked."""
    is_right = prove_number(session, person_id, typed, key=key, now=now)
    if is_right:
        _turn_to(session, person_id, Channel.TEXT, now)
    return is_right


def push_from_now_on(
    session: Session, person_id: str, address: PushAddress, *, visit: str | None, device: str, now: datetime
) -> None:
    """Reminders come to this device. Raises BadDevice."""
    add_device(session, person_id, address, visit=visit, device=device, now=now)
    _turn_to(session, person_id, Channel.PUSH, now)


def no_more_texts(session: Session, person_id: str, *, now: datetime) -> None:
    """The number goes, and reminders come by mail again."""
    forget_number(session, person_id, now=now)
    _turn_back(session, person_id, Channel.TEXT, now)


def take_device_off(session: Session, device_id: str, person_id: str, *, now: datetime) -> bool:
    """Says whether it was theirs. After the last one reminders come by mail again."""
    was_theirs = remove_device(session, device_id, person_id)
    if was_theirs and not devices_of(session, person_id):
        _turn_back(session, person_id, Channel.PUSH, now)
    return was_theirs


def _turn_to(session: Session, person_id: str, channel: Channel, now: datetime) -> None:
    keep_choice(session, person_id, replace(choice_of(session, person_id), channel=channel), now=now)


def _turn_back(session: Session, person_id: str, channel: Channel, now: datetime) -> None:
    if choice_of(session, person_id).channel is channel:
        _turn_to(session, person_id, Channel.MAIL, now)
