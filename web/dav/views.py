"""The addresses of CalDAV. All of them are for reading; whatever would change something is a plain 403."""

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as Redirect

from scheduling.calendars.render import stand_alone
from scheduling.calendars.showing import FeedKind, Showing
from web.dav import properties
from web.dav.access import account, with_password
from web.dav.answers import answer, error, multistatus
from web.dav.bodies import BadBody, UnsupportedFilter, dav, read_body, wanted_by
from web.dav.reports import report
from web.dav.shelves import Shelf, shelf_of
from web.feeds import PRIVATE
from web.guards import public

blueprint = Blueprint("dav", __name__)
CHANGES = [
    "PUT",
    "DELETE",
    "POST",
    "PATCH",
    "PROPPATCH",
    "MKCALENDAR",
    "MKCOL",
    "MOVE",
    "COPY",
    "LOCK",
    "UNLOCK",
    "ACL",
]
READS = ["GET", "OPTIONS", "PROPFIND", "REPORT"]
FOR_READING = "This calendar is for reading. To move or cancel something, open it where you sign in.\n"
FOR_PROGRAMS = "This address is for calendar programs. It is working.\n"


@blueprint.route("/.well-known/caldav", methods=["GET", "PROPFIND"])
@public
def well_known() -> Redirect:
    """RFC 6764, section 5."""
    return redirect(properties.ROOT, 301)


@blueprint.route("/dav/", methods=READS + CHANGES, provide_automatic_options=False)
@with_password
def root() -> Response:
    if request.method != "PROPFIND":
        return _other()
    wanted = wanted_by(_body())
    return multistatus([answer(properties.ROOT, properties.of_root(), wanted)])


@blueprint.route("/dav/principal/", methods=READS + CHANGES, provide_automatic_options=False)
@with_password
def principal() -> Response:
    if request.method != "PROPFIND":
        return _other()
    wanted = wanted_by(_body())
    return multistatus([answer(properties.PRINCIPAL, properties.of_principal(account()), wanted)])


@blueprint.route("/dav/calendars/", methods=READS + CHANGES, provide_automatic_options=False)
@with_password
def home() -> Response:
    if request.method != "PROPFIND":
        return _other()
    wanted = wanted_by(_body())
    told = [answer(properties.HOME, properties.of_root(), wanted)]
    if _depth():
        shelves = (shelf_of(account(), showing) for showing in account().showings.values())
        told += [_collection(shelf, wanted) for shelf in shelves]
    return multistatus(told)


@blueprint.route("/dav/calendars/<kind>/", methods=READS + CHANGES, provide_automatic_options=False)
@with_password
def collection(kind: str) -> Response:
    showing = _showing(kind)
    if showing is None:
        return _missing()
    if request.method == "REPORT":
        return _reported(shelf_of(account(), showing))
    if request.method != "PROPFIND":
        return _other()
    wanted = wanted_by(_body())
    shelf = shelf_of(account(), showing)
    told = [_collection(shelf, wanted)]
    if _depth():
        path = properties.collection_path(kind)
        told += [
            answer(f"{path}{name}", properties.of_object(book, with_data=False), wanted)
            for name, book in shelf.books.items()
        ]
    return multistatus(told)


@blueprint.route("/dav/calendars/<kind>/<name>", methods=READS + CHANGES, provide_automatic_options=False)
@with_password
def single(kind: str, name: str) -> Response:
    if request.method in CHANGES:
        return _other()
    showing = _showing(kind)
    book = shelf_of(account(), showing).books.get(name) if showing else None
    if book is None:
        return _missing()
    if request.method == "PROPFIND":
        wanted = wanted_by(_body())
        return multistatus([answer(request.path, properties.of_object(book, with_data=False), wanted)])
    if request.method not in {"GET", "HEAD"}:
        return _other()
    response = Response(content_type=properties.OBJECT_TYPE)
    response.headers["ETag"] = f'"{book.etag}"'
    response.headers["Cache-Control"] = PRIVATE
    if request.if_none_match.contains(book.etag):
        response.status_code = 304
        return response
    response.set_data(stand_alone(book.shown))
    return response


@blueprint.errorhandler(BadBody)
def _not_understood(refusal: BadBody) -> Response:
    return Response(f"{refusal.message}\n", 400, content_type="text/plain; charset=utf-8")


@blueprint.errorhandler(UnsupportedFilter)
def _not_filtered(refusal: UnsupportedFilter) -> Response:
    return error(403, "{urn:ietf:params:xml:ns:caldav}supported-filter", refusal.message)


def _reported(shelf: Shelf) -> Response:
    root = read_body()
    if root is None:
        raise BadBody
    return report(root, shelf)


def _body() -> object:
    """A PROPFIND of everything below everything is refused (RFC 4918, section 9.1)."""
    return read_body()


def _depth() -> bool:
    """Whether what lies below is asked for as well."""
    return request.headers.get("Depth", "0") != "0"


def _showing(kind: str) -> Showing | None:
    return account().showings.get(FeedKind(kind)) if kind in set(FeedKind) else None


def _collection(shelf: Shelf, wanted: object) -> str:
    path = properties.collection_path(shelf.showing.kind.value)
    return answer(path, properties.of_collection(shelf), wanted)  # type: ignore[arg-type]


def _other() -> Response:
    """Everything that is the same at each address."""
    if request.method == "OPTIONS":
        response = Response()
        response.headers["Allow"] = ", ".join(["HEAD", *READS])
        response.headers["DAV"] = "1, 3, access-control, calendar-access"
        return response
    if request.method in {"GET", "HEAD"}:
        return Response(FOR_PROGRAMS, content_type="text/plain; charset=utf-8")
    if request.method == "REPORT":
        return error(403, dav("supported-report"), "Ask a calendar for that.")
    return Response(FOR_READING, 403, content_type="text/plain; charset=utf-8")


def _missing() -> Response:
    return Response("There is nothing at this address.\n", 404, content_type="text/plain; charset=utf-8")
