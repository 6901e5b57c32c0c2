"""Several moderators at one desk: claims that end, taking over, the next one for each, many at once."""

from datetime import datetime
from typing import Any

import pytest

from auth.actor import Actor
from foundation.database import Database
from realtime.claiming import claim_next
from realtime.errors import BadPayload, BadReason, ClaimedByAnother
from realtime.moderating import moderate_many
from tests.builders.desk_acts import another_moderator
from tests.builders.questions import own, question, told
from tests.builders.rooms import Evening, an_evening, later


@pytest.fixture
def evening(database: Database, now: datetime) -> Evening:
    return an_evening(database, now=now, members=5)


def test_a_claim_ends_after_two_minutes_and_is_renewed_while_somebody_works(evening: Evening) -> None:
    celeste = another_moderator(evening)
    asked = evening.ask(evening.members[0])["question"]
    first = evening.moderate(asked, "claim")
    later(evening, seconds=110)
    again = evening.moderate(asked, "claim")
    assert again["version"] == first["version"], "what is being typed does not become stale"
    later(evening, seconds=110)
    with pytest.raises(ClaimedByAnother):
        evening.moderate(asked, "approve", by=celeste)
    later(evening, seconds=10)
    assert evening.moderate(asked, "approve", by=celeste)["state"] == "live"


def test_taking_over_says_so_to_the_desk(evening: Evening) -> None:
    celeste = another_moderator(evening)
    asked = evening.ask(evening.members[0])["question"]
    evening.moderate(asked, "claim")
    with pytest.raises(ClaimedByAnother):
        evening.moderate(asked, "claim", by=celeste)
    evening.moderate(asked, "take_over", by=celeste)
    (taken,) = told(evening, "taken")
    assert (taken["question"], taken["from"], taken["by"]) == (asked, "Jonah", "Celeste")
    with pytest.raises(ClaimedByAnother, match="Celeste has this one"):
        evening.moderate(asked, "approve")


def test_each_moderator_claims_the_next_that_nobody_has(evening: Evening) -> None:
    celeste = another_moderator(evening)
    asked = [evening.ask(one, f"What about {n} things?")["question"] for n, one in enumerate(evening.members)]

    def next_for(who: Actor) -> object:
        with evening.database.write() as session:
            return claim_next(session, evening.room_id, who, now=evening.now)["question"]

    assert [next_for(evening.desk), next_for(celeste), next_for(evening.desk)] == asked[:3]
    assert [next_for(celeste), next_for(celeste), next_for(celeste)] == [*asked[3:], None]
    later(evening, minutes=2)
    assert next_for(celeste) == asked[0]


def many(evening: Evening, chosen: list[str], action: str, reason: str | None = None) -> dict[str, Any]:
    with evening.database.write() as session:
        return moderate_many(
            session, evening.room_id, evening.desk, chosen, action, reason=reason, now=evening.now
        )


def test_many_go_back_with_one_reason_and_what_another_has_is_left(evening: Evening) -> None:
    celeste = another_moderator(evening)
    asked = [evening.ask(one, f"What about {n} things?")["question"] for n, one in enumerate(evening.members)]
    evening.moderate(asked[1], "claim", by=celeste)
    evening.moderate(asked[2], "approve")
    evening.moderate(asked[2], "answer")
    answer = many(evening, [*asked, "no-such-question", asked[0]], "reject", "time")
    assert answer["done"] == [asked[0], asked[3], asked[4]]
    assert answer["left"] == [
        {"question": asked[1], "code": "claimed"},
        {"question": asked[2], "code": "wrong_state"},
        {"question": "no-such-question", "code": "unknown_question"},
    ]
    assert "no time left" in own(evening, evening.members[0])[0]["why"]


def test_a_batch_needs_its_reason_and_a_size_somebody_can_oversee(evening: Evening) -> None:
    asked = evening.ask(evening.members[0])["question"]
    with pytest.raises(BadReason):
        many(evening, [asked], "reject")
    for chosen, action in (([], "approve"), ([asked] * 101, "approve"), ([asked], "escalate")):
        with pytest.raises(BadPayload):
            many(evening, chosen, action)
    assert question(evening, asked).state == "pending"
