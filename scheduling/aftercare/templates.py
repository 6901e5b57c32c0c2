"""Templates of contact schedules: as coordinators make them; a changed one is a new version of it."""

import tomllib
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from foundation import audit
from foundation.database import lock
from foundation.errors import DomainError
from scheduling.aftercare.contact_schedule import ContactLine, read_lines
from scheduling.aftercare.plan_records import PlanTemplate
from scheduling.aftercare.template_rules import BadTemplate, require_fit, tidy_title
from scheduling.versions import free_slug, newest_versions

_FILE = Path(__file__).with_name("default_template.toml")

__all__ = [
    "BadTemplate",
    "StaleTemplate",
    "UnknownTemplate",
    "add_template",
    "change_template",
    "find_template",
    "lines_of",
    "newest_templates",
    "offered_templates",
    "retire_template",
]


class UnknownTemplate(DomainError):
    code: ClassVar[str] = "unknown_template"
    default: ClassVar[str] = "There is no such schedule. Choose one from the list."


class StaleTemplate(DomainError):
    code: ClassVar[str] = "stale_template"
    default: ClassVar[str] = "Somebody changed this schedule meanwhile. Look at it again, then decide."


def lines_of(template: PlanTemplate) -> tuple[ContactLine, ...]:
    return read_lines(template.lines)


def find_template(session: Session, template_id: str) -> PlanTemplate:
    """Any version by its id. Raises UnknownTemplate."""
    found = session.get(PlanTemplate, template_id)
    if found is None:
        raise UnknownTemplate
    return found


def newest_templates(session: Session) -> list[PlanTemplate]:
    """The newest version of each, retired ones too, by title."""
    return newest_versions(session, PlanTemplate)


def offered_templates(session: Session) -> list[PlanTemplate]:
    """What a new plan can begin from."""
    return [one for one in newest_templates(session) if one.retired_at is None]


def lay_default(session: Session, *, now: datetime) -> PlanTemplate | None:
    """The schedule that comes with the house, put into an empty shelf; None where there is any already."""
    lock(session, "plan_templates")
    if session.scalar(select(func.count()).select_from(PlanTemplate)):
        return None
    told = shipped()
    lines = read_lines([{**one} for one in told["lines"]])
    return _write(session, told["slug"], 1, told["title"], lines, None, now)


@cache
def shipped() -> dict[str, Any]:
    """The file beside this one, as it is written."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def add_template(
    session: Session, title: str, lines: Sequence[ContactLine], *, by: str, now: datetime
) -> PlanTemplate:
    """A new one, its first version. Raises BadTemplate."""
    lock(session, "plan_templates")
    require_fit(title, lines)
    return _write(session, free_slug(session, PlanTemplate, title, "schedule"), 1, title, lines, by, now)


def change_template(
    session: Session, template_id: str, title: str, lines: Sequence[ContactLine], *, by: str, now: datetime
) -> PlanTemplate:
    """The next version of the one that was looked at; running plans keep theirs.

    Nothing is written when nothing was changed. Raises UnknownTemplate, StaleTemplate, BadTemplate.
    """
    lock(session, "plan_templates")
    old = _newest(session, template_id)
    require_fit(title, lines)
    if (old.title, lines_of(old)) == (tidy_title(title), tuple(lines)) and old.retired_at is None:
        return old
    return _write(session, old.slug, old.version + 1, title, lines, by, now)


def retire_template(session: Session, template_id: str, *, by: str, now: datetime) -> PlanTemplate:
    """Offer it to no new plan; a change brings it back. Raises UnknownTemplate, StaleTemplate."""
    lock(session, "plan_templates")
    template = _newest(session, template_id)
    template.retired_at = template.retired_at or now
    _record(session, "plan_template.retire", template, by, now)
    return template


def _newest(session: Session, template_id: str) -> PlanTemplate:
    template = find_template(session, template_id)
    if template.id not in {one.id for one in newest_templates(session)}:
        raise StaleTemplate
    return template


def _write(
    session: Session,
    slug: str,
    version: int,
    title: str,
    lines: Sequence[ContactLine],
    by: str | None,
    now: datetime,
) -> PlanTemplate:
    data = [one.as_data() for one in lines]
    made = PlanTemplate(slug=slug, version=version, title=tidy_title(title), lines=data, created_by=by)
    made.created_at = now
    session.add(made)
    session.flush()
    _record(session, "plan_template.change", made, by, now)
    return made


def _record(session: Session, action: str, template: PlanTemplate, by: str | None, now: datetime) -> None:
    detail = {"slug": template.slug, "version": template.version, "lines": len(template.lines)}
    whom = template.id
    audit.record(
        session, actor=by, action=action, kind="plan_template", object_id=whom, now=now, detail=detail
    )
