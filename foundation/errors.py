"""What every room raises when the answer is no."""

from typing import Any, ClassVar


class DomainError(Exception):
    """A refusal with a stable code and words that say what to do; never a bug."""

    code: ClassVar[str] = "error"
    default: ClassVar[str] = "That is not possible right now."

    def __init__(self, message: str | None = None, **details: Any) -> None:
        self.message = message or self.default
        self.details = details
        super().__init__(self.message)
