"""The page where a person makes, renews and switches off the addresses of their feeds."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from urllib.parse import quote

from flask import Blueprint, flash, redirect, render_template
from werkzeug.wrappers import Response

from auth.actor import Actor
from foundation.timewords import local_date
from scheduling.calendars.accounts import accounts_of
from scheduling.calendars.feeds import (
    DEFAULT_WORDING,
    CalendarFeed,
    FeedKind,
    TooManyFeeds,
    change_feed,
    create_feed,
    feeds_of,
    kinds_for,
    own_feed,
    revoke,
    reword,
    rotate,
)
from web.calendar_forms import ChangeForm, LinkForm, WordForm, said_of
from web.context import actor, db, now, settings, viewer_zone
from web.forms import refuse
from web.guards import requires

blueprint = Blueprint("calendar_links", __name__)
_REFUSED = 422


@dataclass(frozen=True)
class Address:
    """One feed's address, and the ways into calendar programs. The last two are followed only by a click."""

    https: str
    webcal: str
    google: str
    outlook: str


@blueprint.get("/account/calendars")
@requires("member")
def show() -> str:
    return _page()


@blueprint.post("/account/calendars")
@requires("member")
def create() -> str | tuple[str, int]:
    form = LinkForm.sent().offer(kinds_for(actor().roles))
    if not form.validate():
        return _page(link_form=form), _REFUSED
    try:
        with db().write() as session:
            feed, secret = create_feed(
                session,
                owner_id=actor().person_id,
                kind=FeedKind(form.kind.data),
                title=form.title.data or "",
                wording=form.wording,
                detail=form.chosen_detail,
                now=now(),
            )
    except TooManyFeeds as error:
        refuse(form.title, error.message)
        return _page(link_form=form), _REFUSED
    return _page(made=(feed, _secret_address(secret)))


@blueprint.post("/account/calendars/word")
@requires("member")
def change_word() -> Response | tuple[str, int]:
    form = WordForm.sent(prefix="all-")
    if not form.validate():
        return _page(word_form=form), _REFUSED
    with db().write() as session:
        reword(session, actor().person_id, form.wording, now=now())
    flash(f"Your dates are called {form.wording} the next time a calendar asks.")
    return redirect("/account/calendars", 303)


@blueprint.get("/account/calendars/<feed_id>/change")
@requires("member")
def ask_change(feed_id: str) -> str:
    feed = _own(feed_id)
    return render_template("feeds/change.html", feed=feed, form=ChangeForm(data=said_of(feed)))


@blueprint.post("/account/calendars/<feed_id>/change")
@requires("member")
def change(feed_id: str) -> Response | tuple[str, int]:
    feed, form = _own(feed_id), ChangeForm.sent()
    if not form.validate():
        return render_template("feeds/change.html", feed=feed, form=form), _REFUSED
    with db().write() as session:
        change_feed(
            session,
            feed_id,
            actor().person_id,
            title=form.title.data or "",
            wording=form.wording,
            detail=form.chosen_detail,
            now=now(),
        )
    flash(f"{form.title.data} shows this the next time a calendar asks.")
    return redirect("/account/calendars", 303)


@blueprint.get("/account/calendars/<feed_id>/renew")
@requires("member")
def ask_renew(feed_id: str) -> str:
    return render_template("feeds/renew.html", feed=_own(feed_id))


@blueprint.post("/account/calendars/<feed_id>/renew")
@requires("member")
def renew(feed_id: str) -> str:
    with db().write() as session:
        feed, secret = rotate(session, feed_id, actor().person_id, now=now())
    return _page(made=(feed, _secret_address(secret)))


@blueprint.get("/account/calendars/<feed_id>/off")
@requires("member")
def ask_off(feed_id: str) -> str:
    return render_template("feeds/off.html", feed=_own(feed_id))


@blueprint.post("/account/calendars/<feed_id>/off")
@requires("member")
def switch_off(feed_id: str) -> Response:
    with db().write() as session:
        feed = revoke(session, feed_id, actor().person_id, now=now())
    flash(f"{feed.title} is switched off. Its address answers nobody any more.")
    return redirect("/account/calendars", 303)


def addresses(path: str) -> Address:
    """What to hand to calendar programs for a feed at `path`."""
    https = f"{settings().origin}{path}"
    webcal = "webcal://" + https.split("://", 1)[1]
    google = f"https://calendar.google.com/calendar/r?cid={quote(webcal, safe='')}"
    outlook = f"https://outlook.live.com/calendar/0/addfromweb?url={quote(https, safe='')}"
    return Address(https, webcal, google, outlook)


def _secret_address(secret: str) -> Address:
    return addresses(f"/calendar/{secret}.ics")


def _own(feed_id: str) -> CalendarFeed:
    with db().read() as session:
        return own_feed(session, feed_id, actor().person_id)


def _page(
    *,
    made: tuple[CalendarFeed, Address] | None = None,
    link_form: LinkForm | None = None,
    word_form: WordForm | None = None,
) -> str:
    """The one page, with the secret on it only when it was made by this very request."""
    with db().read() as session:
        feeds = feeds_of(session, actor().person_id)
        phones = len(accounts_of(session, actor().person_id))
    kinds = kinds_for(actor().roles)
    return render_template(
        "feeds/calendars.html",
        feeds=feeds,
        phones=phones,
        kinds=kinds,
        made=made,
        link_form=link_form or LinkForm.blank(kinds),
        word_form=word_form or WordForm(prefix="all-", data=said_of(feeds[-1]) if feeds else None),
        word=feeds[-1].wording if feeds else DEFAULT_WORDING,
        open_meetings=addresses("/meetings.ics"),
        home=_home(actor()),
        instance=_instance(),
    )


def _home(somebody: Actor) -> tuple[str, str]:
    return ("/staff/", "Week") if somebody.is_staff else ("/appointments", "Calendar")


def _instance() -> datetime:
    """Tomorrow at three, to show what a glance at a phone would see."""
    tomorrow = local_date(now(), viewer_zone()) + timedelta(days=1)
    return datetime.combine(tomorrow, time(15), viewer_zone())
