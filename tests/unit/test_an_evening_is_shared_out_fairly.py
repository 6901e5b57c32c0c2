"""The figures of an evening: who was heard, how long they waited, without anybody's words."""

from datetime import UTC, datetime, timedelta

from realtime.fairness import Asked, Hands, fairness, in_words

SEVEN = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)


def at(minute: int) -> datetime:
    return SEVEN + timedelta(minutes=minute)


def asked(one: str, author: str, state: str = "pending", **more: object) -> Asked:
    return Asked(one, author, state, at(0), **more)  # type: ignore[arg-type]


def test_an_empty_evening_has_no_waits() -> None:
    found = fairness([], Hands(), now=SEVEN)
    assert (found.asked, found.longest_wait, found.median_wait) == (0, None, None)
    assert in_words(found) == [
        "0 asked, 0 answered, 0 in the list.",
        "Order: Next up as it was pinned, then most votes, then longest wait.",
        "Nobody has been answered twice.",
        "Hands: 0 raised, 0 invited.",
    ]


def test_waits_run_from_being_in_the_room_to_being_answered_or_to_now() -> None:
    found = fairness(
        [
            asked("a", "ana", "answered", live_at=at(0), answering_at=at(5)),
            asked("b", "ben", "answering", live_at=at(0), answering_at=at(9)),
            asked("c", "cleo", "live", live_at=at(0)),
            asked("d", "dee", "pending"),
        ],
        Hands(),
        now=at(30),
    )
    assert (found.longest_wait, found.median_wait) == (timedelta(minutes=30), timedelta(minutes=9))
    assert "Longest wait 30 min, median 9 min." in in_words(found)


def test_what_was_taken_back_counts_for_nobody() -> None:
    found = fairness([asked("a", "ana", "withdrawn")], Hands(), now=SEVEN)
    assert (found.asked, found.askers) == (0, 0)


def test_a_first_question_joined_with_another_is_answered_with_it() -> None:
    found = fairness(
        [
            asked("a", "ana", "merged", merged_into="b"),
            asked("b", "ben", "merged", merged_into="c"),
            asked("c", "cleo", "answered", live_at=at(0), answering_at=at(1)),
            asked("d", "dee", "rejected"),
        ],
        Hands(3, 2),
        now=at(2),
    )
    assert (found.askers_heard, found.askers) == (3, 4)
    assert "Hands: 3 raised, 2 invited." in in_words(found)


def test_people_answered_once_and_more_often_are_told_apart() -> None:
    done = [
        asked(str(n), who, "answered", live_at=at(0), answering_at=at(1))
        for n, who in enumerate(["ana", "ana", "ben"])
    ]
    found = fairness(done, Hands(), now=at(2))
    assert (found.answered_once, found.answered_more) == (1, 1)
    assert "One person has been answered more than once, 1 once." in in_words(found)
