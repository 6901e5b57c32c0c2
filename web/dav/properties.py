"""The properties of everything that a device may ask about (RFC 4918, 4791, 5397, 6578)."""

from xml.sax.saxutils import escape

from scheduling.calendars.accounts import CalendarAccount
from scheduling.calendars.render import stand_alone
from web.dav.answers import Properties, element, href_of
from web.dav.bodies import caldav, dav, server
from web.dav.shelves import Book, Shelf

ROOT = "/dav/"
PRINCIPAL = "/dav/principal/"
HOME = "/dav/calendars/"
OBJECT_TYPE = "text/calendar; charset=utf-8; component=vevent"
CALENDAR_DATA = caldav("calendar-data")
_REPORTS = (caldav("calendar-query"), caldav("calendar-multiget"), dav("sync-collection"))
_MAY_READ = "<d:privilege><d:read/></d:privilege>"


def collection_path(kind: str) -> str:
    return f"{HOME}{kind}/"


def of_everything() -> dict[str, str]:
    """What is the same wherever one looks: who one is, and that one may read."""
    return {
        dav("current-user-principal"): href_of(PRINCIPAL),
        dav("principal-URL"): href_of(PRINCIPAL),
        dav("owner"): href_of(PRINCIPAL),
        dav("current-user-privilege-set"): _MAY_READ,
        caldav("calendar-home-set"): href_of(HOME),
    }


def of_root() -> Properties:
    return {**of_everything(), dav("resourcetype"): "<d:collection/>", dav("displayname"): "Calendars"}


def of_principal(account: CalendarAccount) -> Properties:
    address = href_of(f"mailto:{account.owner.email}")
    return {
        **of_everything(),
        dav("resourcetype"): "<d:principal/>",
        dav("displayname"): "Calendars",
        caldav("calendar-user-address-set"): address,
        dav("principal-collection-set"): href_of(ROOT),
    }


def of_collection(shelf: Shelf) -> Properties:
    reports = "".join(
        f"<d:supported-report><d:report>{element(one, '')}</d:report></d:supported-report>"
        for one in _REPORTS
    )
    return {
        **of_everything(),
        dav("resourcetype"): "<d:collection/><c:calendar/>",
        dav("displayname"): escape(shelf.showing.title),
        dav("getcontenttype"): "text/calendar",
        dav("supported-report-set"): reports,
        dav("sync-token"): escape(shelf.token),
        server("getctag"): escape(f'"{shelf.number}"'),
        caldav("supported-calendar-component-set"): '<c:comp name="VEVENT"/>',
        caldav("supported-calendar-data"): '<c:calendar-data content-type="text/calendar" version="2.0"/>',
    }


def of_object(book: Book, *, with_data: bool) -> Properties:
    """The content itself only where it was asked for."""
    told = {
        dav("resourcetype"): "",
        dav("getetag"): escape(f'"{book.etag}"'),
        dav("getcontenttype"): OBJECT_TYPE,
        dav("current-user-privilege-set"): _MAY_READ,
        dav("current-user-principal"): href_of(PRINCIPAL),
        dav("owner"): href_of(PRINCIPAL),
    }
    if with_data:
        told[CALENDAR_DATA] = escape(stand_alone(book.shown).decode()).replace("\r", "&#13;")
    return told
