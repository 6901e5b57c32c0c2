"""The demo's weekly meetings."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cli.demo.cast import Clinic
from foundation.timewords import local_date
from scheduling.meetings import Meeting, add_meeting

HOME = ZoneInfo("America/Los_Angeles")
FRIDAY, SUNDAY = 4, 6
SEVEN_PM, NINE_AM = 19 * 60, 9 * 60
QUARTER = 15
EIGHT_WEEKS = timedelta(days=56)
FRIDAY_WORDS = (
    "Ask the hosts. A moderator reads every question first.",
    "Dana answers what you ask, for ninety minutes. You can ask without a name, or only read.",
)
NEWCOMERS_WORDS = (
    "For the first three months.",
    "A slow hour for people who are new here. Nobody has to speak.",
)
DROP_IN_WORDS = ("A short round, and time for questions.", "Come when you can, leave when you like.")


def add_groups(clinic: Clinic) -> Meeting:
    """Friday night, Sunday newcomers, and one that begins soon after the demo is made. Returns Friday."""
    friday = _add(clinic, "friday-night-qa", "Friday Night Q&A", FRIDAY, SEVEN_PM, 90, "dana", FRIDAY_WORDS)
    _add(clinic, "sunday-newcomers", "Sunday newcomers", SUNDAY, NINE_AM, 60, "ines", NEWCOMERS_WORDS)
    soon = _next_quarter(clinic.now.astimezone(HOME))
    minute = soon.hour * 60 + soon.minute
    _add(clinic, "drop-in", "Drop-in hour", soon.weekday(), minute, 60, "teodor", DROP_IN_WORDS)
    return friday


def _add(
    clinic: Clinic,
    slug: str,
    title: str,
    weekday: int,
    minute_of_day: int,
    minutes: int,
    host: str,
    words: tuple[str, str],
) -> Meeting:
    return add_meeting(
        clinic.session,
        slug=slug,
        title=title,
        timezone=HOME.key,
        weekday=weekday,
        minute_of_day=minute_of_day,
        minutes=minutes,
        first_date=local_date(clinic.now - EIGHT_WEEKS, HOME),
        now=clinic.now - EIGHT_WEEKS,
        hosted_by=(clinic.staff[host].id,),
        moderated_by=(clinic.staff["jonah"].id,),
        summary=words[0],
        description=words[1],
        audience="open",
        types=["ours:O"],
        call_url=f"https://call.example/{slug}",
        keep_days=30,
    )


def _next_quarter(local: datetime) -> datetime:
    """The first quarter of an hour that is at least ten minutes away."""
    later = local + timedelta(minutes=10)
    return later + timedelta(minutes=-later.minute % QUARTER)
