"""A private line as each side reads it. The words stay out of the events: whoever may, reads them here."""

from sqlalchemy.orm import Session

from auth.people import Person
from realtime.room import first_name, first_names
from realtime.views import View, iso
from safety.checklist import asked_about, checklist_of
from safety.crisis_contact import contact_of
from safety.flags import Flag
from safety.private_line import line_of
from safety.reveals import last_reveal, may_see_contact


def person_line_view(session: Session, flag: Flag) -> View:
    """For the person it is about: helpers by first name, and whether one is there."""
    said = line_of(session, flag.id)
    names = first_names(session, {flag.claimed_by, *(one.author_id for one in said if one.from_team)})
    messages = [
        {
            "id": one.id,
            "mine": not one.from_team,
            "who": names.get(one.author_id, "One of us") if one.from_team else "You",
            "text": one.text,
            "at": one.at,
        }
        for one in said
    ]
    return {
        "id": flag.id,
        "state": flag.state,
        "helper": names.get(flag.claimed_by or ""),
        "called": flag.calls > 0,
        "ended_at": flag.disposed_at,
        "messages": messages,
    }


def team_line_view(session: Session, flag: Flag) -> View:
    """For the desk: the words, what was asked about, and how it stands with the contact left."""
    said = line_of(session, flag.id)
    names = first_names(session, {one.author_id for one in said if one.from_team})
    messages = [
        {
            "id": one.id,
            "from_team": one.from_team,
            "who": names.get(one.author_id, "One of us") if one.from_team else flag.known_as,
            "text": one.text,
            "at": iso(one.at),
        }
        for one in said
    ]
    return {
        "line": messages,
        "unanswered": bool(said) and not said[-1].from_team,
        "has_person": flag.person_id is not None,
        "asked": asked_about(flag),
        "checklist": checklist_of(flag),
        "left_contact": flag.person_id is not None and contact_of(session, flag.person_id) is not None,
        "contact": contact_state(session, flag),
    }


def contact_state(session: Session, flag: Flag) -> View | None:
    """Who asked for the contact, why, and what came of it; None while nobody has."""
    asked = last_reveal(session, flag.id)
    if asked is None:
        return None
    names = first_names(session, {asked.asked_by, asked.answered_by})
    both = [one for one in (asked.asked_by, asked.answered_by) if one]
    return {
        "asked_by": asked.asked_by,
        "asker": names.get(asked.asked_by),
        "reason": asked.reason,
        "asked_at": iso(asked.asked_at),
        "agreed": asked.agreed,
        "answerer": names.get(asked.answered_by or ""),
        "seen_by": [one for one in both if may_see_contact(flag, asked, one)],
    }


def helpers_named(people: list[Person]) -> list[View]:
    """For a choice of whom to hand it to."""
    return [{"id": one.id, "name": one.name, "short": first_name(one.name)} for one in people]
