"""Codes, phone numbers and addresses, as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.addresses import BadAddress, normalise_address
from auth.codes import LENGTH, code_digest, new_code, read_code
from auth.phones import BadPhone, normalise_phone, spoken_phone
from foundation.plaintext import breaks_the_line, hides_something

KEY = bytes(32)


@pytest.mark.parametrize("typed", ["407193", "407 193", " 407-193 ", "4 0 7 1 9 3", "407\u00a0193"])
def test_spaces_in_a_code_do_not_matter(typed: str) -> None:
    assert read_code(typed) == "407193"


def test_codes_have_six_digits_even_when_they_begin_with_zero() -> None:
    assert all(len(code) == LENGTH and code.isdigit() for code in (new_code() for _ in range(300)))


def test_the_same_code_has_another_digest_for_another_attempt_or_key() -> None:
    digests = {
        code_digest(KEY, "a", "407193"),
        code_digest(KEY, "b", "407193"),
        code_digest(b"k", "a", "407193"),
    }
    assert len(digests) == 3


@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        ("(312) 555-0100", "+13125550100", "(312) 555-0100"),
        ("1 312.555.0100", "+13125550100", "(312) 555-0100"),
        ("+44 20 7946 0000", "+442079460000", "+442079460000"),
    ],
)
def test_phone_numbers_are_kept_one_way(typed: str, kept: str, shown: str) -> None:
    assert normalise_phone(typed) == kept
    assert spoken_phone(kept) == shown


@pytest.mark.parametrize(
    "typed", ["", "555 0100", "ring me", "+1 (312) 555-0100 ext. 4", "+" + "9" * 16, "٣١٢٥٥٥٠١٠٠"]
)
def test_a_number_nobody_could_call_is_refused(typed: str) -> None:
    with pytest.raises(BadPhone):
        normalise_phone(typed)


@given(st.text(max_size=30))
def test_no_text_at_all_breaks_the_reading_of_a_phone_number(typed: str) -> None:
    try:
        kept = normalise_phone(typed)
    except BadPhone:
        return
    assert normalise_phone(spoken_phone(kept)) == kept


@pytest.mark.parametrize("typed", ["Ana@Example.org", " ana@example.org ", "ANA@EXAMPLE.ORG"])
def test_one_mailbox_is_one_address(typed: str) -> None:
    assert normalise_address(typed) == "ana@example.org"


@pytest.mark.parametrize(
    "typed",
    ["", "ana", "ana@", "ana@example.org\r\nBcc: x@example.org", "a na@example.org", "ana@exa\x00mple.org",
     "Ana <ana@example.org>", "ana@localhost", "ána@example.org", "a" * 260 + "@example.org"],
)  # fmt: skip
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(BadAddress):
        normalise_address(typed)


@pytest.mark.parametrize(
    "text", ["a\x00b", "a\u202eb", "a\u200bb", "\ufeffa", "a\u2066b", "a\x1bb", "a\u061cb"]
)
def test_letters_nobody_can_see_are_noticed(text: str) -> None:
    assert hides_something(text)


@pytest.mark.parametrize("text", ["Zoë O’Neill", "李雷", "עדנה", "👩‍👧", "two\nlines\tand a tab"])
def test_ordinary_letters_of_any_script_are_not(text: str) -> None:
    assert not hides_something(text)


@pytest.mark.parametrize("text", ["a\nb", "a\rb", "a\u2028b", "a\x0bb", "a\x85b"])
def test_every_kind_of_line_break_is_noticed(text: str) -> None:
    assert breaks_the_line(text)
