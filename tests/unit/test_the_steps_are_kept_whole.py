"""What is kept on a phone is all that the steps are drawn with: a missing file would show on a bad night."""

import re
from pathlib import Path

from web.assets import FOLDER
from web.care.keeping import FILES

TEMPLATES = Path(__file__).parents[2] / "templates"
NAMED = re.compile(r"static_url\(['\"]([\w./-]+)['\"]\)")
IMPORTED = re.compile(r"from \"\./([\w/]+\.js)\"")
FETCHED = re.compile(r"url\([\"']?\.\./([\w./-]+)")


def named_by_templates() -> set[str]:
    pages = ("base.html", "care/steps.html", "components/icon.html", "components/people.html")
    return {name for page in pages for name in NAMED.findall((TEMPLATES / page).read_text())}


def test_every_file_that_the_page_names_is_kept() -> None:
    assert named_by_templates() - set(FILES) == set()


def test_every_module_that_a_kept_module_imports_is_kept() -> None:
    scripts = [name for name in FILES if name.endswith(".js")]
    imported = {f"js/{one}" for name in scripts for one in IMPORTED.findall((FOLDER / name).read_text())}
    assert imported
    assert imported - set(FILES) == set()


def test_every_file_that_a_kept_style_sheet_fetches_is_kept() -> None:
    sheets = [name for name in FILES if name.endswith(".css")]
    fetched = {one for name in sheets for one in FETCHED.findall((FOLDER / name).read_text())}
    missing = fetched - set(FILES)
    assert missing <= {"img/caret.svg"}, "only the mark of a list to choose from, which the steps do not have"


def test_what_is_kept_is_there() -> None:
    assert [name for name in FILES if not (FOLDER / name).is_file()] == []
