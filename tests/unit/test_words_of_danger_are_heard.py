"""The rules file against real lines: danger is heard however it is written, ordinary talk is left alone."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safety.screening import Tier, by_rules, screen

DANGER = [
    "I want to die",
    "i wanna die tonight",
    "I don't see the point of getting through tonight.",
    "k i l l   m y s e l f",
    "k.i.l.l myself",
    "A. k.i.l.l myself.",
    "x y k.i.l.l myself",
    "A:A:A. k.i.l.l myself.",
    "kill mysef tonight",
    "I'm going to k1ll mys3lf",
    "s\u200bu\u200bi\u200bc\u200bi\u200bd\u200be",
    "sui\u0441ide",
    "I feel sucidal",
    "suicdal again",
    "I have been saving my pills",
    "took all my sleeping pills",
    "I took the whole bottle of pills",
    "Everyone would be better off without me",
    "I don't want to be here anymore",
    "I dont want to be alive",
    "can't go on",
    "I cannot do this anymore",
    "there is no reason to live",
    "thinking about ending my life",
    "end it all",
    "I wish I were dead",
    "I just want to not wake up",
    "I bought a gun ready for tonight",
    "wrote a goodbye letter",
    "this is my goodbye",
    "I won't be here tomorrow",
    "I'm standing here wanting to jump off the bridge",
    "KILLLLL MYSELLLLF",
    "unalive myself",
    "kms",
    "He said he will kill me",
    "My brother took too much and she is not breathing",
    "I want to overdose tonight",
    "gonna hang myself",
    "I am tired of living",
    "don\u2019t want to exist",
    "I want to hurt myself",
    "nothing left to live for",
    "I wánt to díe",
    "\uff57\uff41\uff4e\uff54\u3000\uff54\uff4f\u3000\uff44\uff49\uff45",
    "iwanttodie",
    "w a n t t o d i e",
    "want 2 die",
]

ORDINARY = [
    "I went eleven weeks and then had one bad night on Wednesday. Do I tell the group I count from zero?",
    "My streak died on day 40 and I started again",
    "Hotel evenings are the hardest for me",
    "I used to drink a bottle of wine a night",
    "I relapsed and used on Friday, I feel ashamed",
    "How do I kill time between five and nine?",
    "I am dying to hear how others did it",
    "This craving is killing me",
    "I deleted the app, I killed my account",
    "My dad died last spring and the house is empty",
    "I nearly overdosed in 2019 and I am grateful to be here",
    "Sleep gets worse around week ten?",
    "I lost my cousin to suicide ten years ago and still miss him",
    "How do you answer what have you been up to",
    "Naltrexone gives me headaches, took my meds with food",
    "Walking past the bar is the worst ten minutes of the day",
    "I was dead tired after work",
    "Has anyone cut down on coffee",
    "I can't stop scrolling at night",
    "I cut myself some slack this week",
    "I want to diet and run",
    "My skill: mysel is a Scottish word",
    "Is it all right to come here and only read, for months?",
    "I do not want to be here for the holidays, too many parties",
    "taking my own car lets me leave early",
    "I took too many shifts",
]
LONG_AGO_OR_A_SUBJECT = [
    "Nine years ago I tried to end my life, and today my daughter starts school.",
    "I tried to kill myself in 2004 and I keep bees now",
    "Hace siete años intenté quitarme la vida y hoy tengo un taller",
    "Who reads the book about suicide with us in March?",
    "¿Quién da el curso sobre el suicidio en marzo?",
]
STILL_DANGER = [
    "Two years ago I tried to kill myself and tonight I want to die",
    "I tried to kill myself last night",
    "I have been thinking about suicide all day",
    "I was reading about suicide methods again",
    "Hace dos años intenté matarme y hoy quiero morirme",
]

WORRY = [
    "I feel hopeless most evenings",
    "Nobody would notice if I left",
    "I hate myself after every slip",
    "I am afraid to go home tonight",
]
ABUSE = [
    "Whoever asked No. 44 is a coward and should say so at home.",
    "You are such an idiot",
    "shut up already",
]
INVISIBLE = ["\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad"]
CYRILLIC = str.maketrans("aceiopxy", "\u0430\u0441\u0435\u0456\u043e\u0440\u0445\u0443")


@pytest.mark.parametrize("line", DANGER)
def test_danger_is_heard(line: str) -> None:
    assert screen(line).tier is Tier.CRISIS


@pytest.mark.parametrize("line", ORDINARY)
def test_ordinary_talk_of_this_community_is_left_alone(line: str) -> None:
    assert screen(line).tier is Tier.NONE


@pytest.mark.parametrize("line", LONG_AGO_OR_A_SUBJECT)
def test_what_is_long_ago_or_only_a_subject_is_left_to_meaning(line: str) -> None:
    assert by_rules(line).tier is Tier.NONE


@pytest.mark.parametrize("line", STILL_DANGER)
def test_what_is_long_ago_covers_nothing_of_tonight(line: str) -> None:
    assert by_rules(line).tier is Tier.CRISIS


def test_gladness_in_the_words_of_danger_is_at_most_read_closely() -> None:
    """A false alarm of meaning at the shipped threshold, told rather than hidden: it raises no alert."""
    assert screen("I want to go on living like this, it is good").tier is not Tier.CRISIS


@pytest.mark.parametrize("line", WORRY)
def test_worry_is_read_closely(line: str) -> None:
    assert screen(line).tier in {Tier.WORRY, Tier.CRISIS}


@pytest.mark.parametrize("line", ABUSE)
def test_what_is_aimed_at_a_person_is_folded(line: str) -> None:
    assert screen(line).tier is Tier.ABUSE


@given(st.sampled_from(DANGER), st.sampled_from(INVISIBLE), st.integers(1, 4))
def test_invisible_letters_hide_nothing(line: str, letter: str, every: int) -> None:
    hidden = "".join(c + (letter if place % every == 0 else "") for place, c in enumerate(line))
    assert screen(hidden).tier is Tier.CRISIS


@given(st.sampled_from(["I want to die", "I want to kill myself", "suicide", "end my life tonight"]))
def test_letters_of_another_alphabet_hide_nothing(line: str) -> None:
    assert screen(line.translate(CYRILLIC)).tier is Tier.CRISIS


@given(st.sampled_from(DANGER), st.text(max_size=200), st.text(max_size=200))
def test_long_texts_around_it_hide_nothing(line: str, before: str, after: str) -> None:
    assert screen(f"{before}. {line}. {after}").tier is Tier.CRISIS


@given(st.sampled_from(DANGER), st.text("abxyi.: ,", max_size=8), st.text("abxyi.: ,", max_size=8))
def test_single_letters_around_it_hide_nothing(line: str, before: str, after: str) -> None:
    assert screen(f"{before}. {line}. {after}").tier is Tier.CRISIS


@settings(deadline=None)  # the first text of all waits for the file of meaning
@given(st.text(max_size=3000))
def test_no_text_breaks_the_screening(text: str) -> None:
    assert screen(text).tier in Tier


@pytest.mark.parametrize("unit", ["!", "i ", "a", "want to ", "k.i.l.l.", "(you is ", "took all the a b "])
def test_a_flood_of_letters_is_read_in_a_moment(unit: str) -> None:
    begun = time.process_time()
    screen(unit * (20_000 // len(unit)))
    assert time.process_time() - begun < 1
