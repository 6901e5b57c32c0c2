"""By which way a delivery goes out: what its person chose, where that is set up; else by mail."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from auth.people import find_person
from foundation.database import Database
from foundation.outbox import Claimed
from foundation.settings import Settings
from jobs.channels.posting import Poster
from jobs.channels.ways import ByMail, ByPush, ByText, OrElse, Way
from mail.notices import NOTICES, Notice
from mail.render import render
from mail.send import Sender
from scheduling.reminder_choices import Channel, choice_of
from scheduling.reminder_devices import devices_of, remove_device
from scheduling.reminder_numbers import KIND as CODE
from scheduling.reminder_numbers import number_of

MAIL_INSTEAD = 3
"""The try that goes by mail, whatever was chosen."""
NOT_WANTED, NOT_NEEDED, NO_SERVICE = "not wanted", "no longer true", "no text service is set"
KINDS = frozenset(NOTICES)


@dataclass(frozen=True)
class Means:
    """What the house sends with."""

    settings: Settings
    sender: Sender
    database: Database


def way_of(session: Session, claimed: Claimed, means: Means, *, now: datetime) -> Way | str:
    """The way to send it, to be used outside of any transaction; or why there is nothing to send."""
    settings = means.settings
    if claimed.kind == CODE:
        return _code(session, claimed, settings, now)
    choice = choice_of(session, claimed.refs["to"])
    if choice.channel is Channel.NONE:
        return NOT_WANTED
    mail = render(session, claimed, settings, now=now)
    if mail is None:
        return NOT_NEEDED
    by_mail = ByMail(means.sender, mail)
    quiet = choice.quiet_in(find_person(session, claimed.refs["to"]).timezone)
    if choice.channel is Channel.MAIL or claimed.attempts >= MAIL_INSTEAD or quiet.cover(now):
        return by_mail  # late at night a mail rings nobody
    notice = NOTICES[claimed.kind](session, claimed, settings, now)
    forget = _forgetting(means.database)
    chosen = _chosen(session, choice.channel, claimed.refs["to"], notice, settings, forget)
    return by_mail if chosen is None else OrElse(chosen, by_mail)


def _chosen(
    session: Session,
    channel: Channel,
    person_id: str,
    notice: Notice | None,
    settings: Settings,
    forget: Callable[[str], None],
) -> Way | None:
    """None where it is not set up, for the house or for this person."""
    poster = Poster(settings.reach)
    if notice is None:
        return None
    if channel is Channel.TEXT and settings.texts is not None and (number := number_of(session, person_id)):
        return ByText(settings.texts, poster, number, notice)
    if channel is Channel.PUSH and settings.push is not None:
        devices = tuple((one.id, one.address) for one in devices_of(session, person_id))
        return ByPush(settings.push, poster, devices, notice, forget) if devices else None
    return None


def _code(session: Session, claimed: Claimed, settings: Settings, now: datetime) -> Way | str:
    notice = NOTICES[CODE](session, claimed, settings, now)
    if settings.texts is None:
        return NO_SERVICE
    if notice is None:
        return NOT_NEEDED
    return ByText(settings.texts, Poster(settings.reach), claimed.refs["number"], notice)


def _forgetting(database: Database) -> Callable[[str], None]:
    def forget(device_id: str) -> None:
        with database.write() as session:
            remove_device(session, device_id)

    return forget
