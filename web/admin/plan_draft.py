"""A contact schedule as the editor's page sends it: one line each, as typed. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from scheduling.aftercare.contact_schedule import ContactLine
from scheduling.aftercare.template_rules import MOST_LINES, BadTemplate

ADD, REMOVE = "add", "remove"
_NUMBERS = ("first", "last", "every", "window")
_LONGEST = 5


@dataclass(frozen=True)
class LineDraft:
    """One line, numbers as they were typed; an empty one is nought."""

    kind: str = "checkup"
    code: str = ""
    first: str = ""
    last: str = ""
    every: str = ""
    window: str = ""
    booked: bool = False

    @property
    def is_blank(self) -> bool:
        return not (self.first or self.last or self.every or self.window)


@dataclass(frozen=True)
class PlanDraft:
    """What was typed so far. Nothing is lost by adding or taking out a line."""

    title: str = ""
    lines: tuple[LineDraft, ...] = ()

    def after(self, act: str) -> "PlanDraft":
        """The draft after `add` or `remove-2` was pressed."""
        if act == ADD:
            return replace(self, lines=(*self.lines, LineDraft())[:MOST_LINES])
        what, _, number = act.partition("-")
        is_line = what == REMOVE and number.isascii() and number.isdecimal() and len(number) <= _LONGEST
        at = int(number) if is_line else -1
        return replace(self, lines=tuple(one for index, one in enumerate(self.lines) if index != at))

    def read(self) -> tuple[ContactLine, ...]:
        """The lines that something was written in, by their first day. Raises BadTemplate."""
        found = [_read(number, one) for number, one in enumerate(self.lines) if not one.is_blank]
        return tuple(sorted(found, key=lambda one: (one.first, one.last)))


def draft_of(title: str, lines: tuple[ContactLine, ...]) -> PlanDraft:
    return PlanDraft(title, tuple(_written(one) for one in lines))


def read_draft(sent: Mapping[str, str]) -> PlanDraft:
    """The fields `kind-0`, `first-0`, ... as long as they go on."""
    lines = []
    for number in range(MOST_LINES):
        if f"kind-{number}" not in sent:
            break
        typed = {name: sent.get(f"{name}-{number}", "").strip()[:40] for name in ("kind", "code", *_NUMBERS)}
        lines.append(LineDraft(**typed, booked=bool(sent.get(f"booked-{number}"))))
    return PlanDraft(sent.get("title", "")[:400], tuple(lines))


def _written(line: ContactLine) -> LineDraft:
    numbers = {name: str(value or "") for name, value in asdict(line).items() if name in _NUMBERS}
    return LineDraft(line.kind, line.code, **{**numbers, "first": str(line.first)}, booked=line.booked)


def _read(at: int, typed: LineDraft) -> ContactLine:
    numbers = {name: _number(getattr(typed, name), at) for name in _NUMBERS}
    asks = typed.kind in {"measure", "check_in"}
    return ContactLine(typed.kind, booked=typed.booked, code=typed.code if asks else "", **numbers)


def _number(typed: str, at: int) -> int:
    if typed and not (typed.isascii() and typed.isdecimal() and len(typed) <= _LONGEST):
        raise BadTemplate("Write days as whole numbers, like 7.", at)
    return int(typed or 0)
