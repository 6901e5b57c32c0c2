"""Why a weekly group cannot be kept, changed or joined as it was asked for."""

from typing import ClassVar

from foundation.errors import DomainError


class UnknownGroup(DomainError):
    code: ClassVar[str] = "unknown_group"
    default: ClassVar[str] = "There is no such group. The list shows those there are."


class BadGroup(DomainError):
    code: ClassVar[str] = "bad_group"
    default: ClassVar[str] = "A weekly group needs a group service, a date ahead and at least three seats."


class AlreadyIn(DomainError):
    code: ClassVar[str] = "already_in"
    default: ClassVar[str] = "You belong to this group already. Its page shows your dates."


class NotIn(DomainError):
    code: ClassVar[str] = "not_in_group"
    default: ClassVar[str] = "There is no place in this group to give up."


class DateIsOff(DomainError):
    code: ClassVar[str] = "date_is_off"
    default: ClassVar[str] = "That date is over or does not take place. Choose one that is ahead."
