"""What one part of a member's page is made of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy.orm import Session

from auth.people import Person


@dataclass(frozen=True)
class Part:
    """A heading, a template of its own that reads `part.facts`, and where there is more of it."""

    title: str
    template: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    href: str = ""
    more: str = ""


PartOf: TypeAlias = Callable[[Session, Person, datetime], Part | None]
"""Makes the part for one member at one moment; None where there is nothing to show."""
