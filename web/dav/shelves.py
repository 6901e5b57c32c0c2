"""A calendar as a shelf of objects, made anew only when its stamp says that something changed."""

from dataclasses import dataclass

from scheduling.calendars.accounts import CalendarAccount
from scheduling.calendars.agenda import feed_sheet
from scheduling.calendars.collections import etag_of, is_current, name_of, take_stock
from scheduling.calendars.events import Entry, Series
from scheduling.calendars.render import CalendarObject, facts, objects
from scheduling.calendars.showing import Showing
from scheduling.calendars.stamps import find_stamp, version_of
from web.context import db, house, now, settings
from web.feeds import give_way

MOST_SHELVES = 50


@dataclass(frozen=True)
class Book:
    """One object with its fact, from which one knows when it takes place."""

    fact: Entry | Series
    shown: CalendarObject
    etag: str


@dataclass(frozen=True)
class Shelf:
    """Everything in one calendar, by name. `number` is the state that sync tokens count."""

    showing: Showing
    version: str
    number: int
    books: dict[str, Book]

    @property
    def token(self) -> str:
        return f"data:,{self.number}"


def shelf_of(account: CalendarAccount, showing: Showing) -> Shelf:
    """The calendar as it is now."""
    key = account.id, showing.kind.value
    with db().read() as session:
        stamp = find_stamp(session, showing)
        version = version_of(showing, stamp, origin=settings().origin, now=now())
        number = is_current(session, *key, version)
        kept: Shelf | None = house().shelves.get(key)
        if number is not None and kept is not None and kept.version == version:
            return kept
        sheet = feed_sheet(session, showing, origin=settings().origin, now=now())
    shown = objects(sheet, give_way=give_way)
    books = {
        name_of(one): Book(fact, one, etag_of(one)) for fact, one in zip(facts(sheet), shown, strict=True)
    }
    if number is None:
        etags = {name: book.etag for name, book in books.items()}
        number = db().change(lambda session: take_stock(session, *key, version, etags))
    made = Shelf(showing, version, number, books)
    _keep(key, made)
    return made


def _keep(key: tuple[str, str], shelf: Shelf) -> None:
    """Those that were read last; the others are made again when somebody asks."""
    shelves = house().shelves
    shelves[key] = shelf
    shelves.move_to_end(key)
    while len(shelves) > MOST_SHELVES:
        shelves.popitem(last=False)
