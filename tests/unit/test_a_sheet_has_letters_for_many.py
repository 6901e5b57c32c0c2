"""The confirmation of attendance bears names as people write them, or says beforehand that it cannot."""

import re

import pytest

from scheduling.attendance_proofs import Line, Paper
from web.care.paper_print import can_print, print_paper


def paper(name: str, title: str = "") -> Paper:
    line = Line("2026-11-20", "9:00 pm", 85, title)
    span = "2026-11-01", "2026-11-27", "America/Chicago"
    return Paper("Evenside", name, *span, "2026-11-27T18:00:00+00:00", "ABCD", (line,))


def letters_in(told: bytes) -> set[str]:
    """What a reader of the file can copy out of it, by the file's own table of letters."""
    tables = re.findall(r"beginbfchar(.*?)endbfchar", told.decode("latin-1"), re.DOTALL)
    pairs = [pair for table in tables for pair in re.findall(r"<[0-9A-F]+> <([0-9A-F]{4})>", table)]
    return {chr(int(one, 16)) for one in pairs}


@pytest.mark.parametrize("name", ["Łukasz Dvořák", "Nguyễn Thị Hạnh", "Олена Шевченко", "Ελένη", "Նարեկ"])
def test_a_name_in_other_letters_stands_as_it_is(name: str) -> None:
    assert can_print(name)
    assert set(name.replace(" ", "")) <= letters_in(print_paper(paper(name), "http://127.0.0.1/check"))


def test_western_letters_need_no_font_in_the_file() -> None:
    told = print_paper(paper("José Reed"), "http://127.0.0.1/check")
    assert (len(told) < 5000, letters_in(told)) == (True, set())


@pytest.mark.parametrize("name", ["陈伟", "محمد", "प्रिया"])
def test_what_it_cannot_draw_is_known_before(name: str) -> None:
    assert not can_print(name)
    assert b"???" not in print_paper(paper("Wei Chen", title=name), "http://127.0.0.1/check")
