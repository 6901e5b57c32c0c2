"""Letters of any script that nobody can tell apart, by Unicode's own list (UTS 39). Pure."""

from collections.abc import Iterator, Mapping
from functools import cache

from homoglyphs_fork import Categories, Homoglyphs

_IDEOGRAPHS = {"HAN", "HANGUL"}
_BARS = {"|", "ǀ", "∣"}


def look_alikes(letter: str) -> frozenset[str]:
    """The other letters that look like this one."""
    return frozenset(_table().get(letter, frozenset()))


def families() -> Iterator[frozenset[str]]:
    """The letters that can be reached from look-alike to look-alike, set by set."""
    known: set[str] = set()
    for letter in _table():
        if letter not in known:
            family = _family_of(letter)
            known |= family
            yield family


@cache
def _table() -> Mapping[str, set[str]]:
    """Both ways: a letter to those like it. Ideographs are left out, for they are like no Latin letter."""
    scripts = [one for one in Categories.get_all() if one not in _IDEOGRAPHS]
    letters = {one for one in Categories.get_alphabet(scripts) if one.isalnum()}
    table: Mapping[str, set[str]] = Homoglyphs.get_table(letters | _BARS)
    return dict(table)


def _family_of(letter: str) -> frozenset[str]:
    found, further = {letter}, [letter]
    while further:
        new = _table().get(further.pop(), set()) - found
        found |= new
        further += new
    return frozenset(found)
