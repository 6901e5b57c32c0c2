"""Seeing through letters that only look like others: accents, alphabets, digits, invisible characters."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from safety.confusables import families

_PAIRS = """
    аa вb сc ԁd еe ёe һh нh іi їi јj кk ӏl мm пn оo рp ԛq гr ѕs тt уy үy ѵv ѡw ԝw хx
    αa βb εe ηn ιi κk νv οo ρp σo τt υu χx ωw γy ıi łl øo đd ðd þp ɑa ɡg ʟl ɴn ßss æae œoe
"""
_MARKS = str.maketrans(
    {"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": " "}
)
_LEET = str.maketrans("0134578@$!|€", "oieastbasiie")
_LETTERS = str.maketrans({pair[0]: pair[1:] for pair in _PAIRS.split()})
_UNSEEN = {"Cf", "Cc", "Co", "Cn", "Me"}
_VARIANTS = range(0xFE00, 0xFE10)  # "as an emoji", "as text": they change the look of the letter before
_A, _LETTERS_OF_ALPHABET = ord("a"), 26
_EMOJI_ALPHABETS = (0x1F1E6, 0x1F150, 0x1F170)  # of flags, white in black circles, white in black squares
_EMOJI_LETTERS = {first + one: _A + one for first in _EMOJI_ALPHABETS for one in range(_LETTERS_OF_ALPHABET)}
_WORD_WITH_LETTERS = re.compile(r"(?<![0-9@$!|€])[0-9@$!|€]*+[a-z][a-z0-9@$!|€']*")


def plain(text: str) -> str:
    """The same words in small Latin letters, single spaces, no accents and nothing invisible."""
    seen = "".join(_visible(c) for c in unicodedata.normalize("NFKC", text.translate(_EMOJI_LETTERS)))
    folded = seen.translate(_MARKS).casefold().translate(_LETTERS)
    bare = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
    return " ".join(_WORD_WITH_LETTERS.sub(_unleet, bare).split())


def skeleton(name: str) -> str:
    """What a name looks like from across the room: equal skeletons are easily taken for one another."""
    seen = plain(name.translate(_plainest()))
    letters = "".join(c for c in seen.translate(_LEET) if c.isalnum())
    joined = letters.replace("rn", "m").replace("vv", "w").replace("i", "l").replace("j", "l")
    return re.sub(r"(.)\1+", r"\1", joined)


@cache
def _plainest() -> Mapping[int, str]:
    """Each letter of Unicode's list of look-alikes to the one of its family that is easiest to read."""
    plainest = ((min(family, key=_oddness), family) for family in families())
    return {ord(one): easiest for easiest, family in plainest for one in family if not one.isascii()}


def _oddness(letter: str) -> tuple[bool, bool, str]:
    latin = plain(letter)
    return not letter.isascii(), not (latin.isascii() and len(latin) == 1), letter


def _visible(character: str) -> str:
    if character in "\n\r\t":
        return " "
    unseen = unicodedata.category(character) in _UNSEEN or ord(character) in _VARIANTS
    return "" if unseen else character


def _unleet(match: re.Match[str]) -> str:
    word = match.group()
    tail = word[len(word.rstrip("!")) :] if word.endswith("!") else ""
    core = word[: len(word) - len(tail)]
    return core.translate(_LEET) + tail
