"""A browser may keep a file for good, because a changed file has another address."""

from pathlib import Path

from web.assets import fingerprint


def test_the_fingerprint_follows_content_and_name(tmp_path: Path) -> None:
    file = tmp_path / "base.css"
    file.write_text("a {}")
    before = fingerprint(tmp_path)
    file.write_text("b {}")
    changed = fingerprint(tmp_path)
    renamed = file.rename(tmp_path / "other.css")
    moved = fingerprint(tmp_path)
    renamed.rename(file)
    file.write_text("a {}")
    assert len({before, changed, moved}) == 3
    assert fingerprint(tmp_path) == before
