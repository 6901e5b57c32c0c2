"""A table from another program: read as it comes, each line judged by itself, formulas refused."""

import pytest

from auth.people import Role
from auth.people_sheet import MOST_BYTES, MOST_LINES, BadSheet, Sheet, read_sheet

ZONE = "America/Chicago"


def read(text: str, encoding: str = "utf-8") -> Sheet:
    return read_sheet(text.encode(encoding), timezone=ZONE)


def test_names_in_two_columns_and_a_role() -> None:
    [ana] = read("First name;Last name;E-mail;Role\nAna;Lopez;Ana@Example.org;therapist\n").lines
    assert (ana.number, ana.name, ana.email, ana.role) == (
        2,
        "Ana Lopez",
        "ana@example.org",
        Role.PRACTITIONER,
    )
    assert (ana.timezone, ana.error) == (ZONE, "")


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("cp1252", "Windows-1252")],
)
def test_whatever_the_other_program_wrote(encoding: str, told: str) -> None:
    sheet = read("name,email\r\nZoë,zoe@example.org\r\n", encoding)
    assert (sheet.lines[0].name, sheet.encoding) == ("Zoë", told)


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("=HYPERLINK(1),a@example.org,,", "formula"),
        ("Ana,@SUM(1),,", "formula"),
        ("Ana,nobody,,", "address"),
        (",a@example.org,,", "name"),
        ("Ana,a@example.org,king,", "role"),
        ("Ana,a@example.org,coordinator,", "one by one"),
        ("Ana,a@example.org,,Mars/Olympus", "zone"),
        ("Ana", "address"),
    ],
)
def test_a_line_that_cannot_be_added_says_why(line: str, word: str) -> None:
    """R34: nothing that a spreadsheet would run gets in."""
    bad, good = read(f"name,email,role,timezone\n{line}\nRuth,ruth@example.org,,\n").lines
    assert word in bad.error
    assert good.error == ""


def test_the_second_of_two_alike_is_named() -> None:
    first, second = read("name,email\nAna,a@example.org\nAnna,A@EXAMPLE.org\n").lines
    assert (first.error, second.error) == ("", "The same address stands in line 2.")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"name,email\n",
        b"a,b\n1,2\n",
        b"\0\0\0",
        b"\xff\xfe\x00",
        b'name,email\n"Ana,a@example.org\n',
        b"x" * (MOST_BYTES + 1),
        b"name,email\n" + b"Ana,a@example.org\n" * (MOST_LINES + 1),
    ],
)
def test_what_is_no_table_is_refused_whole(data: bytes) -> None:
    with pytest.raises(BadSheet):
        read_sheet(data, timezone=ZONE)
