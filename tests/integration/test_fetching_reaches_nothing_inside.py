"""Whatever an address leads to: nothing inside is asked, nothing is read past its bounds, nobody waits."""

import gzip
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from foundation.reach import Reach
from foundation.settings import Settings, read_settings
from jobs.fetching.failures import NotFetched
from jobs.fetching.fetch import Fetched, Fetcher
from scheduling.calendars.importing.addresses import is_public
from scheduling.calendars.importing.leases import Validators
from tests.builders.tls import NAME, Answer, Elsewhere, elsewhere

MEGABYTE = 1_000_000
INSIDE = [
    "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::",
    "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "::1", "fe80::1", "fe80::1%eth0",
    "fc00::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::",
    "2001:0:1::", "2001:db8::1", "fec0::1", "not an address", "",
]  # fmt: skip


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Elsewhere]:
    with elsewhere(tmp_path) as found:
        yield found


def fetch(server: Elsewhere, path: str = "/calendar.ics", **more: object) -> Fetched:
    fetcher = replace(Fetcher(server.reach), **more)  # type: ignore[arg-type]
    return fetcher.get(server.url(path), most=MEGABYTE, accept="text/calendar", validators=Validators())


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111"])
def test_an_address_outside_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", INSIDE)
def test_R33_a_name_that_leads_inside_is_refused_before_a_byte_is_sent(
    server: Elsewhere, address: str
) -> None:
    def ask(host: str, port: int) -> Sequence[str]:
        return ["8.8.8.8", address]

    fetcher = Fetcher(Reach(authority=server.authority), ask)
    with pytest.raises(NotFetched, match="private network") as refusal:
        fetcher.get(server.url(), most=MEGABYTE, accept="*/*", validators=Validators())
    assert refusal.value.lasting
    assert server.asked == []


def test_R33_a_name_is_asked_once_and_what_was_looked_at_is_connected_to(server: Elsewhere) -> None:
    answers = [["127.0.0.1"], ["10.0.0.1"]]
    server.answers["/calendar.ics"] = Answer(b"BEGIN:VCALENDAR")
    fetcher = Fetcher(replace(server.reach, names={}), lambda host, port: answers.pop(0))
    fetcher.get(server.url(), most=MEGABYTE, accept="*/*", validators=Validators())
    assert answers == [["10.0.0.1"]]
    assert server.asked[0][1]["Host"] == f"{NAME}:{server.port}"


@pytest.mark.parametrize(
    "target",
    [
        "https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/latest/meta-data", "http://example.org/",
        "https://localhost/", "file:///etc/passwd", "https://user:word@example.org/", "//10.0.0.1/", "ftp://x/",
    ],
)  # fmt: skip
def test_a_redirect_inside_is_refused(server: Elsewhere, target: str) -> None:
    server.answers["/calendar.ics"] = Answer(status=302, headers={"Location": target})
    with pytest.raises(NotFetched):
        fetch(server)
    assert len(server.asked) == 1


def test_R33_a_redirect_is_looked_up_anew(server: Elsewhere) -> None:
    other = f"https://other.example.org:{server.port}/"
    server.answers["/calendar.ics"] = Answer(status=302, headers={"Location": other})
    asked: list[str] = []

    def ask(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["10.0.0.1"]

    with pytest.raises(NotFetched, match="private network"):
        fetch(server, ask=ask)
    assert asked == ["other.example.org"]


def test_circles_end(server: Elsewhere) -> None:
    server.answers["/calendar.ics"] = Answer(status=302, headers={"Location": "/calendar.ics"})
    with pytest.raises(NotFetched, match="circles"):
        fetch(server)
    assert len(server.asked) == 6


def test_a_certificate_for_another_name_is_not_taken(server: Elsewhere) -> None:
    reach = replace(server.reach, names={"other.example.org": ("127.0.0.1",)})
    with pytest.raises(NotFetched, match="certificate"):
        Fetcher(reach).get(
            server.url(name="other.example.org"), most=MEGABYTE, accept="*/*", validators=Validators()
        )
    assert server.asked == []


def test_what_is_too_large_ends_early_packed_or_not(server: Elsewhere) -> None:
    plain = b"X" * (3 * MEGABYTE)
    server.answers["/calendar.ics"] = Answer(plain)
    with pytest.raises(NotFetched, match="larger than 1 MB"):
        fetch(server)
    bomb = gzip.compress(b"\0" * (60 * MEGABYTE), 9)
    assert len(bomb) < MEGABYTE
    server.answers["/calendar.ics"] = Answer(bomb, headers={"Content-Encoding": "gzip"})
    with pytest.raises(NotFetched, match="larger than 1 MB"):
        fetch(server)
    server.answers["/calendar.ics"] = Answer(b"X", headers={"Content-Encoding": "br"})
    with pytest.raises(NotFetched, match="did not ask for"):
        fetch(server)


def test_what_comes_packed_is_unpacked(server: Elsewhere) -> None:
    server.answers["/calendar.ics"] = Answer(
        gzip.compress(b"words " * 1000), headers={"Content-Encoding": "gzip"}
    )
    assert fetch(server).body == b"words " * 1000
    server.answers["/calendar.ics"].body = gzip.compress(b"words " * 1000)[:-9]
    with pytest.raises(NotFetched):
        fetch(server)


def test_what_has_not_changed_is_not_sent_again(server: Elsewhere) -> None:
    server.answers["/calendar.ics"] = Answer(b"words", headers={"ETag": '"7"', "Last-Modified": "today"})
    first = fetch(server)
    assert first.validators == Validators('"7"', "today")
    server.answers["/calendar.ics"] = Answer(status=304)
    again = Fetcher(server.reach).get(server.url(), most=MEGABYTE, accept="*/*", validators=first.validators)
    assert again.body is None
    headers = server.asked[-1][1]
    assert (headers["If-None-Match"], headers["If-Modified-Since"]) == ('"7"', "today")


def test_a_server_that_drips_is_left_in_time(server: Elsewhere) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 600\r\n\r\n")
        for _ in range(600):
            handler.wfile.write(b"X")
            time.sleep(0.05)

    server.answers["/calendar.ics"] = Answer(write=drip)
    begun = time.monotonic()
    with pytest.raises(NotFetched, match="too long"):
        fetch(server, seconds=0.5)
    assert time.monotonic() - begun < 25


@pytest.mark.parametrize(
    ("status", "words", "lasting"),
    [(401, "sign-in", True), (404, "nothing is at", True), (410, "taken away", True), (500, "error", False)],
)
def test_a_refusal_is_said_in_words(server: Elsewhere, status: int, words: str, lasting: bool) -> None:
    server.answers["/calendar.ics"] = Answer(status=status)
    with pytest.raises(NotFetched, match=words) as refusal:
        fetch(server)
    assert refusal.value.lasting == lasting


def test_nothing_in_the_environment_widens_the_reach(tmp_path: Path, settings: Settings) -> None:
    said = {"EVENSIDE_DATA": str(tmp_path), "EVENSIDE_DEMO": "1"}
    assert read_settings(said).reach == Reach() == settings.reach
    assert Reach().also == ()
    assert Reach().names == {}
