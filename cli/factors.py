"""`evenside person reset-factors`, for somebody on the staff who lost every way to the second step."""

from contextlib import closing

import click

from auth.factor_reset import reset_factors
from auth.people import UnknownPerson, find_by_email
from cli.wiring import open_database, settings_from_environment, utc_now


@click.command("reset-factors")
@click.argument("email")
def reset(email: str) -> None:
    """Take away a person's passkeys, app and spare codes, once you are sure that it is them who asks.

    Then whoever reads their mailbox sets up new ones: speak with them first, not by mail.
    """
    with closing(open_database(settings_from_environment())) as house, house.write() as session:
        found = find_by_email(session, email)
        if found is None:
            raise UnknownPerson("Nobody here has that address.")
        reset_factors(session, found, now=utc_now())
    click.echo("Done. They are signed out everywhere and set up a second step at their next sign-in.")
