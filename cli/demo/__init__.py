"""`evenside demo`: a small clinic to walk around in, the same for the same seed."""

from datetime import datetime
from random import Random

import click
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from auth.links import issue_link
from auth.people import Person, Role, people_with
from cli.demo.again import book_weekly
from cli.demo.asking import ask_for_long_sessions
from cli.demo.blocks import block_some_noons
from cli.demo.care import follow_the_plans, put_into_care
from cli.demo.cast import Clinic, add_members, add_staff
from cli.demo.check_ins import answer_for_three_months
from cli.demo.circles import add_circle
from cli.demo.diary import add_hours, add_services, book_four_weeks
from cli.demo.evening import hold_a_past_evening
from cli.demo.groups import add_groups
from cli.demo.offers import add_offers
from cli.demo.past_year import remember_a_year
from cli.demo.steps import write_some_steps
from cli.schema import upgrade
from cli.wiring import open_database, settings_from_environment, utc_now
from foundation.outbox import Delivery
from foundation.settings import Settings

SHOWN = (
    (Role.MEMBER, "a member", "/"),
    (Role.PRACTITIONER, "a therapist, who also hosts on Fridays", "/staff/"),
    (Role.MODERATOR, "a moderator", "/staff/"),
    (Role.COORDINATOR, "the coordinator", "/staff/"),
)


@click.command()
@click.option(
    "--people", type=click.IntRange(1, 400), default=40, show_default=True, help="How many members."
)
@click.option(
    "--appointments",
    type=click.IntRange(0, 5000),
    default=200,
    show_default=True,
    help="How many, over four weeks.",
)
@click.option("--seed", default=1, show_default=True)
def demo(people: int, appointments: int, seed: int) -> None:
    """Fill an empty database with a demo clinic, then print a sign-in link for one person of each role."""
    settings = settings_from_environment()
    database, now = open_database(settings), utc_now()
    upgrade(database)
    with database.write() as session:
        if session.scalar(select(func.count()).select_from(Person)):
            click.echo("There are people here already, so nothing was added.")
        else:
            fill(session, people=people, appointments=appointments, seed=seed, now=now)
            click.echo(
                f"A demo clinic: {people} members, 3 therapists, 3 meetings, {appointments} appointments."
            )
    with database.write() as session:
        _print_links(session, settings, now)
    database.close()


def fill(session: Session, *, people: int, appointments: int, seed: int, now: datetime) -> None:
    """Everything of the demo, through the same commands that people use."""
    clinic = Clinic(session, Random(seed), now)  # noqa: S311 - the same clinic for the same seed
    add_staff(clinic)
    add_members(clinic, people)
    services = add_services(clinic)
    add_hours(clinic)
    friday = add_groups(clinic)
    book_weekly(clinic, services[0])
    book_four_weeks(clinic, services, appointments)
    ask_for_long_sessions(clinic, services[0])
    block_some_noons(clinic)
    add_circle(clinic, services[0])
    add_offers(clinic)
    write_some_steps(clinic)
    put_into_care(clinic)
    answer_for_three_months(clinic)
    remember_a_year(clinic, friday, services[0])
    follow_the_plans(clinic)
    hold_a_past_evening(clinic, friday)
    past = Delivery.state == "waiting", Delivery.due_at <= now
    session.execute(update(Delivery).where(*past).values(state="dropped", done_at=now, last_error="demo"))


def _print_links(session: Session, settings: Settings, now: datetime) -> None:
    click.echo("\nSign-in links, each good once and for ten minutes:\n")
    for role, words, _page in SHOWN:
        person = _first(session, role)
        if person is not None:
            click.echo(f"  {words:<40} {settings.origin}/sign-in/{issue_link(session, person, now=now)}")
            click.echo(f"  {'':<40} later: ask for a code at /sign-in with {person.email}")
    click.echo("\nStaff need no second step in the demo, until they set one up: Account, Ways in.")
    click.echo(f"Mails are at {settings.origin}/dev/mail\n")


def _first(session: Session, role: Role) -> Person | None:
    found = sorted(
        people_with(session, role), key=lambda person: (len(person.roles), person.created_at, person.name)
    )
    return found[0] if found else None
