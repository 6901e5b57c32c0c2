"""Evasions and Spanish: what is meant is heard, however it is spelled."""

import pytest

from benchmarks.meaning.lines import Line, all_lines
from safety.screening import Tier, by_rules, screen

DISGUISED = [
    "k1ll mys3lf", "k*ll myself", "s*icide", "su1c1de", "k i l l myself", "sewer slide", "i want to d*e",
    "KILLLL myself",
    "quiero morirme", "me quiero morir", "no quiero seguir viviendo", "me quiero matar",
    "quitarme la vida",
    "m\u200be qui\u200bero matar", "m e  q u i e r o  m a t a r", "qu\u0456ero morirme", "QUIERO MORIRME",
    "suicidarme",
    "🅺🅸🅻🅻 myself", "🇸 🇺 🇮 🇨 🇮 🇩 🇪", "🇸🇺🇮🇨🇮🇩🇪", "🅚🅘🅛🅛 🄼🅈🅂🄴🄻🄵", "k\ufe0fi\u20e3ll myself",
    "eid ot tnaw I", "flesym llik ot gniog m'I", "emrirom oreiuq",
]  # fmt: skip
SAYINGS = [
    "dying to hear how it went",
    "this cake is to die for",
    "me muero de risa",
    "killing time before group",
]
LINES = all_lines()
_EVERY = 12  # of some five thousand lines: the benchmark reads them all


@pytest.mark.parametrize("text", DISGUISED)
def test_a_disguise_hides_nothing_from_the_rules(text: str) -> None:
    assert by_rules(text).tier is Tier.CRISIS


@pytest.mark.parametrize("text", SAYINGS)
def test_a_saying_is_only_a_saying(text: str) -> None:
    assert screen(text).tier is Tier.NONE


@pytest.mark.parametrize("lang", ["en", "es"])
def test_of_our_own_lines_nearly_all_danger_is_heard_and_most_ordinary_talk_is_left_alone(lang: str) -> None:
    assert _share_heard(lang, is_crisis=True) > 0.95
    assert _share_heard(lang, is_crisis=False) < 0.15


def _share_heard(lang: str, *, is_crisis: bool) -> float:
    ours: list[Line] = [one for one in LINES if one.lang == lang and one.is_crisis == is_crisis][::_EVERY]
    return sum(screen(one.text).tier in {Tier.CRISIS, Tier.WORRY} for one in ours) / len(ours)
