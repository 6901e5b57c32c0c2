"""The kinds of values that calls take and give: times with an offset, dates, clock times, ids, text."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, PlainSerializer, PlainValidator, StringConstraints, WithJsonSchema
from pydantic.functional_validators import AfterValidator
from pydantic_core import PydanticCustomError

from foundation.errors import DomainError
from foundation.plaintext import hides_something
from foundation.zones import is_zone
from web.api.refusals import BadDate, BadTime, NaiveTime, UnknownTimezone
from web.context import viewer_zone

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(_DATE.pattern + r"[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?")
_OFFSET = re.compile(r"[Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9]")
_YEARS = range(2000, 2201)
"""Clocks are moved within them without leaving what a date can hold."""


class Sent(BaseModel):
    """A body. What it does not name is refused, so that a slip of the pen does not go by in silence."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Asked(BaseModel):
    """A query. Values come as text."""

    model_config = ConfigDict(extra="forbid")


class Told(BaseModel):
    """An answer."""


def refuse(kind: type[DomainError]) -> PydanticCustomError:
    """What a field raises so that the whole request ends in this refusal."""
    return PydanticCustomError("refused", "{said}", {"said": kind.default, "code": kind.code})


def read_instant(value: Any) -> datetime:
    """RFC 3339 with an offset, as UTC. A time without one could be anybody's: it is refused."""
    if not isinstance(value, str):
        raise refuse(BadTime)
    clock = _TIME.match(value)
    if clock is None:
        raise refuse(BadTime)
    if clock.end() == len(value):
        raise refuse(NaiveTime)
    if not _OFFSET.fullmatch(value, clock.end()):
        raise refuse(BadTime)
    return _utc(value)


def read_day(value: Any) -> date:
    try:
        found = date.fromisoformat(value) if isinstance(value, str) and _DATE.fullmatch(value) else None
    except ValueError:
        found = None
    if found is None or found.year not in _YEARS:
        raise refuse(BadDate)
    return found


def tell(instant: datetime) -> str:
    """In the zone of whoever asks, with its offset."""
    return instant.astimezone(viewer_zone()).isoformat(timespec="seconds")


def _utc(value: str) -> datetime:
    try:
        found = datetime.fromisoformat(value.upper())
    except ValueError as error:
        raise refuse(BadTime) from error
    if found.year not in _YEARS:
        raise refuse(BadTime)
    return found.astimezone(UTC)


def _known_zone(name: str) -> str:
    if not is_zone(name):
        raise refuse(UnknownTimezone)
    return name


def _readable(text: str) -> str:
    if hides_something(text):
        raise PydanticCustomError("unreadable", "Leave out the characters that nobody can see.")
    return text


_A_TIME = {"type": "string", "format": "date-time", "description": "RFC 3339, with the offset."}
_A_DATE = {"type": "string", "format": "date"}
Instant = Annotated[datetime, PlainValidator(read_instant), WithJsonSchema(_A_TIME)]
Day = Annotated[date, PlainValidator(read_day), WithJsonSchema(_A_DATE)]
ToldTime = Annotated[datetime, PlainSerializer(tell, return_type=str), WithJsonSchema(_A_TIME)]
Ident = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Zone = Annotated[str, StringConstraints(max_length=60), AfterValidator(_known_zone)]
Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
LateClock = Annotated[str, StringConstraints(pattern=r"^([0-3][0-9]|4[0-7]):[0-5][0-9]$")]
Note = Annotated[str, StringConstraints(max_length=2000), AfterValidator(_readable)]
Reason = Annotated[str, StringConstraints(max_length=300), AfterValidator(_readable)]
