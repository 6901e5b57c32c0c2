"""Which addresses the worker may fetch from, beyond the public internet: none, but in the tests.

It is a part of the settings that no variable sets. The stories start a server on this machine and say so.
"""

from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path


@dataclass(frozen=True)
class Reach:
    """`also` are networks that count as public; `names` are host names and where they lead; `authority`
    is a certificate to trust besides the machine's own."""

    also: tuple[IPv4Network | IPv6Network, ...] = ()
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    authority: Path | None = None
