"""Reading through spacing, stretching, stars and slips of the hand. Pure: plain text in, readings out."""

import re

_SPACED_OUT = re.compile(r"(?<![a-z])(?:[a-z][\W_]{1,3}){3,}[a-z](?![a-z])")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_A_TWO = re.compile(r"(?<=[a-z] )2(?= [a-z])")
_HIDDEN = re.compile(r"(?<=[a-z])[*#._-]+(?=[a-z])")
_STARRED = re.compile(r"(?<![a-z])[a-z]{1,12}[*#]{1,4}[a-z]{1,12}")
_HIDDEN_WORDS = """
    cut cuts dead death die dying gun hang hanging harm kill killing killed kms life myself noose overdose
    pills rape self shoot suicidal suicide unalive matar matarme morir morirme muerte muerto suicidarme
    suicidio vida
"""
_BACKWARDS = re.compile(rf"(?<![a-z])(?:{'|'.join(word[::-1] for word in _HIDDEN_WORDS.split())})(?![a-z])")


def readings(text: str, spelling: tuple[str, ...]) -> set[str]:
    """As written, from behind, spaced-out letters joined, starred letters back, near-misses put right."""
    opened = _STARRED.sub(_unstarred, text)
    shortened = (_STRETCHED.sub(kept, _A_TWO.sub("to", opened)) for kept in (r"\1", r"\1\1"))
    joined = [_SPACED_OUT.sub(_joined, short) for short in shortened]
    close = [_HIDDEN.sub("", opened)] if _HIDDEN.search(opened) else []
    behind = [text[::-1]] if _BACKWARDS.search(text) else []
    return {text, opened, *behind, *close, *joined, *(_spelled(one, spelling) for one in joined)}


def _unstarred(word: re.Match[str]) -> str:
    """k*ll and s**cide, by the words that people hide so."""
    found = word.group()
    fits = re.compile(re.sub(r"[*#]", "[a-z]", found))
    return next((one for one in _HIDDEN_WORDS.split() if fits.fullmatch(one)), found)


def _joined(run: re.Match[str]) -> str:
    return re.sub(r"[\W_]", "", run.group()).upper()


def _spelled(text: str, spelling: tuple[str, ...]) -> str:
    words = re.sub(r"[a-z]{5,}", lambda word: _nearest(word.group(), spelling), text)
    return re.sub(r"[A-Z]{5,}", lambda word: _nearest(word.group().lower(), spelling).upper(), words)


def _nearest(word: str, spelling: tuple[str, ...]) -> str:
    return next((right for right in spelling if right[0] == word[0] and _one_slip(word, right)), word)


def _one_slip(word: str, right: str) -> bool:
    """One letter missing, added, changed, or two swapped."""
    if abs(len(word) - len(right)) > 1 or word == right:
        return word == right
    start = next(
        (i for i, (a, b) in enumerate(zip(word, right, strict=False)) if a != b), min(len(word), len(right))
    )
    rest, other = word[start:], right[start:]
    swapped = rest[:2] == other[:2][::-1] and rest[2:] == other[2:]
    return swapped or rest[1:] == other[1:] or rest[1:] == other or rest == other[1:]
