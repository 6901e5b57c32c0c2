"""What the reader is given: a text in plain letters, whole if it is short, cut into pieces it knows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety.meaning import passages_of
from safety.wordpieces import FIRST, LAST, UNKNOWN, WordPieces

PIECES = WordPieces(["[UNK]", "[CLS]", "[SEP]", "night", "##s", "week", "##end", "to", "'", "don", "t", "!"])


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("How was your week?", ["how was your week?"]),
        ("¿Cómo va la semana?", ["¿como va la semana?"]),
        ("It was long. I slept well.", ["it was long. i slept well."]),
        ("three 💊 tonight", ["three pill tonight"]),
        ("A. k.i.l.l, at 3.5 hours", ["a. k.i.l.l, at 3.5 hours"]),
        ("not enough", []),
    ],
)
def test_a_short_text_is_read_whole(text: str, read: list[str]) -> None:
    assert passages_of(text) == read


def test_a_long_text_is_read_in_whole_sentences() -> None:
    sentences = [f"This is sentence number {number} of a long share." for number in range(30)]
    passages = passages_of(" ".join(sentences))
    assert len(passages) > 2
    assert all(passage.endswith("share.") for passage in passages)
    assert " ".join(passages) == " ".join(sentences).lower()


def test_what_is_said_again_is_read_once() -> None:
    assert passages_of("It has been a long week. " * 70) == ["it has been a long week."]


def test_of_a_very_long_text_both_ends_are_read() -> None:
    text = (
        "The beginning is here. " + " ".join(f"And {one} more." for one in range(900)) + " The end is here."
    )
    passages = passages_of(text)
    assert passages[0].startswith("the beginning is here.")
    assert passages[-1].endswith("the end is here.")
    assert sum(map(len, passages)) < 3000


def test_a_sentence_without_an_end_is_read_in_parts() -> None:
    passages = passages_of("and so it goes on, " * 90 + "until here")
    assert [len(passage) <= 480 for passage in passages] == [True] * 4
    assert passages[-1].endswith("until here")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("nights", [3, 4]),
        ("weekend to weekend", [5, 6, 7, 5, 6]),
        ("don't!", [9, 8, 10, 11]),
        ("nightmare to", [UNKNOWN, 7]),
        ("to " + "x" * 101, [7, UNKNOWN]),
        ("", []),
    ],
)
def test_the_longest_known_beginning_is_taken(text: str, numbers: list[int]) -> None:
    assert PIECES.numbers(text) == [FIRST, *numbers, LAST]


@given(st.text(max_size=300))
def test_any_text_is_cut(text: str) -> None:
    numbers = PIECES.numbers(text)
    assert (numbers[0], numbers[-1]) == (FIRST, LAST)
    assert all(0 <= number < 12 for number in numbers)
