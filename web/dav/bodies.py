"""What a device asks, read from XML that anybody could have written."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, XMLParser
from flask import request

from foundation.errors import DomainError

DAV, CALDAV, SERVER = "DAV:", "urn:ietf:params:xml:ns:caldav", "http://calendarserver.org/ns/"
MOST_BYTES = 128 * 1024
MOST_ELEMENTS = 5000
MOST_NAMES = 100
LONGEST_NAME = 300
_LONG_VALUE = re.compile(rb"""=\s*("[^"]{200}|'[^']{200})""")
"""A namespace is said again with each name in it, and each name with each event: a long one is a bomb."""
_EARLIEST, _LATEST = datetime(1971, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class BadBody(DomainError):
    code: ClassVar[str] = "bad_xml"
    default: ClassVar[str] = "This is no request that we understand."


class UnsupportedFilter(DomainError):
    """RFC 4791, section 7.8: the precondition `supported-filter`."""

    code: ClassVar[str] = "supported_filter"
    default: ClassVar[str] = "Ask for events, by their time or by their UID."


@dataclass(frozen=True)
class Wanted:
    """Properties by their `{namespace}name`; None for all the usual ones, `names_only` for what there is."""

    names: tuple[str, ...] | None
    names_only: bool = False


@dataclass(frozen=True)
class Filter:
    """Events within [start, end), or with this UID; `nothing` for a question about other things."""

    start: datetime | None = None
    end: datetime | None = None
    uid: str | None = None
    nothing: bool = False


def dav(name: str) -> str:
    return f"{{{DAV}}}{name}"


def caldav(name: str) -> str:
    return f"{{{CALDAV}}}{name}"


def server(name: str) -> str:
    return f"{{{SERVER}}}{name}"


def read_body() -> Any:
    """The root element, or None for an empty body. Raises BadBody: no DTD, no entity, no flood."""
    if (request.content_length or 0) > MOST_BYTES:
        raise BadBody
    body = request.get_data(cache=False)
    if not body.strip():
        return None
    if len(body) > MOST_BYTES or body.count(b"<") > 2 * MOST_ELEMENTS or _LONG_VALUE.search(body):
        raise BadBody
    if b"\0" in body:
        raise BadBody  # UTF-16, which those looks do not see through; any other is read as UTF-8
    parser = XMLParser(encoding="utf-8", forbid_dtd=True)
    try:
        parser.feed(body)
        return parser.close()
    except (ParseError, DefusedXmlException, LookupError, ValueError) as error:
        raise BadBody from error


def wanted_by(root: Any) -> Wanted:
    """RFC 4918, section 9.1: without a body, all of them. Raises BadBody for more than anybody asks for."""
    if root is None or root.find(dav("allprop")) is not None:
        return Wanted(None)
    if root.find(dav("propname")) is not None:
        return Wanted(None, names_only=True)
    prop = root.find(dav("prop"))
    names = () if prop is None else tuple(dict.fromkeys(one.tag for one in prop))
    if len(names) > MOST_NAMES or any(len(name) > LONGEST_NAME for name in names):
        raise BadBody
    return Wanted(None) if prop is None else Wanted(names)


def hrefs_of(root: Any) -> list[str]:
    """Each once."""
    return list(dict.fromkeys((one.text or "").strip() for one in root.findall(dav("href"))))


def filter_of(root: Any) -> Filter:
    """Raises UnsupportedFilter, BadBody."""
    outer = root.find(caldav("filter"))
    calendar = None if outer is None else outer.find(caldav("comp-filter"))
    if calendar is None or calendar.get("name") != "VCALENDAR":
        raise UnsupportedFilter
    inner = list(calendar)
    if not inner:
        return Filter()
    if len(inner) > 1 or inner[0].tag != caldav("comp-filter"):
        raise UnsupportedFilter
    if inner[0].get("name") != "VEVENT":
        return Filter(nothing=inner[0].find(caldav("is-not-defined")) is None)
    return _of_events(list(inner[0]))


def _of_events(conditions: list[Any]) -> Filter:
    found: dict[str, Any] = {}
    for one in conditions:
        if one.tag == caldav("time-range"):
            found |= {"start": _instant(one.get("start")), "end": _instant(one.get("end"))}
        elif one.tag == caldav("prop-filter") and one.get("name") == "UID":
            found["uid"] = _text(one)
        elif one.tag == caldav("is-not-defined"):
            found["nothing"] = True
        else:
            raise UnsupportedFilter
    return Filter(**found)


def _text(one: Any) -> str:
    match = one.find(caldav("text-match"))
    if match is None or match.get("negate-condition") == "yes":
        raise UnsupportedFilter
    return (match.text or "").strip()


def _instant(text: str | None) -> datetime | None:
    """Some devices ask from the year 1 to the year 9999, where other zones have no date: that is cut off."""
    if text is None:
        return None
    try:
        moment = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise BadBody from error
    return min(max(moment, _EARLIEST), _LATEST)
