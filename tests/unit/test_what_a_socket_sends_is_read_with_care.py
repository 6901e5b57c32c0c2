"""Payloads: anything may arrive, and only BadPayload may come of it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.errors import BadPayload
from realtime.payloads import Data

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=50),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
READERS = ("ident", "ident_or_none", "text", "text_or_none", "flag", "flag_or_none", "number_or_none")


@given(sent=anything, reader=st.sampled_from(READERS))
def test_a_field_is_of_its_kind_or_refused(sent: Any, reader: str) -> None:
    try:
        value = getattr(Data({"field": sent}), reader)("field")
    except BadPayload:
        return
    assert value is None or isinstance(value, str | bool | int)


@given(sent=anything)
def test_a_message_is_a_dictionary_or_refused(sent: Any) -> None:
    if isinstance(sent, dict):
        Data(sent)
    else:
        with pytest.raises(BadPayload):
            Data(sent)


def test_the_numbers_one_has_may_be_one_or_one_for_each_stream() -> None:
    assert Data({}).after() is None
    assert Data({"after": 7}).after() == {"pub": 7}
    assert Data({"after": {"pub": 7, "member": 2}}).after() == {"pub": 7, "member": 2}


@pytest.mark.parametrize("sent", [-1, True, "7", [7], {"pub": -1}, {"pub": "7"}, {"pub": True}, 1.5])
def test_other_numbers_are_refused(sent: object) -> None:
    with pytest.raises(BadPayload):
        Data({"after": sent}).after()
