"""The confirmation of attendance as a PDF, in the letters of whoever it names; nothing says why they came.

A sheet in western letters uses those that every printer has. Any other carries its own: of DejaVu Sans the
Latin, Greek, Cyrillic, Armenian and Georgian ones (letters/). What neither has is refused
before a sheet is made.
"""

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from gevent import get_hub
from gevent.monkey import is_module_patched

from foundation.timewords import zone_city
from scheduling.attendance_proofs import Paper

if TYPE_CHECKING:
    from fpdf import FPDF

_LETTERS = "windows-1252"
_PRINTERS, _OURS = "Helvetica", "DejaVu"
_FILES = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf"}
_FOLDER = Path(__file__).parent / "letters"
_MARGIN, _LINE = 22, 6.5
_WIDTHS = (58, 24, 26, 58)


def can_print(text: str) -> bool:
    """Whether the sheet has every letter of it."""
    return _is_western(text) or all(ord(letter) in _drawn() for letter in text)


def _is_western(text: str) -> bool:
    try:
        text.encode(_LETTERS)
    except UnicodeEncodeError:
        return False
    return True


@cache
def _drawn() -> frozenset[int]:
    """The letters that our own font draws."""
    from fontTools.ttLib import TTFont

    with TTFont(_FOLDER / _FILES[""], lazy=True) as font:
        return frozenset(font.getBestCmap())


def print_paper(paper: Paper, check_at: str) -> bytes:
    """The PDF's bytes. Some ten milliseconds, half a second the first time; nobody else waits for it."""
    if is_module_patched("threading"):
        return bytes(get_hub().threadpool.apply(_print, (paper, check_at)))
    return _print(paper, check_at)


def _print(paper: Paper, check_at: str) -> bytes:
    pdf = _blank(paper)
    _head(pdf, paper)
    _table(pdf, paper)
    _foot(pdf, paper, check_at)
    return bytes(pdf.output())


def _blank(paper: Paper) -> "FPDF":
    from fpdf import FPDF  # loads imaging and fonts: nobody who asks for no paper pays for that

    pdf = FPDF(format="letter")
    pdf.core_fonts_encoding = _LETTERS
    if _is_western(" ".join([paper.name, paper.org, *(one.title for one in paper.lines)])):
        pdf.set_font(_PRINTERS)
    else:
        for style, file in _FILES.items():
            pdf.add_font(_OURS, style, _FOLDER / file)
        pdf.set_font(_OURS)
    pdf.set_title("Confirmation")
    pdf.set_lang("en-US")
    pdf.set_creation_date(datetime.fromisoformat(paper.issued_at))
    pdf.set_margins(_MARGIN, _MARGIN)
    pdf.set_auto_page_break(True, _MARGIN)
    pdf.add_page()
    return pdf


def _head(pdf: "FPDF", paper: Paper) -> None:
    _write(pdf, paper.org, size=11)
    pdf.ln(8)
    _write(pdf, "Confirmation of attendance", size=20, bold=True)
    pdf.ln(4)
    _write(pdf, paper.name, size=14, bold=True)
    _write(pdf, "(name as given by the person)", size=9)
    times = "one session" if len(paper.lines) == 1 else f"{len(paper.lines)} sessions"
    first, last = spoken_day(paper.first_day), spoken_day(paper.last_day)
    _write(pdf, f"attended {times} between {first} and {last}.", size=12)
    pdf.ln(6)


def _table(pdf: "FPDF", paper: Paper) -> None:
    titled = any(one.title for one in paper.lines)
    city = zone_city(ZoneInfo(paper.timezone))
    heads = ("Day", "Began", "Minutes", "What" if titled else "")
    _row(pdf, heads, bold=True)
    for one in paper.lines:
        _row(pdf, (spoken_day(one.day), one.clock, str(one.minutes or "-"), one.title))
    pdf.ln(2)
    uncounted = " A dash: minutes were not counted." if not all(one.minutes for one in paper.lines) else ""
    _write(pdf, f"Times of {city}.{uncounted}", size=9)


def _foot(pdf: "FPDF", paper: Paper, check_at: str) -> None:
    pdf.ln(8)
    made = datetime.fromisoformat(paper.issued_at).astimezone(ZoneInfo(paper.timezone)).date()
    _write(pdf, f"Made on {spoken_day(made.isoformat())}.", size=11)
    _write(pdf, f"Code: {paper.code}", size=11, bold=True)
    _write(pdf, f"With the name and the code above, whoever holds this can check it at {check_at}", size=11)


def _write(pdf: "FPDF", text: str, *, size: float, bold: bool = False) -> None:
    pdf.set_font(pdf.font_family, "B" if bold else "", size)
    pdf.multi_cell(0, size * 0.55, _printable(text), align="L", new_x="LMARGIN", new_y="NEXT")


def _row(pdf: "FPDF", cells: tuple[str, ...], *, bold: bool = False) -> None:
    pdf.set_font(pdf.font_family, "B" if bold else "", 10)
    for text, width in zip(cells, _WIDTHS, strict=True):
        pdf.cell(width, _LINE, _fitting(pdf, _printable(text), width), border="B")
    pdf.ln(_LINE)


def _fitting(pdf: "FPDF", text: str, width: float) -> str:
    while text and pdf.get_string_width(text) > width - 2:
        text = text[:-1]
    return text


def _printable(text: str) -> str:
    """A title whose letters the sheet does not have is left out: a row of question marks says less."""
    return text if can_print(text) else ""


def spoken_day(iso: str) -> str:
    """`27 November 2026`."""
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%B} {day.year}"
