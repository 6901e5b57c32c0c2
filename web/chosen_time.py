"""A time chosen before signing in: kept for the person as soon as we know who they are, never before."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qs, urlencode, urlsplit

from foundation.errors import DomainError
from scheduling.appointments import hold
from scheduling.services import find_service
from web.context import db, now
from web.slot_days import read_choice

_PAGE = re.compile(r"/book/([a-z0-9-]+)")


def path_with(slug: str, asked: Mapping[str, str]) -> str:
    """The page of a service with what is chosen on it."""
    return f"/book/{slug}?{urlencode(asked)}"


def keep_chosen(path: str, person_id: str) -> None:
    """Hold the time that the page to go to has chosen. What stands in the way, that page says."""
    asked = urlsplit(path)
    page = _PAGE.fullmatch(asked.path)
    choice = read_choice(parse_qs(asked.query).get("slot", [""])[0])
    if page is None or choice is None:
        return
    try:
        with db().write() as session:
            hold(
                session,
                service_id=find_service(session, page[1]).id,
                practitioner_id=choice[0],
                member_id=person_id,
                starts_at=choice[1],
                now=now(),
            )
    except DomainError:
        return
