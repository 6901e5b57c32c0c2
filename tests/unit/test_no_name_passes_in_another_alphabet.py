"""A name in letters that look like another's is that name, by Unicode's whole list of look-alikes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.errors import BadPseudonym, NameLikeStaff, OwnName
from realtime.name_keys import key
from realtime.pseudonyms import checked
from safety.confusables import look_alikes
from safety.lookalikes import skeleton

NAMES = ("Second Cup", "North Porch", "Late Train", "Wide Field", "Quiet Ladder", "Jonah Reed", "Bella Fox")


@st.composite
def disguises(draw: st.DrawFn) -> tuple[str, str]:
    """A name, and the same with some of its letters taken from elsewhere."""
    name = draw(st.sampled_from(NAMES))
    return name, "".join(draw(st.sampled_from([one, *sorted(look_alikes(one))])) for one in name)


@given(disguises())
def test_a_disguised_name_is_taken_where_the_plain_one_is(pair: tuple[str, str]) -> None:
    name, disguised = pair
    assert key("room", disguised) == key("room", name)


@given(disguises())
def test_a_disguised_host_is_refused(pair: tuple[str, str]) -> None:
    name, disguised = pair
    with pytest.raises((NameLikeStaff, BadPseudonym)):
        checked(disguised, staff=[name])


@given(disguises())
def test_ones_own_name_is_not_hidden_by_other_letters(pair: tuple[str, str]) -> None:
    name, disguised = pair
    with pytest.raises((OwnName, BadPseudonym)):
        checked(disguised, staff=[], own=name)


@pytest.mark.parametrize(
    ("name", "disguised"),
    [
        ("Dana", "Ꭰana"),
        ("North", "ոօrth"),
        ("Second", "Ꮪecond"),
        ("Paper", "Рареr"),
        ("Corner", "Ϲoгner"),
        ("Fox", "𝐅ox"),
        ("Bella", "Ᏼella"),
        ("Hill", "H𐌠ll"),
    ],
)
def test_armenian_cherokee_and_mathematical_letters_are_seen_through(name: str, disguised: str) -> None:
    assert skeleton(disguised) == skeleton(name)


@pytest.mark.parametrize("name", ["Надежда", "Ολγα", "さくら", "李娜", "יעל", "نور", "Đorđe", "Łucja"])
def test_names_of_every_script_stay_possible(name: str) -> None:
    assert checked(name, staff=["Dana Whitlock", "Jonah Reed"]) == name


def test_names_that_only_share_letters_stay_apart() -> None:
    keys = {key("room", one) for one in (*NAMES, "Надежда", "Ολγα", "さくら", "李娜")}
    assert len(keys) == len(NAMES) + 4
