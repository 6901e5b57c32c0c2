"""How the stories are shared out among test processes: what stands on one house is told by one of them.

xdist's own groups do nothing with this pytest: xdist 3.8 writes them where pytest 9.2 no longer reads. So a
scheduler of our own (for `--dist loadgroup`) sees by a story's address what belongs together. What takes
long goes first and single stories last, so that no process waits for another at the end.
"""

from functools import cache
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

_ROOT = Path(__file__).parent.parent
_LONG = ("tests/browser/", "tests/faults/", "tests/clients/")
"""Folders whose stories take seconds; the first one is begun first."""


class Sharing(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """One process tells all stories that share a server, a browser or what their module made for them."""

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        config.option.loadscopereorder = False  # the order is ours
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return _shared_place(_module(nodeid)) or nodeid


def put_long_ones_first(items: list[pytest.Item]) -> None:
    """Otherwise in the random order that they have."""
    items.sort(key=lambda item: _rank(_module(item.nodeid)))


def _module(nodeid: str) -> str:
    return nodeid.partition("::")[0]


@cache
def _rank(module: str) -> int:
    for rank, folder in enumerate(_LONG):
        if module.startswith(folder):
            return rank
    return len(_LONG) + (_shared_place(module) is None)


@cache
def _shared_place(module: str) -> str | None:
    """The folder whose conftest.py makes something for a whole session, or the module that makes its own."""
    file = _ROOT / module
    around = file.with_name("conftest.py")
    if around.exists() and 'scope="session"' in around.read_text():
        return str(around.parent)
    return module if 'scope="module"' in file.read_text() else None
