"""Telephone numbers: read as people write them, kept as E.164, shown as they are said. Pure."""

import re
from typing import ClassVar

from foundation.errors import DomainError

_FEWEST, _MOST = 7, 15  # digits, by ITU-T E.164
_UNITED_STATES = re.compile(r"\+1(\d{3})(\d{3})(\d{4})")
_LOCAL_DIGITS = 10


class BadPhone(DomainError):
    code: ClassVar[str] = "bad_phone"
    default: ClassVar[str] = (
        "Write the number with its area code, like 312 555 0100, or with + and the country."
    )


def normalise_phone(raw: str) -> str:
    """`+13125550100` for `(312) 555-0100`: ten digits are of the United States. Raises BadPhone."""
    bare = re.sub(r"[\s().\-/]", "", raw)
    digits = bare.removeprefix("+")
    if not digits.isascii() or not digits.isdigit() or not _FEWEST <= len(digits) <= _MOST:
        raise BadPhone
    if bare.startswith("+"):
        return bare
    if len(digits) == _LOCAL_DIGITS:
        return f"+1{digits}"
    if len(digits) == _LOCAL_DIGITS + 1 and digits.startswith("1"):
        return f"+{digits}"
    raise BadPhone


def spoken_phone(number: str) -> str:
    """`(312) 555-0100` for a number of the United States, others as they are."""
    found = _UNITED_STATES.fullmatch(number)
    return "({}) {}-{}".format(*found.groups()) if found else number
