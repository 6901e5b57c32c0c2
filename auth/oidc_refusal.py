"""The one answer to everything that goes wrong with a sign-in elsewhere."""

from typing import ClassVar

from foundation.errors import DomainError


class OidcRefused(DomainError):
    """`why` is for our log alone: whoever tries to deceive us learns nothing from the page."""

    code: ClassVar[str] = "elsewhere_failed"
    default: ClassVar[str] = "Signing in there did not work. Try again, or have a code mailed to you."

    def __init__(self, why: str) -> None:
        super().__init__()
        self.why = why


class UnknownProvider(DomainError):
    code: ClassVar[str] = "unknown_provider"
    default: ClassVar[str] = "There is no such way to sign in here."
