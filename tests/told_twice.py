"""Whether a second try helps: `pytest -n0 -p tests.told_twice tests/browser` fails each first at its end.

What then fails in earnest counts on finding nothing of an earlier try: a slug of its own, an address, a room.
"""

from collections.abc import Generator

import pytest

_tried: set[str] = set()


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    told = yield
    if pyfuncitem.get_closest_marker("flaky") and pyfuncitem.nodeid not in _tried:
        _tried.add(pyfuncitem.nodeid)
        pytest.fail("the first try ends here")
    return told
