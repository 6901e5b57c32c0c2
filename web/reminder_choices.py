"""How somebody is reminded: by mail, by text or on this device, never in their quiet hours, or not at all."""

import json
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request
from flask import session as cookie
from werkzeug.wrappers import Response as Answer
from wtforms import BooleanField, RadioField

from auth.permissions import NotYours
from scheduling.reminder_changes import (
    NoWayThere,
    choose_reminders,
    no_more_texts,
    push_from_now_on,
    take_device_off,
    text_from_now_on,
)
from scheduling.reminder_choices import Channel, Choice, TooQuiet, choice_of
from scheduling.reminder_devices import BadDevice, PushAddress, devices_of
from scheduling.reminder_numbers import NoNumberAsked, ask_number, asked_number, number_of
from web.assets import static_url
from web.client import device_words
from web.context import actor, db, now, settings
from web.forms import Form, LineField, MinuteField, PhoneField, refuse
from web.guards import public, requires

HOME = "/account/reminders"
blueprint = Blueprint("reminder_choices", __name__, url_prefix=HOME)
_REFUSED = 422
_WORDS = {
    Channel.MAIL: "By mail",
    Channel.TEXT: "By text message",
    Channel.PUSH: "On my devices",
    Channel.NONE: "Not at all",
}


class ChoiceForm(Form):
    channel = RadioField("How", validate_choice=True)
    quiet_from = MinuteField("From")
    quiet_until = MinuteField("Until")
    check_ins = BooleanField("Remind me of check-ins too")

    def choice(self) -> Choice:
        times = int(self.quiet_from.data or 0), int(self.quiet_until.data or 0)
        return Choice(Channel(self.channel.data), *times, bool(self.check_ins.data))


class NumberForm(Form):
    phone = PhoneField("Your mobile number", missing="Write your mobile number.")


class CodeForm(Form):
    code = LineField("Six digits", most=20, missing="Write the six digits of the text.")


@blueprint.get("")
@requires("member")
def show() -> Answer:
    return _page()


@blueprint.post("")
@requires("member")
def save() -> Answer:
    form = ChoiceForm.sent()
    form.channel.choices = _channels()
    if not form.validate():
        return _page(_REFUSED, form=form)
    try:
        with db().write() as session:
            choose_reminders(session, actor().person_id, form.choice(), now=now())
    except NoWayThere as error:
        refuse(form.channel, error.message)
        return _page(_REFUSED, form=form)
    except TooQuiet as error:
        refuse(form.quiet_until, error.message)
        return _page(_REFUSED, form=form)
    flash("Kept. What you are reminded of next follows it.")
    return redirect(HOME, 303)


@blueprint.post("/number")
@requires("member")
def ask() -> Answer:
    form = NumberForm.sent()
    if settings().texts is None:
        raise NotYours
    if not form.validate():
        return _page(_REFUSED, number=form)
    with db().write() as session:
        ask_number(session, actor().person_id, str(form.phone.data), key=settings().secret_key, now=now())
    return redirect(f"{HOME}#text", 303)


@blueprint.post("/number/code")
@requires("member")
def prove() -> Answer:
    form = CodeForm.sent()
    if not form.validate():
        return _page(_REFUSED, code=form)
    try:
        with db().write() as session:
            is_right = text_from_now_on(
                session, actor().person_id, str(form.code.data), key=settings().secret_key, now=now()
            )
    except NoNumberAsked as error:
        flash(error.message, "refused")
        return redirect(f"{HOME}#text", 303)
    if not is_right:
        refuse(form.code, "That is not the code. Look at the newest text again.")
        return _page(_REFUSED, code=form)
    flash("That number is yours. Reminders are texted there from now on.")
    return redirect(HOME, 303)


@blueprint.post("/number/forget")
@requires("member")
def forget() -> Answer:
    with db().write() as session:
        no_more_texts(session, actor().person_id, now=now())
    flash("The number is gone. Reminders come by mail.")
    return redirect(HOME, 303)


@blueprint.post("/devices")
@requires("member")
def add() -> Answer:
    """Only a device that nobody else uses: a shared one would tell the next person."""
    if settings().push is None or not cookie.permanent:
        raise NotYours
    given = PushAddress(*(request.form.get(name, "")[:1000] for name in ("endpoint", "p256dh", "auth")))
    who = actor()
    try:
        with db().write() as session:
            push_from_now_on(
                session, who.person_id, given, visit=who.session_id, device=device_words(), now=now()
            )
    except BadDevice as error:
        flash(error.message, "refused")
    else:
        flash("Reminders come to this device from now on.")
    return redirect(HOME, 303)


@blueprint.post("/devices/<device_id>/remove")
@requires("member")
def remove(device_id: str) -> Answer:
    with db().write() as session:
        if not take_device_off(session, device_id, actor().person_id, now=now()):
            raise NotYours
    flash("Nothing comes to that device any more.")
    return redirect(HOME, 303)


@blueprint.get("/worker.js")
@public
def worker() -> Response:
    """Open to everybody, since a browser asks for it by itself; it names nobody."""
    script = f"importScripts({json.dumps(static_url('js/push_worker.js'))});\n"
    answer = Response(script, content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _channels() -> list[tuple[str, str]]:
    """Those that the house can send by."""
    there = {Channel.TEXT: settings().texts, Channel.PUSH: settings().push}
    return [(one.value, words) for one, words in _WORDS.items() if one not in there or there[one]]


def _page(status: int = 200, **forms: Form) -> Answer:
    body = render_template("account/reminders.html", **_looked_up(forms))
    return make_response(body, status)


def _looked_up(forms: dict[str, Form]) -> dict[str, Any]:
    mine, push = actor().person_id, settings().push
    with db().read() as session:
        form = forms.get("form") or ChoiceForm(obj=choice_of(session, mine))
        found = {
            "number": number_of(session, mine),
            "asked": asked_number(session, mine, now=now()),
            "devices": devices_of(session, mine),
        }
    if isinstance(form, ChoiceForm):
        form.channel.choices = _channels()
    return found | {
        "form": form,
        "number_form": forms.get("number") or NumberForm(),
        "code_form": forms.get("code") or CodeForm(),
        "texts": settings().texts is not None,
        "push_key": push.public if push and cookie.permanent else None,
    }
