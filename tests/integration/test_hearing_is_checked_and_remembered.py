"""What hearing stands on: a rules file that can be read, the file of meaning, a thread beside the loop."""

from dataclasses import replace
from pathlib import Path
from threading import get_ident

import pytest
from click.testing import CliRunner

from cli.doctor import doctor, examine
from foundation.database import Database
from foundation.settings import Settings
from safety.hearing import listen_first
from safety.rules import Rules
from safety.screening import Tier, Verdict, screen


@pytest.mark.parametrize("broken", ["[[rule]\n", "[meaning]\nworry = 2\n", '[[rule]]\nname = "x"\n'])
def test_a_broken_rules_file_is_named_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    rules = tmp_path / "ours.toml"
    rules.write_text(broken, encoding="utf-8")
    monkeypatch.setenv("EVENSIDE_DATA", str(tmp_path / "var"))
    monkeypatch.setenv("EVENSIDE_RULES_FILE", str(rules))
    said = CliRunner().invoke(doctor)
    assert said.exit_code != 0
    assert "EVENSIDE_RULES_FILE" in f"{said.output}{said.exception}"
    assert "ours.toml cannot be used" in f"{said.output}{said.exception}"


def test_the_doctor_says_when_rules_hear_alone(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = replace(settings, database_url=database.engine.url.render_as_string(hide_password=False))
    monkeypatch.setattr("cli.doctor.is_there", lambda: False)
    assert any("alone: the file of meaning cannot be read" in one.words for one in examine(ours))


def test_what_was_listened_to_is_not_judged_again_once_it_is_stripped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    judged: list[int] = []

    def by_rules(_text: str, _rules: Rules) -> Verdict:
        judged.append(get_ident())
        return Verdict(Tier.CRISIS)

    monkeypatch.setattr("safety.screening.by_rules", by_rules)
    monkeypatch.setattr("safety.hearing.is_module_patched", lambda _name: True)
    listen_first(["  Only this story says so.\r\nTwice. \n"])
    assert screen("Only this story says so.\nTwice.").tier is Tier.CRISIS
    assert len(judged) == 1
    assert get_ident() not in judged
