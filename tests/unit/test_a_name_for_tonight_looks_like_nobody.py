"""Pseudonyms: not a host's, not another's, nothing that says who one is."""

import random
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.errors import BadPseudonym, NameLikeStaff, OwnName
from realtime.name_keys import key
from realtime.pseudonyms import checked, suggestions

STAFF = ["Dana Whitlock", "Jonah Reed"]


@pytest.mark.parametrize(
    "name",
    [
        "Dana",
        "d a n a",
        "D4na",
        "D\u0430na",
        "D\u00e1n\u00e0",
        "dana w",
        "Whitl0ck",
        "Jonah the Host",
        "Host",
        "Mod Anna",
        "Evens\u0456de",
        "DANAWHITLOCK",
        "D\u200bana".replace("\u200b", "."),
        "The Therapist",
    ],
)
def test_a_name_like_a_hosts_is_refused_however_it_is_written(name: str) -> None:
    with pytest.raises(NameLikeStaff):
        checked(name, staff=STAFF)


@pytest.mark.parametrize(
    "name", ["x", "", "  ", "a" * 25, "12345", "555 0199 Tom", "me@example.org", "a\nb\x00", "D\u200bana"]
)
def test_a_name_is_two_to_24_plain_letters(name: str) -> None:
    with pytest.raises((BadPseudonym, NameLikeStaff)):
        checked(name, staff=STAFF)


@pytest.mark.parametrize("name", ["Alma", "alma b.", "Abbott", "\u0410lma", "A.l.m.a", "Alma Abbott"])
def test_ones_own_real_name_is_refused(name: str) -> None:
    with pytest.raises(OwnName):
        checked(name, staff=STAFF, own="Alma Abbott")


def test_a_name_that_only_begins_alike_is_fine() -> None:
    assert checked("Almanac", staff=STAFF, own="Alma Abbott") == "Almanac"


@pytest.mark.parametrize(
    "name",
    ["Second Cup", "Danny", "Teodor", "Late  Train", "Zo\u00eb", "O\u2019Malley", "\u041d\u0430\u0434\u044f"],
)
def test_most_names_are_fine(name: str) -> None:
    assert checked(name, staff=STAFF) == " ".join(name.split())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Second Cup", "second cup"),
        ("Second Cup", "Sec0nd  Cup"),
        ("Tin Roof", "T\u0456n Roof"),
        ("Tin Roof", "TinRoof"),
        ("Late Train", "L\u00e0te Tr\u00e4in"),
        ("Corner", "Comer"),
        ("Bill", "Bi11"),
    ],
)
def test_names_that_look_alike_share_a_key(one: str, other: str) -> None:
    assert key("room", one) == key("room", other)


def test_the_key_says_nothing_across_rooms() -> None:
    assert key("one room", "Second Cup") != key("another", "Second Cup")
    assert "cup" not in key("room", "Second Cup")


@given(st.integers())
def test_every_suggestion_could_be_chosen(seed: int) -> None:
    name = next(suggestions(lambda names: names, chance=random.Random(seed)))
    assert checked(name, staff=STAFF) == name


def test_a_very_full_room_still_has_names() -> None:
    taken: set[str] = set()
    chance = random.Random(7)
    free = partial(filter, lambda name: name not in taken)
    for _ in range(3000):
        taken.add(next(suggestions(free, chance=chance)))
    assert len(taken) == 3000
    assert all(checked(name, staff=STAFF) for name in taken)
