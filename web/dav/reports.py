"""The three questions that a device asks of a calendar (RFC 4791, sections 7.8 and 7.9; RFC 6578)."""

from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Response

from scheduling.calendars.collections import UnknownToken, since
from scheduling.calendars.covering import takes_place
from web.context import db
from web.dav import properties
from web.dav.access import account
from web.dav.answers import answer, error, gone, multistatus
from web.dav.bodies import Filter, Wanted, caldav, dav, filter_of, hrefs_of, wanted_by
from web.dav.shelves import Book, Shelf

_MOST_DIGITS = 9


def report(root: Any, shelf: Shelf) -> Response:
    if root.tag == caldav("calendar-query"):
        return _query(root, shelf)
    if root.tag == caldav("calendar-multiget"):
        return _multiget(root, shelf)
    if root.tag == dav("sync-collection"):
        return _sync(root, shelf)
    return error(
        403,
        dav("supported-report"),
        "This calendar answers calendar-query, calendar-multiget and sync-collection.",
    )


def _query(root: Any, shelf: Shelf) -> Response:
    asked, wanted = filter_of(root), wanted_by(root)
    found = ((name, book) for name, book in shelf.books.items() if _matches(book, asked))
    return multistatus(_object(shelf, name, book, wanted) for name, book in found)


def _multiget(root: Any, shelf: Shelf) -> Response:
    wanted, path = wanted_by(root), properties.collection_path(shelf.showing.kind.value)
    told = []
    for href in hrefs_of(root):
        asked = unquote(urlsplit(href).path)
        book = shelf.books.get(asked.removeprefix(path)) if asked.startswith(path) else None
        told.append(_object(shelf, asked.removeprefix(path), book, wanted) if book else gone(href))
    return multistatus(told)


def _sync(root: Any, shelf: Shelf) -> Response:
    """What is other than at the device's token; all there is without one."""
    token, wanted = (root.findtext(dav("sync-token")) or "").strip(), wanted_by(root)
    try:
        with db().read() as session:
            number = _number(token)
            difference = since(session, account().id, shelf.showing.kind.value, number)
    except UnknownToken as refusal:
        return error(403, dav("valid-sync-token"), refusal.message)
    path = properties.collection_path(shelf.showing.kind.value)
    known = ((name, shelf.books.get(name)) for name in difference.changed)
    changed = [_object(shelf, name, book, wanted) for name, book in known if book is not None]
    return multistatus(
        [*changed, *(gone(f"{path}{name}") for name in difference.gone)],
        sync_token=shelf.token,
    )


def _number(token: str) -> int:
    """0 for none. Raises UnknownToken."""
    if not token:
        return 0
    number = token.removeprefix("data:,")
    if not number.isascii() or not number.isdecimal() or len(number) > _MOST_DIGITS or int(number) == 0:
        raise UnknownToken
    return int(number)


def _matches(book: Book, asked: Filter) -> bool:
    if asked.nothing or asked.uid not in {None, book.shown.uid}:
        return False
    if asked.start is None and asked.end is None:
        return True
    return takes_place(book.fact, asked.start, asked.end)


def _object(shelf: Shelf, name: str, book: Book, wanted: Wanted) -> str:
    path = properties.collection_path(shelf.showing.kind.value)
    with_data = wanted.names is not None and properties.CALENDAR_DATA in wanted.names
    return answer(f"{path}{name}", properties.of_object(book, with_data=with_data), wanted)
