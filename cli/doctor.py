"""`evenside doctor`: what is configured and what is wrong, in plain words."""

import stat
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from cli.doctor_data import data
from cli.doctor_judging import judging
from cli.doctor_live import rooms
from cli.doctor_measures import measures_here
from cli.doctor_wakeups import wakeups
from cli.doctor_ways_in import ways_in
from cli.findings import GOOD, NOTE, UNSAFE, Finding
from cli.wiring import open_database, settings_from_environment, utc_now
from foundation.heartbeat import is_alive
from foundation.schema import is_current
from foundation.settings import Settings
from safety.meaning import is_there
from safety.oncall import on_call_order, who_answers


@click.command()
def doctor() -> None:
    """Say what is configured and what is wrong; exit 1 if something is unsafe."""
    findings = list(examine(settings_from_environment()))
    for finding in findings:
        click.echo(f"{finding.state:>6}  {finding.words}")
    sys.exit(any(finding.state == UNSAFE for finding in findings))


def examine(settings: Settings) -> Iterator[Finding]:
    """Every finding about this installation, the database first."""
    yield _database(settings)
    yield _folder(settings.data)
    for file in (settings.data / "secret.key", settings.key_file or settings.data / "encryption.key"):
        yield from _key_file(file)
    yield from data(settings, utc_now())
    yield _address(settings)
    yield from _proxies(settings)
    yield _mail(settings)
    yield _worker(settings)
    yield wakeups(settings)
    yield rooms()
    yield _hearing(settings)
    yield measures_here()
    yield from judging(settings, utc_now())
    yield from ways_in(settings)
    yield _pager(settings)
    yield from _on_call(settings)
    if settings.demo and settings.is_https:
        yield Finding(UNSAFE, "The demo is on at a public address: /dev/mail shows every mail to anybody.")
    elif settings.demo:
        yield Finding(NOTE, "The demo is on: /dev/mail shows every mail to anybody. Never with real people.")


def _database(settings: Settings) -> Finding:
    engine = "PostgreSQL" if settings.database_url.startswith("postgresql") else "SQLite"
    try:
        with closing(open_database(settings)) as house, house.engine.connect() as connection:
            newest = is_current(connection)
    except SQLAlchemyError as error:
        return Finding(
            UNSAFE, f"{engine} does not answer ({type(error).__name__}). Check EVENSIDE_DATABASE_URL."
        )
    if not newest:
        return Finding(UNSAFE, f"{engine} answers, but its schema is old. Run: evenside migrate")
    return Finding(GOOD, f"{engine} answers and its schema is the newest.")


def _folder(path: Path) -> Finding:
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        return Finding(UNSAFE, f"Others on this machine can look into {path.name}. Run: chmod 700 on it.")
    return Finding(GOOD, f"Only you can look into {path.name}.")


def _key_file(path: Path) -> Iterator[Finding]:
    if not path.exists():
        return
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield Finding(UNSAFE, f"Others on this machine can read {path.name}. Run: chmod 600 on it.")
    else:
        yield Finding(GOOD, f"Only you can read {path.name}. Keep a copy away from the database's backups.")


def _address(settings: Settings) -> Finding:
    if settings.is_https:
        return Finding(GOOD, "People reach Evenside over https.")
    return Finding(NOTE, "The address is plain http, which is only for this machine itself.")


def _proxies(settings: Settings) -> Iterator[Finding]:
    if settings.is_https and not settings.trusted_proxies:
        yield Finding(
            NOTE, "No proxy is trusted, so all visitors share one limit. Set EVENSIDE_TRUSTED_PROXIES."
        )


def _mail(settings: Settings) -> Finding:
    if settings.smtp_url:
        return Finding(GOOD, "Mails go out over SMTP.")
    return Finding(
        NOTE, "Mails are written to the outbox folder, not sent. Set EVENSIDE_SMTP_URL to send them."
    )


def _pager(settings: Settings) -> Finding:
    if settings.pager:
        return Finding(GOOD, "A pager is rung when an alert waits for a minute.")
    if settings.smtp_url:
        return Finding(NOTE, "No pager is set: an alert that waits is called out by mail alone.")
    return Finding(
        NOTE,
        "An alert that waits reaches nobody outside: no mail is sent and no pager is set. "
        "Set EVENSIDE_SMTP_URL, or EVENSIDE_ONCALL_WEBHOOK_URL and _SECRET.",
    )


def _on_call(settings: Settings) -> Iterator[Finding]:
    """Silent while the database is: that is said already."""
    now = utc_now()
    with suppress(SQLAlchemyError), closing(open_database(settings)) as house, house.read() as session:
        order, shift = on_call_order(session, now), who_answers(session, now)
        if shift is not None:
            yield Finding(GOOD, "Somebody is on call now.")
        elif order:
            yield Finding(NOTE, "Nobody is on call now; others are called instead. See /admin/on-call.")
        else:
            yield Finding(NOTE, "Nobody at all can be called yet: add staff, and set /admin/on-call.")


def _hearing(settings: Settings) -> Finding:
    whose = f"the rules of {settings.rules_file.name}" if settings.rules_file else "our own rules"
    if is_there():
        return Finding(GOOD, f"Danger in what people write is heard by {whose} and by meaning.")
    return Finding(
        NOTE, f"Danger in what people write is heard by {whose} alone: the file of meaning cannot be read."
    )


def _worker(settings: Settings) -> Finding:
    if is_alive(settings):
        return Finding(GOOD, "A worker is running here: mails and reminders go out.")
    return Finding(NOTE, "No worker runs with this data folder now. Start one with: evenside worker")
