"""What the letters of a meeting's type mean, which is not the same in every program. Pure.

So a type is always a pair, (program, code): C is "closed" for one fellowship and "candlelight" for another.
"""

from collections.abc import Iterable, Mapping, Sequence

PROGRAMS: Mapping[str, str] = {
    "ours": "Our own",
    "aa": "Alcoholics Anonymous",
    "na": "Narcotics Anonymous",
    "al-anon": "Al-Anon",
    "smart": "SMART Recovery",
    "dharma": "Recovery Dharma",
    "other": "Another program",
}
_EVERYWHERE = {
    "O": "Open to all", "C": "Closed", "M": "Men", "W": "Women", "LGBTQ": "LGBTQ+", "Y": "Young people",
    "BE": "Newcomers", "D": "Discussion", "SP": "Speaker", "B": "Books and texts", "ST": "Steps",
    "MED": "Meditation", "X": "Wheelchair access", "CF": "Children welcome", "SEN": "Seniors",
    "POC": "People of colour", "XT": "Talking across allowed", "TC": "Temporarily closed",
}  # fmt: skip
_LANGUAGES = {
    "EN": "English", "S": "Spanish", "FR": "French", "DE": "German", "POR": "Portuguese", "ITA": "Italian",
    "RUS": "Russian", "POL": "Polish", "JA": "Japanese", "KOR": "Korean", "ASL": "American Sign Language",
    "NDG": "Indigenous languages", "PUN": "Punjabi", "HI": "Hindi", "UK": "Ukrainian", "FA": "Persian",
    "SV": "Swedish", "DA": "Danish", "NO": "Norwegian", "EL": "Greek", "HE": "Hebrew", "HU": "Hungarian",
    "TUR": "Turkish", "AM": "Amharic", "TH": "Thai", "TL": "Tagalog",
}  # fmt: skip
_OWN: Mapping[str, Mapping[str, str]] = {
    "aa": {
        "11": "Eleventh step",
        "12x12": "12 Steps and 12 Traditions",
        "LIT": "Literature",
        "G": "Grapevine",
    },
    "na": {
        "C": "Candlelight",
        "CL": "Closed",
        "BT": "Basic text",
        "JT": "Just for today",
        "CW": "Children welcome",
    },
    "al-anon": {"C": "Concurrent with another group", "FF": "Families and friends only", "O": "Open to all"},
}
ONLINE, IN_PERSON = "online", "in-person"
CHOICES: Mapping[str, Sequence[tuple[str, str]]] = {
    "open": [("ours", "O"), ("aa", "O"), ("na", "O"), ("al-anon", "O"), ("smart", "O"), ("dharma", "O")],
    "newcomers": [(one, "BE") for one in PROGRAMS],
    "women": [(one, "W") for one in PROGRAMS],
    "men": [(one, "M") for one in PROGRAMS],
    "lgbtq": [(one, "LGBTQ") for one in PROGRAMS],
    "young": [(one, "Y") for one in PROGRAMS],
    "speaker": [(one, "SP") for one in PROGRAMS],
    "discussion": [(one, "D") for one in PROGRAMS],
    "meditation": [(one, "MED") for one in PROGRAMS],
}
"""What a person can look for, and the pairs that mean it."""
CHOICE_WORDS: Mapping[str, str] = {
    "open": "Open to all", "newcomers": "Newcomers", "women": "Women", "men": "Men", "lgbtq": "LGBTQ+",
    "young": "Young people", "speaker": "Speaker", "discussion": "Discussion", "meditation": "Meditation",
}  # fmt: skip


def words_for(program: str, code: str) -> str | None:
    """What this program means by it; None for letters that we do not know, which are better not shown."""
    return _OWN.get(program, {}).get(code) or _EVERYWHERE.get(code) or _LANGUAGES.get(code)


def languages() -> list[tuple[str, str]]:
    """(code, name), by name. Languages have one code everywhere."""
    return sorted(_LANGUAGES.items(), key=lambda pair: pair[1])


def tag(program: str, code: str) -> str:
    """How a type is kept and looked for: `na:C`."""
    return f"{program}:{code.replace(' ', '')}"


def tags_of(program: str, codes: Iterable[str], *, is_online: bool) -> list[str]:
    """The types as pairs, each language by itself, and whether one can come by wire."""
    kept = list(codes)
    spoken = [f"language:{code}" for code in kept if code in _LANGUAGES]
    where = ONLINE if is_online else IN_PERSON
    return [*(tag(program, code) for code in kept), *spoken, where]
