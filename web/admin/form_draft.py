"""A form as the editor's page sends it: questions in order, with a spare one at the end."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from scheduling.questionnaires import MOST_QUESTIONS, Item, Kind

_FIELDS = ("text", "type", "options", "required", "link")
UP, DOWN, REMOVE, ADD = "up", "down", "remove", "add"


@dataclass(frozen=True)
class FormDraft:
    """What was typed so far. Nothing is lost by adding, ordering or removing a question."""

    title: str = ""
    items: tuple[Item, ...] = ()

    def after(self, act: str) -> "FormDraft":
        """The draft after a button such as `up-2`, `remove-0` or `add` was pressed."""
        what, _, number = act.partition("-")
        if what == ADD:
            return replace(self, items=(*self.items, Item(""))[:MOST_QUESTIONS])
        at = int(number) if number.isascii() and number.isdecimal() and len(number) < len("100") else -1
        if not 0 <= at < len(self.items):
            return self
        rest = [one for index, one in enumerate(self.items) if index != at]
        if what != REMOVE:
            rest.insert(max(0, at - 1) if what == UP else at + 1, self.items[at])
        return replace(self, items=tuple(rest))

    @property
    def written(self) -> tuple[Item, ...]:
        """Without the questions that nobody has written anything in."""
        return tuple(one for one in self.items if one.text.strip() or one.link_id)


def read_draft(sent: Mapping[str, str]) -> FormDraft:
    """The fields `text-0`, `type-0`, ... as long as they go on."""
    items = []
    for number in range(MOST_QUESTIONS):
        if f"text-{number}" not in sent:
            break
        one = {name: sent.get(f"{name}-{number}", "") for name in _FIELDS}
        items.append(
            Item(
                one["text"][:2000],
                one["type"] or Kind.TEXT.value,
                bool(one["required"]),
                tuple(one["options"].replace("\r\n", "\n").split("\n")) if one["options"].strip() else (),
                one["link"][:40],
            )
        )
    return FormDraft(sent.get("title", "")[:400], tuple(items))
