"""The content policy allows nothing inline, so no template holds any; every form is guarded."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[2] / "templates"
PAGES = [
    path for path in sorted(TEMPLATES.rglob("*.html")) if "mail" not in path.relative_to(TEMPLATES).parts
]
INLINE = {
    "a style attribute": re.compile(r"""\sstyle\s*=\s*["']""", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "an event handler": re.compile(r"""\son[a-z]+\s*=\s*["']""", re.IGNORECASE),
    "a script with a body": re.compile(r"<script\b(?![^>]*\bsrc=)|<script\b[^>]*>\s*[^<\s]", re.IGNORECASE),
    "a javascript address": re.compile(r"javascript:", re.IGNORECASE),
    "something fetched from elsewhere": re.compile(r"""(?:src|href)=["'](?:https?:)?//""", re.IGNORECASE),
    "text marked as safe": re.compile(r"\|\s*safe\b"),
}
SAYS_WHY = re.compile(
    r"addict|recover|sober|relapse|detox|rehab|alcohol|drug|opioid|substance|overdose|12[- ]step|clean time",
    re.IGNORECASE,
)
SEEN_BY_OTHERS = re.compile(
    r"<title>.*?</title>|\{%-?\s*block title\s*-?%\}.*?\{%|<h[1-6]\b.*?</h[1-6]>|band\(\"[^\"]*\"", re.DOTALL
)
FORM = re.compile(r"<form\b[^>]*method=\"post\".*?</form>", re.IGNORECASE | re.DOTALL)
MACRO = re.compile(r"\{%-? macro (\w+)\(.*?%\}(.*?)\{%-? endmacro", re.DOTALL)


def named(path: Path) -> str:
    return path.relative_to(TEMPLATES).as_posix()


@pytest.mark.parametrize("template", PAGES, ids=named)
def test_nothing_is_inline(template: Path) -> None:
    text = template.read_text()
    assert [what for what, pattern in INLINE.items() if pattern.search(text)] == []


@pytest.mark.parametrize("template", PAGES, ids=named)
def test_titles_and_headings_do_not_say_why_anybody_is_here(template: Path) -> None:
    seen = " ".join(SEEN_BY_OTHERS.findall(template.read_text()))
    assert SAYS_WHY.search(seen) is None


@pytest.mark.parametrize("template", PAGES, ids=named)
def test_every_form_that_changes_something_carries_the_token(template: Path) -> None:
    text = template.read_text()
    carriers = [
        "csrf(",
        *(f"{name}(" for name, body in MACRO.findall(text) if "csrf()" in body and "<form" not in body),
    ]
    forms = FORM.findall(text)
    assert [form[:80] for form in forms if not any(carrier in form for carrier in carriers)] == []


def test_the_patterns_would_notice() -> None:
    bad = ' style="x" <style> onclick="x" <script>x</script> javascript: src="//x" |safe'
    assert [what for what, pattern in INLINE.items() if not pattern.search(bad)] == []
    fine = '<script type="module" src="/static/js/shell.js"></script> <a href="/help" data-on="1">'
    assert [what for what, pattern in INLINE.items() if pattern.search(fine)] == []
