"""Numbers, edits, merges, claims and batches: what moderators do with questions, and who is told."""

from datetime import datetime

import pytest

from auth.actor import Actor
from foundation.database import Database
from realtime.asking import edit
from realtime.errors import RoomNotOpen
from realtime.models import Vote
from realtime.presence import leave
from realtime.taking_part import speak_backstage, vote
from safety.flags import open_flags
from tests.builders.desk_acts import another_moderator
from tests.builders.questions import own, question, told
from tests.builders.rooms import Evening, an_evening, later


@pytest.fixture
def evening(database: Database, now: datetime) -> Evening:
    return an_evening(database, now=now, members=5)


def public_numbers(evening: Evening) -> list[int]:
    return [one["question"]["number"] for one in told(evening, "question", "pub")]


def votes(evening: Evening, one: str, *members: Actor) -> None:
    for who in members:
        with evening.database.write() as session:
            vote(session, evening.room_id, who, one, on=True, now=evening.now)


def test_the_room_counts_without_gaps_however_many_were_held(evening: Evening) -> None:
    held = [evening.ask(one, f"What about {n} things?") for n, one in enumerate(evening.members)]
    assert [one["number"] for one in held] == [None] * 5
    for asked in (held[4], held[2]):
        evening.moderate(asked["question"], "approve")
    assert public_numbers(evening) == [1, 2]
    assert own(evening, evening.members[0])[0]["number"] is None
    labels = {one["question"]["id"]: one["question"]["label"] for one in told(evening, "question")}
    assert (labels[held[0]["question"]], labels[held[4]["question"]]) == ("Held 1", "No. 1")


def test_a_question_keeps_its_number_when_it_comes_back(evening: Evening) -> None:
    first = evening.approved(evening.members[0])
    evening.approved(evening.members[1], "And on Mondays?")
    evening.moderate(first, "reject", reason="aimed")
    evening.moderate(first, "restore")
    evening.moderate(first, "approve")
    assert public_numbers(evening)[-1] == 1


def test_an_author_is_told_of_a_moderators_words_and_still_sees_their_own(evening: Evening) -> None:
    asked = evening.ask(evening.members[0], "Walking past the Marlowe is hard.")
    assert own(evening, evening.members[0])[0]["edited"] is False
    evening.moderate(asked["question"], "approve", text="Walking past [a place] is hard.")
    (mine,) = own(evening, evening.members[0])
    assert (mine["edited"], mine["original"]) == (True, "Walking past the Marlowe is hard.")
    assert mine["text"] == "Walking past [a place] is hard."
    assert "original" not in str(told(evening, "question", "pub"))


def test_an_edit_that_changes_nothing_is_none(evening: Evening) -> None:
    asked = evening.ask(evening.members[0], "Is it fine to only read?")
    evening.moderate(asked["question"], "edit", text="Is it fine to read?")
    evening.moderate(asked["question"], "edit", text="Is it fine to only read?")
    assert own(evening, evening.members[0])[0]["edited"] is False


def test_an_authors_own_edit_is_theirs_again_and_its_hold_says_so(evening: Evening) -> None:
    evening.steer(policy="open")
    author = evening.members[0]
    asked = evening.ask(author, "Call me at 555 123 4567?")
    evening.moderate(asked["question"], "edit", text="Call me?")
    with evening.database.write() as session:
        edit(session, evening.room_id, author, asked["question"], text="Shall we talk?", now=evening.now)
    assert own(evening, author)[0]["edited"] is False
    assert question(evening, asked["question"]).hold_reason == "changed"


def test_votes_count_once_along_a_chain_of_merges(evening: Evening) -> None:
    ana, ben, cleo, dee, eli = evening.members
    one, two, three = (
        evening.approved(who, f"How do you spend {day}?")
        for who, day in ((ana, "Sundays"), (ben, "a Sunday"), (cleo, "the weekend"))
    )
    votes(evening, one, dee, eli)
    votes(evening, two, dee, cleo)
    votes(evening, three, eli)
    evening.moderate(one, "merge", into=two)
    evening.moderate(two, "merge", into=three)
    with evening.database.read() as session:
        cast = session.query(Vote).where(Vote.question_id == three).count()
    assert question(evening, three).votes == cast == 4, "dee, eli, ana and ben; not cleo, whose own it is"


def test_the_author_of_a_merged_one_follows_what_it_was_joined_with(evening: Evening) -> None:
    ana, ben, cleo = evening.members[:3]
    mine = evening.approved(ana, "How do you spend Sundays?")
    other = evening.ask(ben, "What do you do on a Sunday?")["question"]
    last = evening.approved(cleo, "And the weekend?")
    evening.moderate(mine, "merge", into=other)
    (seen,) = own(evening, ana)
    assert seen["joined"] == {
        "state": "pending",
        "says": "A moderator reads it next",
        "line": "The one it was joined with: A moderator reads it next",
    }
    evening.moderate(other, "merge", into=last)
    evening.moderate(last, "answer")
    (seen,) = own(evening, ana)
    assert (seen["says"], seen["joined"]["line"]) == ("Joined with one like it", "No. 2: Being answered now")
    evening.moderate(last, "done")
    assert own(evening, ben)[0]["joined"]["state"] == "answered"


def test_what_was_put_away_is_brought_back_to_be_read_again(evening: Evening) -> None:
    asked = evening.approved(evening.members[0])
    assert evening.moderate(asked, "archive")["state"] == "archived"
    assert own(evening, evening.members[0])[0]["says"] == "Not in the room tonight"
    assert evening.moderate(asked, "restore")["state"] == "pending"
    assert evening.moderate(asked, "approve")["state"] == "live"


def test_next_up_is_in_the_order_of_pinning(evening: Evening) -> None:
    pinned = [evening.approved(one, f"How about {n} o'clock?") for n, one in enumerate(evening.members[:3])]
    votes(evening, pinned[0], *evening.members[3:])
    for one in (pinned[2], pinned[1], pinned[0]):
        evening.moderate(one, "pin")
        later(evening, seconds=1)
    shown = {one["question"]["id"]: one["question"] for one in told(evening, "question", "pub")}
    assert sorted(shown, key=lambda one: shown[one]["pinned_at"]) == [pinned[2], pinned[1], pinned[0]]


@pytest.mark.parametrize("policy", ["open", "first_held", "all_held", "closed"])
def test_the_rule_that_members_read_is_the_rooms_policy(evening: Evening, policy: str) -> None:
    evening.steer(policy=policy)
    rule = told(evening, "room", "pub")[-1]["room"]["rule"]
    assert ("every question first" in rule) == (policy == "all_held")
    assert "You always hear what happened to yours." in rule


def test_what_came_during_a_hold_says_afterwards_why_it_still_waits(evening: Evening) -> None:
    evening.steer(policy="first_held")
    known = evening.approved(evening.members[0])
    evening.steer(panic=True)
    first = evening.ask(evening.members[1], "May I ask as well?")["question"]
    second = evening.ask(evening.members[0], "What helps you on a Monday?")["question"]
    assert [question(evening, one).hold_reason for one in (first, second)] == ["paused", "paused"]
    evening.steer(open=True)
    assert [question(evening, one).hold_reason for one in (first, second)] == ["first", "paused"]
    last = [one["question"] for one in told(evening, "question") if one["question"]["id"] == first][-1]
    assert last["held"] == "First question here"
    assert question(evening, known).state == "live"


def test_a_room_that_never_opened_is_not_closed_by_hand(database: Database, now: datetime) -> None:
    evening = an_evening(database, now=now, opened=False)
    with pytest.raises(RoomNotOpen):
        evening.steer(close=True)


DANGER = "I want to kill myself"


def raised(evening: Evening) -> list[tuple[str, str, str]]:
    with evening.database.read() as session:
        flags = open_flags(session, f"room:{evening.room_id}")
        return [(one.source, one.known_as, one.state) for one in flags]


def test_a_reply_that_names_a_danger_is_sent_and_is_its_writers_to_end(evening: Evening) -> None:
    asked = evening.ask(evening.members[0], "What helps you on a Monday?")["question"]
    evening.moderate(asked, "reply", text=f"Do you think: {DANGER}? I am here, write to me.")
    assert own(evening, evening.members[0])[0]["reply"].startswith("Do you think")
    assert raised(evening) == [("concern", "Second Cup", "claimed")]
    assert told(evening, "alert") == [], "no bell: somebody is with them"


def test_a_reply_to_somebody_already_looked_after_raises_nothing_more(evening: Evening) -> None:
    asked = evening.ask(evening.members[0], DANGER)["question"]
    evening.moderate(asked, "reply", text=f"You wrote: {DANGER}. I am here.")
    assert raised(evening) == [("question", "Second Cup", "raised")]


def say(evening: Evening, text: str, client_id: str = "b") -> None:
    with evening.database.write() as session:
        speak_backstage(
            session, evening.room_id, evening.desk, client_id=client_id, text=text, now=evening.now
        )


def test_a_moderator_who_speaks_of_themselves_is_heard_by_the_others(evening: Evening) -> None:
    say(evening, DANGER)
    assert raised(evening) == [("backstage", "Jonah, moderator", "raised")]
    assert told(evening, "backstage")[0]["text"] == DANGER


def test_the_desk_may_speak_of_an_alert_without_raising_another(evening: Evening) -> None:
    evening.ask(evening.members[0], DANGER)
    celeste = another_moderator(evening)
    say(evening, f"She wrote: {DANGER}. Who takes it?")
    assert len(raised(evening)) == 1
    with evening.database.write() as session:
        leave(session, evening.room_id, celeste.person_id)
    say(evening, DANGER, "alone")
    assert len(raised(evening)) == 2, "alone at the desk there is nobody who reads along"
