"""Where the hours do not cover what is booked: a group's session is one line, however many come."""

from scheduling.hours import load_hours
from scheduling.memberships import join_group
from scheduling.outside import outside_hours
from tests.builders.groups import some_members, weekly_group
from tests.clinic import NOW, Clinic


def test_three_in_a_group_are_one_line_for_each_evening(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        group = weekly_group(session, clinic.dana, now=NOW)
        members = some_members(session, 3)
        for one in members:
            join_group(session, group.id, one.id, from_date=group.first_date, by=one.id, now=NOW)
    with clinic.database.read() as session:
        hours = load_hours(session, clinic.dana.id)
        found = outside_hours(session, clinic.dana.id, hours, now=NOW)
    assert len(found) == len({one.starts_at for one in found}) == 12
    page = clinic.visit(clinic.dana).open("/staff/availability")
    assert page.text.count("6:00 pm Small group") == 12
    assert not any(one.name in page.text for one in members)
