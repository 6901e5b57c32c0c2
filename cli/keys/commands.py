"""`evenside keys rotate` and `evenside keys forget`."""

import os
from pathlib import Path

import click

from cli.keys.rotating import forget as forget_keys
from cli.keys.rotating import rotate as rotate_keys
from cli.wiring import open_database, settings_from_environment, utc_now
from foundation.errors import DomainError
from foundation.settings import Settings


class KeysNotWritable(DomainError):
    code = "keys_not_writable"
    default = "The file of the encryption key cannot be written from here, so nothing was changed."


@click.group()
def keys() -> None:
    """The keys that texts are sealed with."""


@keys.command()
def rotate() -> None:
    """Make new keys and seal everything anew, while people go on working."""
    settings = settings_from_environment()
    done = rotate_keys(open_database(settings), _file(settings), now=utc_now())
    click.echo(f"{done.values} texts sealed anew, {done.people} people with a new key. Make a backup now.")
    if done.late:
        click.echo(f"{done.late} were written with the old key meanwhile. Reload what runs, and do it again.")


@keys.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget(yes: bool) -> None:
    """Destroy old keys that nothing here needs; backups from before the rotation do not open any more."""
    settings = settings_from_environment()
    if not yes:
        click.confirm("Backups from before the last rotation will not open any more. Go on?", abort=True)
    houses, people = forget_keys(open_database(settings), _file(settings), now=utc_now())
    click.echo(f"{houses} keys of the house and {people} of people are gone.")


def _file(settings: Settings) -> Path:
    file = settings.key_file
    if file is None or not os.access(file.parent, os.W_OK):
        raise KeysNotWritable
    return file
