"""A link that says where to go next never leads to another site."""

import pytest

from web.local_path import local_path


@pytest.mark.parametrize("path", ["/", "/meetings", "/meetings/friday-group?from=mail", "/book/a#when"])
def test_a_path_of_ours_is_followed(path: str) -> None:
    assert local_path(path, default="/home") == path


@pytest.mark.parametrize(
    "elsewhere",
    [None, "", "meetings", "//evil.example", "/\\evil.example", "\\/evil.example", "https://evil.example",
     "javascript:alert(1)", "/\t/evil.example", "/\n/evil.example", "/a\x00b", "/a\r\nSet-Cookie: x",
     "/" + "x" * 4000],
)  # fmt: skip
def test_anything_else_goes_to_the_usual_place(elsewhere: str | None) -> None:
    assert local_path(elsewhere, default="/home") == "/home"
