"""Names that would tell a stranger why somebody is here, if they stood on a locked phone. Pure.

Nobody is kept from such a name: whoever wants it is asked once more. What is not in the list is
taken as it is.
"""

import re
import unicodedata

_ROOTS = (
    *(
        "addict",
        "recover",
        "sober",
        "sobriet",
        "relaps",
        "rehab",
        "detox",
        "aftercare",
        "abstinen",
        "12 step",
    ),
    *("alcohol", "drink", "drug", "opioid", "cocain", "heroin", "meth ", "overdos", "substance", "gambl"),
    *("sex", "porn", "masturb", "compuls", "craving", "betray"),
    *("therap", "treatment", "clinic", "counsel", "psych", "psiqu", "depress", "anxi", "bipolar", "trauma"),
    *("suicid", "crisis", "diagnos", "adicc", "adict", "recaida", "sobried", "terapia", "tratamiento"),
)
_SHORT = frozenset(
    {"aa", "na", "ca", "ga", "oa", "sa", "saa", "slaa", "spaa", "cosa", "csbd", "phq", "gad", "urge"}
)
"""What programs call themselves; only as whole words."""
_BEGINS = re.compile("|".join(rf"\b{re.escape(root)}" for root in _ROOTS))


def tells_why(text: str) -> bool:
    """Whether a stranger who reads this could guess: `Sex addiction group`, `AA`, `Terapia`."""
    flat = unicodedata.normalize("NFKD", text.casefold().replace("-", " "))
    plain = "".join(letter for letter in flat if not unicodedata.combining(letter))
    return bool(_BEGINS.search(plain)) or not _SHORT.isdisjoint(re.findall(r"\w+", plain))
