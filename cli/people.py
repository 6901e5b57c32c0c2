"""`evenside person add`, `evenside signin-link`, `evenside token add`."""

from datetime import timedelta

import click

from auth.leaving import THINK_IT_OVER, ask_to_leave
from auth.links import issue_link
from auth.people import Person, Role, UnknownPerson, add_person, find_by_email
from auth.tokens import Scope, issue_token
from cli.factors import reset
from cli.wiring import open_database, settings_from_environment, utc_now
from foundation.audit import record


@click.group()
def person() -> None:
    """People and their roles."""


@person.command("add")
@click.argument("email")
@click.option(
    "--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in Role])
)
@click.option("--name", required=True)
@click.option("--timezone", default=None, help="An IANA zone such as America/Chicago.")
def add(email: str, roles: tuple[str, ...], name: str, timezone: str | None) -> None:
    """Add a person; give --role more than once for more than one role."""
    settings = settings_from_environment()
    now = utc_now()
    with open_database(settings).write() as session:
        added = add_person(
            session,
            email=email,
            name=name,
            roles=[Role(role) for role in roles],
            timezone=timezone or settings.timezone,
            now=now,
        )
        session.flush()
        record(session, actor=None, action="person.added", kind="person", object_id=added.id, now=now)
    click.echo(f"Added. A sign-in link: evenside signin-link {added.email}")


@person.command("delete")
@click.argument("email")
@click.option("--at-once", is_flag=True, help="Without the week in which it can be taken back.")
def delete(email: str, at_once: bool) -> None:
    """Have somebody's account deleted: in a week, by the worker."""
    wait = timedelta() if at_once else THINK_IT_OVER
    with open_database(settings_from_environment()).write() as session:
        found = _known(find_by_email(session, email))
        leaving = ask_to_leave(session, found.id, wait=wait, now=utc_now())
    click.echo(
        f"The worker deletes it from {leaving.due_at:%Y-%m-%d %H:%M} UTC on. No backup brings it back."
    )


person.add_command(reset)


@click.command("signin-link")
@click.argument("email")
def signin_link(email: str) -> None:
    """Print a link that signs this person in once, within ten minutes."""
    settings = settings_from_environment()
    now = utc_now()
    with open_database(settings).write() as session:
        found = _known(find_by_email(session, email))
        secret = issue_link(session, found, now=now)
        record(session, actor=None, action="signin.link_issued", kind="person", object_id=found.id, now=now)
    click.echo(f"{settings.origin}/sign-in/{secret}")


@click.group()
def token() -> None:
    """API tokens."""


@token.command("add")
@click.argument("email")
@click.option("--name", "label", required=True, help="What the token is for.")
@click.option("--read-only", is_flag=True, help="It may look, and change nothing.")
def token_add(email: str, label: str, read_only: bool) -> None:
    """Print a new API token; it is shown this once."""
    now = utc_now()
    with open_database(settings_from_environment()).write() as session:
        found = _known(find_by_email(session, email))
        scope = Scope.READ if read_only else Scope.WRITE
        secret = issue_token(session, found, label=label, scope=scope, now=now)
        record(session, actor=None, action="token.issued", kind="person", object_id=found.id, now=now)
    click.echo(secret)


def _known(found: Person | None) -> Person:
    if found is None:
        raise UnknownPerson("Nobody here has that address. Add them with: evenside person add")
    return found
