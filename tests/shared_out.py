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
_BROWSER = "tests/browser/"
_LONG = (_BROWSER, "tests/faults/", "tests/clients/")
"""Folders whose stories take seconds; the first one is begun first."""
_SHARING = 'scope="module"'


class Sharing(LoadScopeScheduling):
    """All browser stories share a server and a Chromium; a module shares what it makes for all of itself."""

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        config.option.loadscopereorder = False  # the order is ours
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        if module.startswith(_BROWSER):
            return _BROWSER
        return module if _shares(module) else nodeid


def put_long_ones_first(items: list[pytest.Item]) -> None:
    """Otherwise in the random order that they have."""
    items.sort(key=lambda item: _rank(item.nodeid.partition("::")[0]))


def _rank(module: str) -> int:
    for rank, folder in enumerate(_LONG):
        if module.startswith(folder):
            return rank
    return len(_LONG) + (not _shares(module))


@cache
def _shares(module: str) -> bool:
    return _SHARING in (_ROOT / module).read_text()
