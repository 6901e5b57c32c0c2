"""Why a calendar is not taken over: the code for machines, the rule in words for its owner."""

from typing import ClassVar

from foundation.errors import DomainError


class CalendarRefused(DomainError):
    """`rule` names what the file broke."""

    code: ClassVar[str] = "calendar_refused"
    default: ClassVar[str] = "This calendar was not taken over."

    def __init__(self, rule: str, words: str) -> None:
        super().__init__(words, rule=rule)
        self.rule, self.words = rule, words


class Unreadable(Exception):
    """One entry makes no sense; the others may still."""


def no_calendar() -> CalendarRefused:
    return CalendarRefused("not_a_calendar", "what came is not a calendar file")


def web_page() -> CalendarRefused:
    return CalendarRefused("web_page", "a web page, perhaps one to sign in, came instead of a calendar")


def truncated() -> CalendarRefused:
    return CalendarRefused("truncated", "the file breaks off before its end; export it again")


def too_deep(most: int) -> CalendarRefused:
    return CalendarRefused("depth", f"its parts lie inside one another, more than {most} deep")


def too_large(most_bytes: int) -> CalendarRefused:
    return CalendarRefused("size", f"it is larger than {most_bytes // 1_000_000} MB")


def too_many(what: str, most: int) -> CalendarRefused:
    return CalendarRefused("count", f"it has more than {most:,} {what}")


def too_long(most: int) -> CalendarRefused:
    return CalendarRefused("line", f"one of its lines is longer than {most // 1024} kB")


def too_slow(rule: str = "") -> CalendarRefused:
    """`rule` as it stands in the file, where one alone is to blame."""
    which = f"working out {_shown(rule, 80)}" if rule else "working out its repeated dates"
    return CalendarRefused("work", f"{which} takes too long")


def bad_rule(part: str, words: str) -> CalendarRefused:
    """`part` as it stands in the file, cut short."""
    return CalendarRefused("rule", f"{_shown(part, 40)} is not taken: {words}")


def _shown(written: str, most: int) -> str:
    """What stands in a stranger's file, as far as it can be seen: no database takes the rest."""
    return "".join(one for one in written[:most] if one.isprintable())
