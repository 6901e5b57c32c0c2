"""Scheduled, lobby, open, paused, closed: each reachable only by the rules, and closed for good."""

import itertools

import pytest

from realtime.errors import RoomClosed, RoomNotOpen
from realtime.models import Room
from realtime.stages import FOLLOWS, become

ALLOWED = {
    ("scheduled", "lobby"), ("lobby", "scheduled"), ("scheduled", "open"), ("lobby", "open"),
    ("open", "paused"), ("paused", "open"), ("open", "closed"), ("paused", "closed"),
    ("scheduled", "closed"), ("lobby", "closed"),
}  # fmt: skip


@pytest.mark.parametrize(("one", "other"), list(itertools.permutations(FOLLOWS, 2)))
def test_a_stage_follows_another_only_by_the_rules(one: str, other: str) -> None:
    room = Room(state=one)
    if (one, other) in ALLOWED:
        become(room, other)
        assert room.state == other
        return
    with pytest.raises(RoomClosed if one == "closed" else RoomNotOpen):
        become(room, other)
    assert room.state == one


@pytest.mark.parametrize("stage", FOLLOWS)
def test_staying_is_always_allowed(stage: str) -> None:
    room = Room(state=stage)
    become(room, stage)
    assert room.state == stage
