"""Which addresses are fetched at all, judged before any name is looked up."""

import pytest

from scheduling.calendars.importing.addresses import LONGEST, BadAddress, checked_address


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("http://calendar.example.org/x.ics", "begins with http://"),
        ("https://127.0.0.1/x.ics", "private network"),
        ("https://[::1]/x.ics", "private network"),
        ("https://[::ffff:10.0.0.1]/", "private network"),
        ("https://[64:ff9b::a00:1]/", "private network"),
        ("https://[2002:a00:1::]/", "private network"),
        ("https://169.254.169.254/latest", "private network"),
        ("https://100.64.0.1/", "private network"),
        ("https://2130706433/", "private network"),
        ("https://0x7f.1/", "private network"),
        ("https://intranet/", "private network"),
        ("https://user:word@calendar.example.org/", "password"),
        ("ftp://calendar.example.org/", "beginning with https://"),
        ("calendar", "beginning with https://"),
    ],
)
def test_an_address_that_cannot_be_public_is_refused_with_the_reason(address: str, says: str) -> None:
    with pytest.raises(BadAddress, match=says):
        checked_address(address)


@pytest.mark.parametrize(
    ("typed", "fetched"),
    [
        ("webcal://calendar.example.org/s.ics", "https://calendar.example.org/s.ics"),
        ("  HTTPS://calendar.example.org  ", "https://calendar.example.org/"),
        ("https://calendar.example.org:8443/a?b=c#d", "https://calendar.example.org:8443/a?b=c"),
        ("https://93.184.216.34/a", "https://93.184.216.34/a"),
        ("https://bücher.example.org/a", "https://bücher.example.org/a"),
    ],
)
def test_a_public_address_is_taken_as_it_is_meant(typed: str, fetched: str) -> None:
    assert checked_address(typed) == fetched


@pytest.mark.parametrize(
    "typed", ["https://", "https://a b.example.org/", "https://[x/", "https://x.org:99999/"]
)
def test_what_is_no_address_is_said_so(typed: str) -> None:
    with pytest.raises(BadAddress):
        checked_address(typed)


def test_an_address_without_end_is_not_kept() -> None:
    with pytest.raises(BadAddress):
        checked_address("https://calendar.example.org/" + "x" * LONGEST)
