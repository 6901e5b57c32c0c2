"""Names for one evening: not a staff member's, not another's, not anybody's real one. Pure."""

import random
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product

from realtime.errors import BadPseudonym, NameLikeStaff, OwnName
from safety.lookalikes import plain, skeleton

SHORTEST, LONGEST = 2, 24
_ALLOWED = re.compile(r"[\w '’.\-]+")
_SHORTEST_PART = 3
_HANDFUL = 12
_OFFICES = """
    admin administrator coordinator counselor counsellor crisis doctor evenside helpdesk host hosts
    mod moderator moderators mods official operator practitioner staff support system team therapist
"""
_FIRST_WORDS = """
    Second North Late Wool Paper Plain Tin Wide Small Quiet Early Blue Green Stone Copper Open River
    Salt Winter Summer Amber Cedar Maple Silver Soft Long Corner Garden Harbor Linen
"""
_LAST_WORDS = """
    Cup Porch Train Coat Boat Bread Roof Field Lamp Window Bench Bridge Door Kettle Ladder Letter
    Meadow Mitten Orchard Pebble Pocket Road Scarf Shore Spoon Stairs Table Umbrella Wagon Yard
"""
_RESERVED = frozenset(map(skeleton, _OFFICES.split()))
_FIRST, _LAST = _FIRST_WORDS.split(), _LAST_WORDS.split()


def checked(name: str, *, staff: Iterable[str], own: str = "") -> str:
    """The name with single spaces. Raises BadPseudonym; NameLikeStaff; OwnName for a part of `own`."""
    tidy = " ".join(unicodedata.normalize("NFC", name).split())
    letters = sum(c.isalpha() for c in tidy)
    digits = sum(c.isdigit() for c in tidy)
    if (
        not SHORTEST <= len(tidy) <= LONGEST
        or letters < SHORTEST
        or digits > letters
        or not _ALLOWED.fullmatch(tidy)
    ):
        raise BadPseudonym()
    if looks_like_staff(tidy, staff):
        raise NameLikeStaff()
    if own and looks_like(tidy, [own]):
        raise OwnName()
    return tidy


def looks_like_staff(name: str, staff: Iterable[str]) -> bool:
    """Whether the name, or a word of it, could be taken for one of `staff` or for an office of the house."""
    return bool(_shapes(name) & _RESERVED) or looks_like(name, staff)


def looks_like(name: str, people: Iterable[str]) -> bool:
    """Whether the name, or a word of it, could be taken for the name of one of `people`."""
    whole, shapes = skeleton(name), _shapes(name)
    return any(_too_close(whole, shapes, full) for full in people)


def suggestions(
    still_free: Callable[[Sequence[str]], Iterable[str]], *, chance: random.Random
) -> Iterator[str]:
    """Free names such as `North Porch`, a handful tried at a time; in a very full room with a number."""
    in_vain = 0
    while True:
        is_vain = True
        for name in still_free(_made_up(in_vain, chance)):
            is_vain = False
            yield name
        in_vain += is_vain


def _made_up(in_vain: int, chance: random.Random) -> list[str]:
    pairs = chance.sample([*product(_FIRST, _LAST)], _HANDFUL)
    number = f" {chance.randint(2, 20 * in_vain)}" if in_vain else ""
    return [f"{first} {last}{number}" for first, last in pairs]


def _too_close(whole: str, shapes: set[str], full: str) -> bool:
    parts = {skeleton(part) for part in full.split()}
    close = {part for part in parts if len(part) >= _SHORTEST_PART} | {skeleton(full)}
    return bool(close & shapes) or skeleton(full) in whole


def _shapes(name: str) -> set[str]:
    return {skeleton(word) for word in re.split(r"[\s'’.\-_]+", plain(name))} | {skeleton(name)}
