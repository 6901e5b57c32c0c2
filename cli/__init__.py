"""The console script `evenside`."""

import sys

import click

from cli.backup.commands import backup, restore
from cli.demo import demo as demo_command
from cli.doctor import doctor as doctor_command
from cli.keys.commands import keys
from cli.people import person, signin_link, token
from cli.run import serve, web, worker
from cli.schema import migrate
from foundation.errors import DomainError
from foundation.settings import SettingsError


@click.group()
def commands() -> None:
    """Evenside: meetings, follow-ups and calendars for people who have left treatment."""


_OF_THE_HOUSE = (serve, web, worker, migrate, backup, restore, keys, doctor_command)

for command in (*_OF_THE_HOUSE, demo_command, person, signin_link, token):
    commands.add_command(command)


def main() -> None:
    """Run a command; a refusal is told in plain words and exit status 2."""
    try:
        commands()
    except SettingsError as error:
        sys.exit("Evenside cannot start:\n" + "\n".join(f"- {line}" for line in error.lines))
    except DomainError as error:
        sys.exit(error.message)
