"""What goes over the wire says, word for word, what was written: whatever letters and lines are in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.written import Written, alternatives, header

LINES = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=200)
TEXTS = st.lists(LINES, min_size=1, max_size=6).map(lambda lines: "\n".join(lines) + "\n")
BOUNDARY = "=an-end-that-nobody-writes"


def written(plain: str, html: str = "<p>Hello</p>\n") -> Written:
    head = header("Subject", "A reminder of your appointment") + b"MIME-Version: 1.0\r\n"
    content = head + alternatives([("plain", plain), ("html", html)], BOUNDARY)
    return Written("hello@evenside.example", "ana@example.org", "<one@evenside.example>", content)


@given(TEXTS, TEXTS)
def test_both_texts_come_back_letter_by_letter(plain: str, html: str) -> None:
    mail = written(plain, html).message
    parts = [(part.get_content_type(), part.get_content()) for part in mail.iter_parts()]
    assert parts == [("text/plain", plain), ("text/html", html)]
    assert not mail.defects


@given(TEXTS)
def test_nothing_in_it_needs_more_than_any_server_takes(plain: str) -> None:
    content = written(plain).content
    assert content.isascii()
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
    assert max(map(len, content.split(b"\r\n"))) <= 78


def test_a_header_of_two_lines_is_refused() -> None:
    with pytest.raises(ValueError, match="linefeed"):
        header("Subject", "A reminder\r\nBcc: somebody@example.org")


def test_a_name_in_other_letters_is_encoded() -> None:
    assert header("From", "Häuser <hello@evenside.example>").isascii()
