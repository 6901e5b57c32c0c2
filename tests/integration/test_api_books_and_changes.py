"""Programs keep a time, book it, look at it, move it, note what became of it, and cancel it."""

from datetime import datetime, timedelta

from scheduling.appointments import Appointment
from tests.builders.people import a_coordinator, a_member, a_practitioner
from tests.builders.scheduling import a_service
from tests.clinic import TUESDAY_3PM, Clinic
from tests.program import Program, program_for, refused, wish

HOUR = timedelta(hours=1)
AT_FOUR = TUESDAY_3PM + HOUR


def address(one: Appointment) -> str:
    return f"/appointments/{one.id}"


def test_a_held_time_is_nobody_elses_until_it_is_given_back(clinic: Clinic, jonah: Program) -> None:
    with clinic.database.write() as session:
        priya = a_member(session, name="Priya")
    other = program_for(clinic, priya)
    kept = jonah.post("/holds", wish(clinic))
    assert kept.status_code == 201
    assert kept.get_json()["expires_at"] == "2026-11-27T14:10:00-06:00"
    assert kept.get_json()["ends_at"] == "2026-12-01T15:50:00-06:00"
    taken = other.post("/appointments", wish(clinic))
    assert refused(taken) == (409, "slot_taken")
    assert len(taken.get_json()["alternatives"]) == 4
    released = jonah.call("DELETE", f"/holds/{kept.get_json()['id']}")
    assert (released.status_code, released.data) == (204, b"")
    assert other.post("/appointments", wish(clinic)).status_code == 201


def test_somebody_elses_hold_stays_when_another_gives_it_back(clinic: Clinic, jonah: Program) -> None:
    with clinic.database.write() as session:
        priya = a_member(session, name="Priya")
    kept = jonah.post("/holds", wish(clinic)).get_json()
    other = program_for(clinic, priya)
    assert other.call("DELETE", f"/holds/{kept['id']}").status_code == 204
    assert refused(other.post("/holds", wish(clinic))) == (409, "slot_taken")


def test_a_member_books_what_they_hold(clinic: Clinic, jonah: Program) -> None:
    kept = jonah.post("/holds", wish(clinic)).get_json()
    made = jonah.post("/appointments", wish(clinic, hold=kept["id"], note="By the window"))
    told = made.get_json()
    assert made.status_code == 201
    assert made.headers["Location"] == f"/api/v1/appointments/{told['id']}"
    assert (told["starts_at"], told["status"]) == ("2026-12-01T15:00:00-06:00", "booked")
    assert (told["member"], told["note"], made.headers["ETag"]) == (clinic.jonah.id, "By the window", '"0"')
    assert jonah.get(f"/appointments/{told['id']}").get_json() == told


def test_what_needs_approval_is_pending_until_the_practitioner_says_yes(
    clinic: Clinic, jonah: Program, dana: Program
) -> None:
    with clinic.database.write() as session:
        a_service(session, clinic.dana, slug="first", approval=True)
    made = jonah.post("/appointments", wish(clinic, service="first")).get_json()
    here = f"/appointments/{made['id']}"
    assert made["status"] == "pending"
    assert refused(jonah.patch(here, {"status": "booked"})) == (403, "not_allowed")
    assert dana.patch(here, {"status": "booked"}).get_json()["status"] == "booked"


def test_a_pending_one_that_the_practitioner_cancels_is_declined(
    clinic: Clinic, jonah: Program, dana: Program
) -> None:
    with clinic.database.write() as session:
        a_service(session, clinic.dana, slug="first", approval=True)
    made = jonah.post("/appointments", wish(clinic, service="first")).get_json()
    answer = dana.post(f"/appointments/{made['id']}/cancel", {"reason": "I am away then"})
    assert (answer.status_code, answer.get_json()["status"]) == (200, "cancelled")


def test_whoever_works_here_books_for_a_member_and_says_whom(clinic: Clinic, dana: Program) -> None:
    assert refused(dana.post("/appointments", wish(clinic))) == (422, "member_missing")
    nobody = dana.post("/appointments", wish(clinic, member="nobody"))
    assert refused(nobody) == (404, "unknown_person")
    colleague = dana.post("/appointments", wish(clinic, member=clinic.dana.id))
    assert refused(colleague) == (404, "unknown_person")
    made = dana.post("/appointments", wish(clinic, member=clinic.jonah.id))
    assert (made.status_code, made.get_json()["member"]) == (201, clinic.jonah.id)


def test_staff_set_a_rule_aside_with_a_reason_and_members_do_not(
    clinic: Clinic, jonah: Program, dana: Program
) -> None:
    at_night = TUESDAY_3PM + 9 * HOUR
    assert refused(jonah.post("/appointments", wish(clinic, at_night, override="Please"))) == (
        403,
        "not_allowed",
    )
    made = dana.post("/appointments", wish(clinic, at_night, member=clinic.jonah.id, override="He works"))
    assert made.status_code == 201


def test_a_member_does_not_book_for_another(clinic: Clinic, jonah: Program) -> None:
    with clinic.database.write() as session:
        priya = a_member(session, name="Priya")
    assert refused(jonah.post("/appointments", wish(clinic, member=priya.id))) == (403, "not_for_others")
    assert jonah.post("/appointments", wish(clinic, member=clinic.jonah.id)).status_code == 201


def test_seats_of_a_group_are_booked_one_by_one_and_show_nobody_else(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        a_service(session, clinic.dana, slug="circle", seats=3, step_minutes=60)
        people = [a_member(session, name=f"Member {number}") for number in range(4)]
    answers = [
        program_for(clinic, one).post("/appointments", wish(clinic, service="circle")) for one in people
    ]
    assert [one.status_code for one in answers] == [201, 201, 201, 409]
    assert len({one.get_json()["occurrence"] for one in answers[:3]}) == 1
    for own, answer in zip(people[:3], answers, strict=False):
        assert answer.get_json()["member"] == own.id
        listed = program_for(clinic, own).get("/appointments")
        assert not any(other.id in listed.text for other in people if other is not own)


def test_a_list_has_both_sides_by_time_and_comes_in_pages(
    clinic: Clinic, jonah: Program, dana: Program
) -> None:
    made = [clinic.booked(TUESDAY_3PM + number * HOUR) for number in (2, 0, 1)]
    in_order = [one.id for one in sorted(made, key=lambda one: one.starts_at)]
    for program in (jonah, dana):
        found, cursor = [], ""
        while cursor is not None:
            page = program.get(f"/appointments?limit=2&cursor={cursor}").get_json()
            assert len(page["appointments"]) <= 2
            found += [one["id"] for one in page["appointments"]]
            cursor = page["next"]
        assert found == in_order


def test_a_list_keeps_to_the_days_that_were_asked(clinic: Clinic, jonah: Program) -> None:
    clinic.booked()
    clinic.booked(TUESDAY_3PM + timedelta(days=1))

    def count(query: str) -> int:
        return len(jonah.get(f"/appointments?{query}").get_json()["appointments"])

    assert (count(""), count("from=2026-12-02"), count("to=2026-12-01")) == (2, 1, 1)
    assert count("from=2026-12-01&to=2026-12-01") == 1
    assert count("from=2026-12-02&to=2026-12-02&timezone=Pacific/Kiritimati") == 1
    assert refused(jonah.get("/appointments?from=2026-12-01&to=2036-12-01")) == (422, "range_too_long")
    assert refused(jonah.get("/appointments?from=2026-12-02&to=2026-12-01")) == (422, "bad_date")


def test_somebody_elses_appointment_is_not_there(clinic: Clinic) -> None:
    one = clinic.booked()
    with clinic.database.write() as session:
        others = [a_member(session, name="Priya"), a_practitioner(session, name="Ines")]
        cora = a_coordinator(session)
    for person in others:
        program = program_for(clinic, person)
        assert refused(program.get(address(one))) == (404, "unknown_appointment")
        assert refused(program.patch(address(one), wish_to(AT_FOUR))) == (404, "unknown_appointment")
        assert refused(program.post(f"{address(one)}/cancel")) == (404, "unknown_appointment")
        assert program.get("/appointments").get_json()["appointments"] == []
    assert program_for(clinic, cora).get(address(one)).status_code == 200


def wish_to(starts_at: datetime) -> dict[str, str]:
    return {"starts_at": starts_at.isoformat()}


def test_a_move_is_about_the_revision_that_was_looked_at(clinic: Clinic, jonah: Program) -> None:
    here = address(clinic.booked())
    moved = jonah.patch(here, wish_to(AT_FOUR), If_Match='"0"')
    assert (moved.status_code, moved.headers["ETag"]) == (200, '"1"')
    assert moved.get_json()["starts_at"] == "2026-12-01T16:00:00-06:00"
    assert refused(jonah.patch(here, wish_to(TUESDAY_3PM), If_Match='"0"')) == (409, "stale")
    assert refused(jonah.patch(here, wish_to(TUESDAY_3PM) | {"revision": 0})) == (409, "stale")
    assert refused(jonah.post(f"{here}/cancel", {"revision": 0})) == (409, "stale")
    assert refused(jonah.patch(here, wish_to(TUESDAY_3PM), If_Match="*")) == (422, "bad_revision")
    assert jonah.patch(here, wish_to(TUESDAY_3PM)).status_code == 200


def test_a_move_into_taken_time_names_others(clinic: Clinic, jonah: Program) -> None:
    clinic.taken_by_another(AT_FOUR)
    answer = jonah.patch(address(clinic.booked()), wish_to(AT_FOUR))
    assert refused(answer) == (409, "slot_taken")
    assert "2026-12-01T15:00:00-06:00" in {one["starts_at"] for one in answer.get_json()["alternatives"]}


def test_one_change_at_a_time(clinic: Clinic, jonah: Program) -> None:
    here = address(clinic.booked())
    for sent in ({}, wish_to(AT_FOUR) | {"status": "booked"}):
        assert refused(jonah.patch(here, sent)) == (422, "one_change")


def test_who_came_is_for_the_practitioner_to_say(clinic: Clinic, jonah: Program, dana: Program) -> None:
    here = address(clinic.booked())
    assert refused(dana.patch(here, {"status": "arrived"})) == (422, "too_early")
    clinic.set_clock(TUESDAY_3PM)
    assert refused(jonah.patch(here, {"status": "arrived"})) == (403, "not_allowed")
    for status in ("arrived", "fulfilled", "noshow"):
        assert dana.patch(here, {"status": status}).get_json()["status"] == status
    assert refused(dana.patch(here, {"status": "cancelled"})) == (422, "invalid_request")


def test_what_was_cancelled_stays_so(clinic: Clinic, jonah: Program) -> None:
    here = address(clinic.booked())
    answer = jonah.post(f"{here}/cancel")
    assert (answer.status_code, answer.get_json()["status"]) == (200, "cancelled")
    assert refused(jonah.post(f"{here}/cancel")) == (409, "already_cancelled")
    assert refused(jonah.patch(here, wish_to(AT_FOUR))) == (409, "already_cancelled")
