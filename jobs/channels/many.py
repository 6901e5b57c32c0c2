"""Reminders by the thousand: read for a whole batch, and looked at once more as each goes out."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from foundation.outbox import Claimed
from jobs.channels.choosing import NOT_NEEDED, NOT_WANTED, Means
from jobs.channels.ways import ByMail, Way
from mail.compose import compose
from mail.messages.reminders import letter_about
from scheduling.reminder_choices import Channel
from scheduling.reminder_facts import About, ReminderFacts, facts_of
from scheduling.reminders import KIND

_NEEDED = {"appointment", "to"}


def read_ahead(session: Session, batch: Iterable[Claimed]) -> Mapping[str, ReminderFacts]:
    """By delivery, what its reminder says."""
    about = {one.id: _about(one) for one in batch if one.kind == KIND and one.refs.keys() >= _NEEDED}
    facts = facts_of(session, set(about.values())) if about else {}
    return {delivery: facts[one] for delivery, one in about.items() if one in facts}


def way_ahead(facts: ReminderFacts, claimed: Claimed, means: Means, *, now: datetime) -> Way | str | None:
    """The way where it is mail or none; None where more has to be read, or something has changed."""
    if facts.choice.channel is Channel.NONE:
        return NOT_WANTED
    if facts.choice.channel is not Channel.MAIL or not facts.still_stands(means.database):
        return None
    letter = letter_about(facts, claimed.refs, means.settings, now)
    if letter is None:
        return NOT_NEEDED
    return ByMail(means.sender, compose(letter, key=claimed.key, settings=means.settings, now=now))


def _about(claimed: Claimed) -> About:
    return claimed.refs["appointment"], claimed.refs["to"]
