"""Forms as coordinators make them: questions in order; a changed form is a new version of it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import update
from sqlalchemy.orm import Session

from foundation import audit
from foundation.columns import new_id
from foundation.database import lock
from foundation.errors import DomainError
from foundation.plaintext import breaks_the_line, hides_something
from scheduling.questionnaire_records import Questionnaire
from scheduling.services import Service
from scheduling.versions import free_slug, newest_versions

LONGEST_QUESTION, LONGEST_OPTION, LONGEST_TITLE = 300, 120, 80
MOST_QUESTIONS, MOST_OPTIONS = 40, 20
_FEWEST_OPTIONS = 2


class UnknownForm(DomainError):
    code: ClassVar[str] = "unknown_form"
    default: ClassVar[str] = "There is no such form. Choose one from the list."


class StaleForm(DomainError):
    code: ClassVar[str] = "stale_form"
    default: ClassVar[str] = "Somebody changed this form meanwhile. Look at it again, then decide."


class BadForm(DomainError):
    """`question` counts from nought; without one it is about the title, or the form as a whole."""

    code: ClassVar[str] = "bad_form"
    default: ClassVar[str] = "Something in this form does not fit."

    def __init__(self, message: str, question: int | None = None) -> None:
        super().__init__(message, question=question)
        self.question = question


class Kind(StrEnum):
    TEXT = "text"
    CHOICE = "choice"
    YES_NO = "yes_no"


@dataclass(frozen=True)
class Item:
    """A question. `link_id` ties answers to it in every version; a new one has none yet."""

    text: str
    type: str = Kind.TEXT.value
    required: bool = False
    options: tuple[str, ...] = ()
    link_id: str = ""


def items_of(form: Questionnaire) -> list[Item]:
    return [Item(**{**item, "options": tuple(item["options"])}) for item in form.items]


def find_form(session: Session, form_id: str) -> Questionnaire:
    """Any version by its id. Raises UnknownForm."""
    form = session.get(Questionnaire, form_id)
    if form is None:
        raise UnknownForm
    return form


def newest_forms(session: Session) -> list[Questionnaire]:
    """The newest version of each form, by title."""
    return newest_versions(session, Questionnaire)


def add_form(session: Session, title: str, items: Sequence[Item], *, by: str, now: datetime) -> Questionnaire:
    """A new form, its first version. Raises BadForm."""
    lock(session, "forms")
    _check(title, items)
    return _write(session, free_slug(session, Questionnaire, title, "form"), 1, title, items, by, now)


def change_form(
    session: Session, form_id: str, title: str, items: Sequence[Item], *, by: str, now: datetime
) -> Questionnaire:
    """The next version of the form that was looked at; services go on to it, answers stay with theirs.

    Nothing is written when nothing was changed. Raises UnknownForm, StaleForm, BadForm.
    """
    lock(session, "forms")
    old = find_form(session, form_id)
    if old.id not in {one.id for one in newest_forms(session)}:
        raise StaleForm
    _check(title, items)
    if (old.title, items_of(old)) == (title.strip(), [_cleaned(one) for one in items]):
        return old
    new = _write(session, old.slug, old.version + 1, title, items, by, now)
    session.execute(update(Service).where(Service.intake_id == old.id).values(intake_id=new.id))
    return new


def _write(
    session: Session, slug: str, version: int, title: str, items: Sequence[Item], by: str, now: datetime
) -> Questionnaire:
    linked = [asdict(_linked(_cleaned(one))) for one in items]
    form = Questionnaire(slug=slug, version=version, title=title.strip(), items=linked, created_at=now)
    session.add(form)
    session.flush()
    detail = {"slug": slug, "version": version, "questions": len(linked)}
    audit.record(
        session, actor=by, action="form.change", kind="form", object_id=form.id, now=now, detail=detail
    )
    return form


def _linked(item: Item) -> Item:
    return Item(item.text, item.type, item.required, item.options, item.link_id or new_id())


def _cleaned(item: Item) -> Item:
    options = tuple(one.strip() for one in item.options if one.strip()) if item.type == Kind.CHOICE else ()
    return Item(item.text.strip(), item.type, item.required, options, item.link_id)


def _check(title: str, items: Sequence[Item]) -> None:
    trimmed = title.strip()
    if not trimmed or len(trimmed) > LONGEST_TITLE or breaks_the_line(trimmed) or hides_something(trimmed):
        raise BadForm(f"Write a title on one line, up to {LONGEST_TITLE} letters.")
    if not items:
        raise BadForm("Write at least one question.", 0)
    if len(items) > MOST_QUESTIONS:
        raise BadForm(f"Keep to {MOST_QUESTIONS} questions. A short form is filled in.")
    for number, item in enumerate(map(_cleaned, items)):
        if problem := _wrong(item):
            raise BadForm(problem, number)
    ids = [one.link_id for one in items if one.link_id]
    if len(ids) != len(set(ids)):
        raise BadForm("Two questions of this form are mixed up. Load the page again.")


def _wrong(item: Item) -> str:
    if not item.text or len(item.text) > LONGEST_QUESTION or hides_something(item.text):
        return f"Write the question, up to {LONGEST_QUESTION} letters."
    if item.type not in set(Kind):
        return "Choose how it is answered."
    if item.type == Kind.CHOICE and not _FEWEST_OPTIONS <= len(item.options) <= MOST_OPTIONS:
        return f"Write {_FEWEST_OPTIONS} to {MOST_OPTIONS} answers to choose from, one on each line."
    if len(set(item.options)) != len(item.options):
        return "Two of these answers are the same."
    if any(len(one) > LONGEST_OPTION for one in item.options):
        return f"Keep each answer to {LONGEST_OPTION} letters."
    return ""
