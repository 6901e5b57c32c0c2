"""Members: who they are, when they come next, when they were last here. Names never go into an address."""

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from auth.permissions import may
from scheduling.aftercare.care_team import care_teams
from scheduling.members import find_members
from web.context import actor, db, now
from web.forms import Form, LineField
from web.guards import requires
from web.reading_trail import note_reading

blueprint = Blueprint("staff_people", __name__, url_prefix="/staff/people")
_ON_PAGE = 50


class SearchForm(Form):
    """Part of a name. Nothing typed means everybody."""

    name = LineField("Name", most=80, missing=None)


@blueprint.get("")
@requires("book.for_member")
def index() -> Response:
    return _page(SearchForm(), _asked_page())


@blueprint.post("")
@requires("book.for_member")
def search() -> Response:
    form = SearchForm.sent()
    return _page(form, 1, 200 if form.validate() else 422)


def _page(form: SearchForm, number: int, status: int = 200) -> Response:
    words = "" if form.errors else form.name.data or ""
    with db().read() as session:
        found = find_members(session, words, now=now(), limit=_ON_PAGE, offset=(number - 1) * _ON_PAGE)
        teams = care_teams(session, [one.id for one in found.lines], now=now())
    theirs = {one for one, team in teams.items() if may(actor(), "member.care", team)}
    note_reading("people.listed", "people", "members", people=[one.id for one in found.lines])
    pages = 1 if words else max(1, -(-found.total // _ON_PAGE))
    body = render_template(
        "staff/people.html", form=form, found=found, theirs=theirs, words=words, number=number, pages=pages
    )
    return make_response(body, status)


def _asked_page() -> int:
    asked = request.args.get("page", "1")
    return max(1, int(asked)) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 1  # noqa: PLR2004
