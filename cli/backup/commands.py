"""`evenside backup FILE` and `evenside restore FILE`."""

from pathlib import Path

import click

from cli.backup.bringing_back import bring_back
from cli.backup.key_book import NAME, book_beside
from cli.backup.reading import Label, label_of
from cli.backup.sealed_file import NotOurFile
from cli.backup.writing import write_backup
from cli.wiring import open_database, settings_from_environment, utc_now
from foundation.backup_note import note_backup
from foundation.errors import DomainError
from foundation.tables import UnknownTables

_FILE = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
_KEYS = click.option(
    "--keys", "book", type=click.Path(dir_okay=False, path_type=Path),
    help=f"Where people's keys are kept; {NAME} beside FILE unless said otherwise.",
)  # fmt: skip
_SINCE = "Whatever was entered after that moment is gone; everybody signs in anew."


class BackupRefused(DomainError):
    code = "backup_refused"
    default = "That backup cannot be used."


@click.command()
@_FILE
@_KEYS
def backup(file: Path, book: Path | None) -> None:
    """Write everything into one sealed file, while people go on working."""
    settings = settings_from_environment()
    try:
        written = write_backup(
            open_database(settings), file, settings.encryption_key, book=book, now=utc_now()
        )
    except UnknownTables as error:
        raise BackupRefused(f"The database is newer than this program: {error}.") from error
    note_backup(settings.data, utc_now())
    click.echo(
        f"{file.name}: {written.rows} rows, {written.size} bytes. It opens with the encryption key and "
        f"{(book or book_beside(file)).name}: keep each apart from it, and of the latter the newest alone."
    )


@click.command()
@_FILE
@_KEYS
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore(file: Path, book: Path | None, yes: bool) -> None:
    """Put a backup in the place of what is there now; people who were deleted since stay deleted."""
    settings = settings_from_environment()
    try:
        label = label_of(file)
        if not yes:
            click.confirm(_question(label), abort=True)
        done = bring_back(settings, file, label, book=book, now=utc_now())
    except (NotOurFile, UnknownTables) as error:
        raise BackupRefused(str(error)) from error
    click.echo(
        f"{done.rows} rows are back. Ended again since: {done.ended}. Deleted again: {done.deleted}. "
        "Look at /admin: roles and passkeys are as they were then."
    )


def _question(label: Label) -> str:
    made = f"{label.made_at:%Y-%m-%d %H:%M} UTC"
    return f"Put the backup of {made} in the place of what is there now? {_SINCE}"
