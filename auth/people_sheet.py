"""A table of people from another program, read line by line. Pure: nothing is looked up or written."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from typing import ClassVar

from auth.addresses import normalise_address
from auth.people import Role, checked_name, checked_zone
from foundation.errors import DomainError

MOST_BYTES = 200_000
MOST_LINES = 500
_LONGEST_FIELD = 1000
_FORMULA = tuple("=+-@\t\r'")
_COLUMNS = {
    "email": ("email", "e-mail", "mail", "address", "e-mail address", "email address"),
    "name": ("name", "full name"),
    "first": ("first name", "first", "given name"),
    "last": ("last name", "last", "surname", "family name"),
    "role": ("role", "roles"),
    "timezone": ("timezone", "time zone", "zone"),
}
_ROLES = {**{role.value: role for role in Role}, "alumnus": Role.MEMBER, "therapist": Role.PRACTITIONER}


class BadSheet(DomainError):
    """The file as a whole cannot be read; a line that cannot be read is a `Line` with an error."""

    code: ClassVar[str] = "bad_sheet"
    default: ClassVar[str] = "That is not a table we can read. Save it as CSV and choose it again."


@dataclass(frozen=True)
class Line:
    """`number` is the line of the file, the heading being 1. With an `error` it cannot be added."""

    number: int
    email: str = ""
    name: str = ""
    role: Role = Role.MEMBER
    timezone: str = ""
    error: str = ""


@dataclass(frozen=True)
class Sheet:
    """`encoding` is what the bytes were taken for."""

    text: str
    encoding: str
    lines: tuple[Line, ...]


def read_sheet(data: bytes, *, timezone: str) -> Sheet:
    """The people of a CSV file with a heading; `timezone` is for lines without one. Raises BadSheet."""
    if len(data) > MOST_BYTES:
        raise BadSheet(f"That file is too large: up to {MOST_BYTES // 1000} kB can be read at once.")
    text, encoding = _decoded(data)
    rows = _rows(text)
    _start, heading = next(rows, (1, []))
    places = _places(heading)
    found = [_line(number, row, places, timezone) for number, row in rows if any(one.strip() for one in row)]
    if not found:
        raise BadSheet("There is nobody in it: each person is a line below the heading.")
    return Sheet(text, encoding, tuple(_with_repeats_named(found)))


def _decoded(data: bytes) -> tuple[str, str]:
    """UTF-8, or UTF-16 if it says so, else what Excel on Windows writes."""
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise BadSheet
        return text, {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}[encoding]
    raise BadSheet


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    first = text.split("\n", 1)[0]
    divider = max(",;\t", key=first.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=divider, strict=True)
    try:
        for count, row in enumerate(reader):
            if count > MOST_LINES:
                raise BadSheet(
                    f"Up to {MOST_LINES} people can be added at once. Share it out over two files."
                )
            yield reader.line_num, row
    except csv.Error as error:
        raise BadSheet(f"Line {reader.line_num} cannot be read: a quotation mark is not closed.") from error


def _places(heading: list[str]) -> Mapping[str, int]:
    words = [one.strip().casefold() for one in heading]
    found = {name: words.index(word) for name, known in _COLUMNS.items() for word in known if word in words}
    if "email" not in found or not ({"name", "first"} & set(found)):
        raise BadSheet("The first line has to name the columns. There has to be one “email” and one “name”.")
    return found


def _line(number: int, row: list[str], places: Mapping[str, int], timezone: str) -> Line:
    cell = {name: row[at].strip() if at < len(row) else "" for name, at in places.items()}
    name = cell.get("name") or f"{cell.get('first', '')} {cell.get('last', '')}".strip()
    shown = Line(number, cell["email"][:254], name[:80])
    try:
        _refuse_formulas(cell)
        role, zone = _role(cell.get("role", "")), checked_zone(cell.get("timezone") or timezone)
        return Line(number, normalise_address(cell["email"]), checked_name(name), role, zone)
    except DomainError as error:
        return Line(number, shown.email, shown.name, error=error.message)


def _refuse_formulas(cell: Mapping[str, str]) -> None:
    if any(text.startswith(_FORMULA) for text in cell.values()):
        raise BadSheet("Something in this line begins like a formula. Write it without the first sign.")
    if any(len(text) > _LONGEST_FIELD for text in cell.values()):
        raise BadSheet("Something in this line is far too long.")


def _role(word: str) -> Role:
    found = _ROLES.get(word.casefold() or Role.MEMBER.value)
    if found is None:
        raise BadSheet("That role is not known. Use member, practitioner or moderator.")
    if found is Role.COORDINATOR:
        raise BadSheet("Coordinators are invited one by one.")
    return found


def _with_repeats_named(lines: list[Line]) -> Iterator[Line]:
    first: dict[str, int] = {}
    for one in lines:
        before = first.setdefault(one.email, one.number) if not one.error else one.number
        again = f"The same address stands in line {before}."
        yield one if before == one.number else Line(one.number, one.email, one.name, error=again)
