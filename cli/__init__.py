"""The console script `evenside`."""

import sys

import click

from cli.demo import demo as demo_command
from cli.doctor import doctor as doctor_command
from cli.people import person, signin_link, token
from cli.run import serve, web, worker
from cli.schema import migrate
from foundation.errors import DomainError
from foundation.settings import SettingsError


@click.group()
def commands() -> None:
    """Evenside: meetings, follow-ups and calendars for people who have left treatment."""


for command in (serve, web, worker, migrate, demo_command, person, signin_link, token, doctor_command):
    commands.add_command(command)


def main() -> None:
    """Run a command; a refusal is told in plain words and exit status 2."""
    try:
        commands()
    except SettingsError as error:
        sys.exit("Evenside cannot start:\n" + "\n".join(f"- {line}" for line in error.lines))
    except DomainError as error:
        sys.exit(error.message)
