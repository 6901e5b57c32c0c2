"""The states of a question, walked at random."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from realtime.questions import (
    BY_AUTHOR,
    OVER,
    Action,
    Arrival,
    Policy,
    State,
    author_may,
    hold_reason,
    is_public,
    next_state,
)
from realtime.words import TO_AUTHOR


class Walk(RuleBasedStateMachine):
    """Any moderator may try anything, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.state = State.PENDING
        self.approved = False

    @rule(action=st.sampled_from(Action))
    def act(self, action: Action) -> None:
        there = next_state(self.state, action)
        if there is None:
            return
        if self.state in OVER:
            assert there == self.state
        self.approved = self.approved or action is Action.APPROVE
        self.state = there

    @invariant()
    def nothing_is_public_that_nobody_approved(self) -> None:
        assert self.approved or not is_public(self.state)

    @invariant()
    def its_author_is_told_something_kind(self) -> None:
        words = TO_AUTHOR[self.state].lower()
        assert not any(bad in words for bad in ("reject", "flag", "violat", "fail", "escalat"))


TestWalk = Walk.TestCase


@given(state=st.sampled_from(State), action=st.sampled_from(Action))
def test_authors_touch_only_what_nobody_else_has_seen(state: State, action: Action) -> None:
    assert author_may(state, action) == (state is State.PENDING and action in BY_AUTHOR)


@pytest.mark.parametrize(
    ("state", "action", "there"),
    [
        (State.PENDING, Action.APPROVE, State.LIVE),
        (State.LIVE, Action.ANSWER, State.ANSWERING),
        (State.ANSWERING, Action.DONE, State.ANSWERED),
        (State.ANSWERED, Action.RESTORE, State.LIVE),
        (State.REJECTED, Action.RESTORE, State.PENDING),
        (State.ESCALATED, Action.APPROVE, None),
        (State.WITHDRAWN, Action.APPROVE, None),
        (State.ESCALATED, Action.WITHDRAW, None),
    ],
)
def test_the_moves_that_matter(state: State, action: Action, there: State | None) -> None:
    assert next_state(state, action) == there


arrivals = st.builds(
    Arrival,
    policy=st.sampled_from(Policy),
    has_moderator=st.booleans(),
    paused=st.booleans(),
    is_first=st.booleans(),
    screened=st.sampled_from(["none", "worry", "abuse"]),
    has_contact=st.booleans(),
)


@given(arrivals)
def test_nothing_appears_unread_without_a_moderator_or_against_the_policy(arrival: Arrival) -> None:
    if hold_reason(arrival) is not None:
        return
    assert arrival.has_moderator
    assert not arrival.paused
    assert arrival.screened == "none"
    assert not arrival.has_contact
    assert arrival.policy is Policy.OPEN or (arrival.policy is Policy.FIRST_HELD and not arrival.is_first)
