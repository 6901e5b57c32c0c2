"""The design's two standing promises about CSS: both dark lists are one, and the whole stays small."""

import re
from pathlib import Path

STATIC = Path(__file__).parents[2] / "web" / "static"
SMALL = 60_000
TOKENS = (STATIC / "css" / "tokens.css").read_text()


def values(block: str) -> dict[str, str]:
    return {name: value.strip() for name, value in re.findall(r"(--[\w-]+|color-scheme):\s*([^;]+);", block)}


def test_the_dark_of_the_system_is_the_dark_a_person_chooses() -> None:
    by_system = re.search(r":root:not\(\[data-theme=\"light\"\]\) \{(.*?)\}", TOKENS, re.DOTALL)
    by_person = re.search(r":root\[data-theme=\"dark\"\] \{(.*?)\}", TOKENS, re.DOTALL)
    assert by_system is not None
    assert by_person is not None
    assert values(by_system[1]) == values(by_person[1])
    assert "--ground" in values(by_person[1])


def test_all_style_sheets_together_stay_small() -> None:
    assert sum(file.stat().st_size for file in (STATIC / "css").rglob("*.css")) < SMALL


def test_style_sheets_fetch_only_our_own_files() -> None:
    for sheet in (STATIC / "css").glob("*.css"):
        for address in re.findall(r"url\([\"']?([^\"')]+)", sheet.read_text()):
            assert (sheet.parent / address).resolve().is_file(), f"{sheet.name} names {address}"
        assert "@import" not in sheet.read_text()


def test_the_font_carries_its_licence() -> None:
    fonts = sorted((STATIC / "fonts").glob("*.woff2"))
    assert fonts
    licence = (STATIC / "fonts" / "LICENSE-atkinson-hyperlegible-next.txt").read_text()
    assert "SIL Open Font License, Version 1.1" in licence


def test_every_icon_a_template_names_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "img" / "icons.svg").read_text()))
    templates = (STATIC.parents[1] / "templates").rglob("*.html")
    used = {name for file in templates for name in re.findall(r"\bicon\(\"([\w-]+)\"", file.read_text())}
    assert used - drawn == set()
