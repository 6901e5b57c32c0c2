"""Coordinators read who did what, narrow it down and take it along; looking is a line of its own (R36)."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from auth.people import Person
from foundation.audit import AuditEntry, record
from foundation.audit_reading import Wanted, all_acts, find_acts
from foundation.takeout import NOTICE
from tests.builders.people import a_coordinator
from tests.clinic import NOW, Clinic
from tests.posting import browser_of, send

PAGE = "/admin/audit"


@pytest.fixture
def ruth(clinic: Clinic) -> FlaskClient:
    with clinic.database.write() as session:
        somebody = a_coordinator(session, name="Ruth Vale")
        for minutes, (who, action, about) in enumerate(
            [(clinic.dana, "contact.revealed", clinic.jonah), (clinic.jonah, "consent.given", clinic.jonah)]
        ):
            at = NOW - timedelta(minutes=minutes)
            record(session, actor=who.id, action=action, kind="person", object_id=about.id, now=at)
    return browser_of(clinic.app, somebody)


def test_every_reveal_is_in_it_with_names(ruth: FlaskClient) -> None:
    page = ruth.get(PAGE).text
    assert "contact revealed</b>, Dana Whitlock" in page
    assert ">Jonah Reed</a>" in page


def test_it_is_narrowed_down(ruth: FlaskClient, clinic: Clinic) -> None:
    by_dana = ruth.get(f"{PAGE}?by={clinic.dana.id}").text
    assert ("contact revealed" in by_dana, "consent given" in by_dana) == (True, False)
    assert "consent given" in ruth.get(f"{PAGE}?what=consent.").text
    assert "contact revealed" in ruth.get(f"{PAGE}?about={clinic.jonah.id}").text
    assert "Nothing like that was noted" in ruth.get(f"{PAGE}?last=2025-11-01").text
    assert "contact revealed" in ruth.get(f"{PAGE}?first=2026-11-27&last=2026-11-27").text


@pytest.mark.parametrize("asked", ["first=never", "by=nobody", "after=nothing", "what=%25", "first="])
def test_nonsense_finds_nothing_or_is_said_at_its_field(ruth: FlaskClient, asked: str) -> None:
    assert ruth.get(f"{PAGE}?{asked}").status_code == 200


def test_pages_follow_one_another_without_a_gap(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        for number in range(7):
            record(session, actor=None, action="x.y", kind="house", object_id=str(number), now=NOW)
    read, after = list[str](), ""
    with clinic.database.moment() as session:
        while lot := find_acts(session, Wanted(what="x."), after=after, limit=3):
            read += [one.object_id for one in lot]
            after = lot[-1].id
        whole = [one.object_id for one in all_acts(session, Wanted(what="x."))]
    assert read == whole
    assert sorted(read) == list("0123456")


def test_R34_the_file_carries_the_notice_and_no_formula(ruth: FlaskClient, clinic: Clinic) -> None:
    """R34, R37."""
    with clinic.database.write() as session:
        session.get_one(Person, clinic.jonah.id).name = "=HYPERLINK(1)"
    answer = send(ruth, f"{PAGE}/trail.csv?what=consent", page=PAGE)
    lines = answer.text.splitlines()
    assert lines[0] == NOTICE
    assert "consent.given" in lines[2]
    assert "'=HYPERLINK" in lines[2]
    assert len(lines) == 3
    assert answer.headers["Content-Disposition"] == 'attachment; filename="trail-2026-11-27.csv"'


def test_looking_is_noted(ruth: FlaskClient, clinic: Clinic) -> None:
    ruth.get(PAGE)
    with clinic.database.read() as session:
        assert session.scalar(select(func.count()).where(AuditEntry.action == "audit.read")) == 1


def test_nobody_else_reads_it(clinic: Clinic) -> None:
    assert browser_of(clinic.app, clinic.dana).get(PAGE).status_code == 403
