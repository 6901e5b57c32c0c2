"""What is written for the member's own pages while admitting, sealed with the draft until it is confirmed."""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from auth.contact_consents import ContactWay, agree_to_contact, ways_agreed
from scheduling.aftercare.supporters import add_supporter, supporters_of
from scheduling.aftercare.urge_plans import UrgePlanText, read_urge_plan, write_urge_plan

_NOTHING_YET = UrgePlanText()


@dataclass(frozen=True)
class NewSupporter:
    """Somebody to stand beside the member, as it was typed; `phone` is E.164."""

    name: str
    phone: str
    relation: str = ""


@dataclass(frozen=True)
class DraftText:
    """`ways` are the consents to be contacted, as the member gave them aloud."""

    urge: UrgePlanText = _NOTHING_YET
    supporters: tuple[NewSupporter, ...] = ()
    ways: tuple[str, ...] = ()

    def sealed(self) -> str:
        """As JSON, for the sealed column of the draft."""
        return json.dumps(asdict(self))


def read_draft(sealed: str) -> DraftText:
    """The reverse of `sealed`; empty text is an empty draft."""
    if not sealed:
        return DraftText()
    kept = json.loads(sealed)
    urge = UrgePlanText(**{**kept["urge"], "steps": tuple(kept["urge"]["steps"])})
    return DraftText(urge, tuple(NewSupporter(**one) for one in kept["supporters"]), tuple(kept["ways"]))


def as_it_stands(session: Session, member_id: str) -> DraftText:
    """What the member's pages say already, to begin from. Supporters who are there are not named again."""
    ways = tuple(sorted(ways_agreed(session, member_id)))
    return DraftText(read_urge_plan(session, member_id) or UrgePlanText(), (), ways)


def hand_over(session: Session, member_id: str, text: DraftText, *, by: str, now: datetime) -> None:
    """Put it where the member finds it and may change it. Raises BadPhone, EnoughSupporters."""
    if not text.urge.is_empty and text.urge != read_urge_plan(session, member_id):
        write_urge_plan(session, member_id, text.urge, by=by, now=now)
    there = {one.phone for one in supporters_of(session, member_id)}
    for one in text.supporters:
        if one.phone not in there:
            add_supporter(session, member_id, one.name, one.phone, one.relation, by=by, now=now)
    agree_to_contact(session, member_id, _ways(text.ways), by=by, now=now)


def _ways(written: Collection[str]) -> list[ContactWay]:
    return [way for way in ContactWay if way.value in written]
