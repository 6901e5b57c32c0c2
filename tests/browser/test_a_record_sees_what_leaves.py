"""The record that R26 rests on notices every way in which a page could ask somebody else."""

from contextlib import closing

import pytest
from playwright.sync_api import Browser

from tests.axe import faults
from tests.browser.recorded import Gatekeeper, Record
from tests.peers import wait_until

pytestmark = pytest.mark.browser

HOUSE = "http://127.0.0.1:1"
CARELESS = """
<link rel="preconnect" href="https://early.example">
<img src="http://picture.example/seen.gif" alt="">
<script>
  new WebSocket("ws://line.example/");
  new Worker(URL.createObjectURL(new Blob(['fetch("http://worker.example/")'])));
  navigator.sendBeacon("http://beacon.example/", "here");
  console.error("Refused to load");
</script>
"""


def test_R26_nothing_that_a_careless_page_asks_escapes_the_record(chromium: Browser) -> None:
    with closing(Gatekeeper()) as keeper, chromium.new_context(proxy=keeper.beside(HOUSE)) as context:
        record, page = Record(context), context.new_page()
        page.set_content(CARELESS)
        for asked in ("picture", "line", "worker", "beacon"):
            wait_until(lambda asked=asked: page.title() or asked in str(keeper.callers), f"{asked} escaped")  # type: ignore[misc]
        wait_until(lambda: page.title() or record.complaints, "what the page said was not heard")
        hint = next(one for one in faults(page) if "elsewhere" in one)
        assert hint == "it hints at elsewhere: https://early.example/"
    assert {"http://picture.example/seen.gif", "ws://line.example/"} <= set(record.elsewhere(HOUSE))
    assert "Refused to load" in str(record.complaints)


def test_R26_an_address_that_only_begins_like_ours_is_elsewhere(chromium: Browser) -> None:
    with chromium.new_context() as context:
        record = Record(context)
    record.asked += [
        f"{HOUSE}/account",
        "ws://127.0.0.1:1/socket.io/",
        f"{HOUSE}23/",
        f"{HOUSE}@elsewhere.example/",
    ]
    assert record.elsewhere(HOUSE) == [f"{HOUSE}23/", f"{HOUSE}@elsewhere.example/"]
