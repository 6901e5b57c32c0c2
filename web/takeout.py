"""One's own data: take everything along, or have the account deleted after a week of thinking it over."""

import json
import re
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template
from markupsafe import Markup
from werkzeug.wrappers import Response as Answer
from wtforms import BooleanField
from wtforms.validators import InputRequired

from auth.leaving import THINK_IT_OVER, ask_to_leave, leaving_of, stay
from foundation.audit import record
from foundation.takeout import NOTICE, Section, gather
from foundation.timewords import clock, short_day, zone_label
from web.context import actor, db, now, settings
from web.forms import Form
from web.guards import fresh, requires

blueprint = Blueprint("takeout", __name__, url_prefix="/account/data")
_PAGE = "/account/data"
_REFUSED = 422
_CODE = re.compile(r"[a-z]+(?:[._][a-z]+)+")
"""Names of acts such as room.opened, which a person reads as words."""
_LOOK = Markup(
    "<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;"
    "color:#221a26;background:#fff}h2{margin-top:2.5rem;border-bottom:1px solid #cbc2cf}"
    "dl{display:grid;grid-template-columns:minmax(5rem,30%) 1fr;gap:.25rem 1rem;margin:1rem 0;"
    "padding:.75rem;border:1px solid #e2dbe5;border-radius:.5rem}dt{color:#5d5264}dd{margin:0;"
    "white-space:pre-wrap;overflow-wrap:anywhere}table{border-collapse:collapse}td,th{text-align:left;"
    "padding:.25rem 1rem .25rem 0;border-bottom:1px solid #e2dbe5;vertical-align:top}</style>"
)
"""The copy is opened from a disk, where no style sheet of ours is; nothing in it is anybody's input."""


class LeavingForm(Form):
    sure = BooleanField(
        "I understand that this cannot be undone once it is done",
        validators=[InputRequired("Tick this first: we do not bring it back afterwards.")],
    )


@blueprint.get("")
@requires("member")
def show() -> Response:
    return _page(LeavingForm())


@blueprint.post("/copy.json")
@requires("member")
@fresh(_PAGE)
def copy_for_programs() -> Answer:
    told = {"notice": NOTICE, "made_at": now().isoformat(), "about": _sections_as_objects(_gathered())}
    return _file(json.dumps(told, ensure_ascii=False, indent=1, default=_as_word), "json", "application/json")


@blueprint.post("/copy.html")
@requires("member")
@fresh(_PAGE)
def copy_to_read() -> Answer:
    page = render_template(
        "account/takeout.html", sections=_gathered(), notice=NOTICE, look=_LOOK, said=_said,
        place=zone_label(actor().zone, now()), org=settings().org_name,
    )  # fmt: skip
    return _file(page, "html", "text/html; charset=utf-8")


@blueprint.post("/delete")
@requires("member")
@fresh(_PAGE)
def leave() -> Answer:
    form = LeavingForm.sent()
    if not form.validate():
        return _page(form, _REFUSED)
    with db().write() as session:
        ask_to_leave(session, actor().person_id, now=now())
    flash("Noted. Nothing has changed yet, and until then you can take it back here.")
    return redirect("/account/data#delete", 303)


@blueprint.post("/stay")
@requires("member")
def take_back() -> Answer:
    with db().write() as session:
        stay(session, actor().person_id, now=now())
    flash("Good that you stay. Everything is as it was.")
    return redirect("/account/data", 303)


def _page(form: LeavingForm, status: int = 200) -> Response:
    with db().read() as session:
        leaving = leaving_of(session, actor().person_id)
    days = THINK_IT_OVER.days
    return make_response(render_template("account/data.html", form=form, leaving=leaving, days=days), status)


def _gathered() -> list[Section]:
    """Noted like any other disclosure, in one look at one moment."""
    mine = actor().person_id
    with db().moment() as session:
        found = gather(session, mine)
    with db().write() as session:
        record(session, actor=mine, action="data.exported", kind="person", object_id=mine, now=now())
    return found


def _sections_as_objects(sections: list[Section]) -> list[dict[str, Any]]:
    return [
        {
            "kind": one.table,
            "title": one.title,
            "rows": [dict(zip(one.columns, row, strict=True)) for row in one.rows],
        }
        for one in sections
    ]


def _file(content: str, ending: str, kind: str) -> Response:
    """Its name says nothing but the day."""
    answer = make_response(content)
    answer.headers["Content-Type"] = kind
    day = now().astimezone(actor().zone).date()
    answer.headers["Content-Disposition"] = f'attachment; filename="copy-{day.isoformat()}.{ending}"'
    return answer


def _as_word(value: datetime | date) -> str:
    return value.isoformat()


def _said(value: Any, *, act: bool = False) -> str:
    """A value as a person reads it, times in their own zone; the name of an `act` as words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        zone = actor().zone
        return f"{short_day(value, zone)} {value.astimezone(zone).year}, {clock(value, zone)}"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    if act and isinstance(value, str) and _CODE.fullmatch(value):
        return value.replace(".", " ").replace("_", " ")
    return "" if value is None else str(value)
