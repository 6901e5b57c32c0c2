"""Nothing becomes public that nobody has read as it is now, and nobody learns of what waits."""

from typing import Any

import pytest

from realtime.asking import edit
from realtime.errors import BadPayload
from realtime.models import Question, Room
from realtime.moderating import moderate_many
from realtime.room import find_participant
from realtime.snapshot import Seat, about_me
from realtime.taking_part import vote
from tests.builders.rooms import Evening


def approve(evening: Evening, chosen: list[str], versions: list[int]) -> dict[str, Any]:
    with evening.database.write() as session:
        return moderate_many(
            session, evening.room_id, evening.desk, chosen, "approve", versions=versions, now=evening.now
        )


def voted(evening: Evening) -> list[str]:
    with evening.database.read() as session:
        place = find_participant(session, evening.room_id, evening.members[0].person_id)
        assert place is not None
        room = session.get_one(Room, evening.room_id)
        shown: list[str] = about_me(session, room, Seat(place, False), "x")["voted"]
        return shown


def test_one_that_its_author_changed_is_left_out_of_the_batch(evening: Evening) -> None:
    ana, ben = evening.members
    changed, same = (evening.ask(one, "Can you hear me?")["question"] for one in (ana, ben))
    with evening.database.write() as session:
        edit(session, evening.room_id, ana, changed, text="Words that nobody has read?", now=evening.now)
    answer = approve(evening, [changed, same], [1, 1])
    assert answer == {"done": [same], "left": [{"question": changed, "code": "stale"}]}
    with evening.database.read() as session:
        assert session.get_one(Question, changed).live_at is None


@pytest.mark.parametrize("versions", [[], [1, 1]])
def test_many_are_let_in_only_with_the_versions_that_were_read(evening: Evening, versions: list[int]) -> None:
    asked = evening.ask(evening.members[0])["question"]
    with pytest.raises(BadPayload):
        approve(evening, [asked], versions)


def test_a_vote_that_went_along_to_one_that_waits_does_not_tell_of_it(evening: Evening) -> None:
    ana, ben = evening.members
    asked = evening.approved(ben)
    waits = evening.ask(ben, "What about mornings, then?")["question"]
    with evening.database.write() as session:
        vote(session, evening.room_id, ana, asked, on=True, now=evening.now)
    assert voted(evening) == [asked]
    evening.moderate(asked, "merge", into=waits)
    assert voted(evening) == []
    evening.moderate(waits, "approve")
    assert voted(evening) == [waits]
