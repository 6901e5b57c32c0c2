"""What the doctor says about how people come in: the demo's exception, second factors, accounts elsewhere."""

from collections.abc import Iterator
from contextlib import closing, suppress
from urllib.parse import urlsplit

from sqlalchemy.exc import SQLAlchemyError

from auth.factors import factors_of
from auth.people import STAFF, Person, people_with
from cli.findings import GOOD, NOTE, UNSAFE, Finding
from cli.wiring import open_database
from foundation.called_address import LOOPBACK
from foundation.settings import Settings


def ways_in(settings: Settings) -> Iterator[Finding]:
    """The demo first: it lets staff in by mail alone."""
    if settings.demo:
        yield _demo(settings)
    with suppress(SQLAlchemyError):
        yield from _second_factors(settings)
    for one in settings.oidc:
        state, how = (NOTE, " over http, which is only for this machine") if one.is_here else (GOOD, "")
        yield Finding(state, f"People may sign in with {one.label} ({one.issuer}){how}.")


def _demo(settings: Settings) -> Finding:
    if urlsplit(settings.base_url).hostname in LOOPBACK:
        return Finding(NOTE, "The demo lets staff in without a second step. That is for this machine alone.")
    return Finding(
        UNSAFE,
        "The demo is on at an address that others reach: staff need no second step, and anybody reads every "
        "mail. Unset EVENSIDE_DEMO.",
    )


def _second_factors(settings: Settings) -> Iterator[Finding]:
    with closing(open_database(settings)) as house, house.read() as session:
        staff: dict[str, Person] = {one.id: one for role in STAFF for one in people_with(session, role)}
        without = [one for one in staff if not factors_of(session, one).any]
    if without:
        yield Finding(
            NOTE,
            f"{len(without)} of {len(staff)} on the staff have no second step yet. "
            "Whoever reads their mail first could set one up: let them do it soon.",
        )
    elif staff:
        yield Finding(GOOD, "Everybody on the staff has a second step.")
