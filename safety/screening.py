"""Which texts need a human now: by rules, joined with meaning. Pure: text in, verdict out."""

from dataclasses import dataclass
from functools import lru_cache

from safety.lookalikes import plain
from safety.meaning import danger_in
from safety.respelling import readings
from safety.rules import Rules, Tier, default_rules, read_rules

__all__ = ["MEANING", "Rules", "Tier", "Verdict", "by_rules", "read_rules", "screen"]

MEANING = "meaning"
_LONGEST_SCREENED = 20_000
_REMEMBERED = 1024


@dataclass(frozen=True)
class Verdict:
    """The tier and the name of the rule; `meaning` where no words but their meaning were heard."""

    tier: Tier
    rule: str = ""


def screen(text: str, rules: Rules | None = None) -> Verdict:
    """The most urgent thing that rules or meaning hear in a text. Asked again, it is remembered.

    The first time costs some milliseconds: where others wait, safety/hearing.py asks beforehand.
    """
    return _heard(_as_kept(text[:_LONGEST_SCREENED]), rules or default_rules())


def _as_kept(text: str) -> str:
    """As commands keep it, so that the verdict on what was sent is the one remembered for what is kept."""
    return text.replace("\r\n", "\n").strip()


def by_rules(text: str, rules: Rules | None = None) -> Verdict:
    """The most urgent rule that the text meets, seen through spacing, look-alikes and misspelling."""
    used = rules or default_rules()
    seen = readings(plain(text[:_LONGEST_SCREENED]), used.spelling)
    for rule in used.rules:
        if any(map(rule.hits, seen)):
            return Verdict(rule.tier, rule.name)
    return Verdict(Tier.NONE)


@lru_cache(_REMEMBERED)
def _heard(text: str, rules: Rules) -> Verdict:
    said = by_rules(text, rules)
    if said.tier is Tier.CRISIS:
        return said
    meant = _by_meaning(text, rules)
    if said.tier is Tier.ABUSE and meant.tier is Tier.WORRY:
        return said  # held as well, and folded: anger alone already sounds a little like danger
    return min(said, meant, key=lambda verdict: list(Tier).index(verdict.tier))


def _by_meaning(text: str, rules: Rules) -> Verdict:
    danger = danger_in(_without_sayings(text, rules))
    if danger is None or danger < rules.meaning.worry:
        return Verdict(Tier.NONE)
    return Verdict(Tier.CRISIS if danger >= rules.meaning.crisis else Tier.WORRY, MEANING)


def _without_sayings(text: str, rules: Rules) -> str:
    """Dying to hear, killing time: the words of danger without any."""
    if not any(saying.search(plain(text)) for saying in rules.meaning.set_aside):
        return text
    bare = plain(text)
    for saying in rules.meaning.set_aside:
        bare = saying.sub("", bare)
    return bare
