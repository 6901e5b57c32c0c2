"""Whom a folded text speaks of, as far as it says so. Pure."""

import re
from collections.abc import Iterable

_NUMBER = re.compile(r"\b(?:no\.?|number|question|#)\s*(\d{1,4})\b", re.IGNORECASE)
_MOST = 3


def aimed_at(text: str, names: Iterable[str]) -> list[str]:
    """`No. 44` and the names for tonight that stand in it, at most three."""
    folded = text.casefold()
    numbers = [f"No. {number}" for number in dict.fromkeys(_NUMBER.findall(text))]
    named = [name for name in names if re.search(rf"\b{re.escape(name.casefold())}\b", folded)]
    return [*numbers, *named][:_MOST]
