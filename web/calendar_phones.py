"""The page of app passwords: for phones that ask for an account, one password each."""

from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template
from werkzeug.wrappers import Response

from auth.people import find_person
from scheduling.calendars.accounts import (
    CalendarAccount,
    TooManyAccounts,
    accounts_of,
    end_account,
    open_account,
    own_account,
)
from scheduling.calendars.showing import LONGEST_WORDS, Detail, kinds_for, usual_detail
from web.calendar_forms import ChangeForm
from web.context import actor, db, now, settings
from web.forms import LineField, refuse
from web.guards import requires

blueprint = Blueprint("calendar_phones", __name__, url_prefix="/account/calendars/phones")
_PAGE = "/account/calendars/phones"
_REFUSED = 422


class PhoneForm(ChangeForm):
    title = LineField(
        "Which phone or program",
        most=LONGEST_WORDS,
        missing="Give it a name, such as My phone.",
        default="My phone",
    )


@blueprint.get("")
@requires("member")
def show() -> str:
    kinds = kinds_for(actor().roles)
    usual = usual_detail(kinds[0]) if kinds else Detail.WORD
    return _page(PhoneForm(data={"detail": usual.value}))


@blueprint.post("")
@requires("member")
def make() -> str | tuple[str, int]:
    form = PhoneForm.sent()
    if not form.validate():
        return _page(form), _REFUSED
    try:
        with db().write() as session:
            account, password = open_account(
                session,
                actor().person_id,
                title=form.title.data or "",
                wording=form.wording,
                detail=form.chosen_detail,
                now=now(),
            )
    except TooManyAccounts as error:
        refuse(form.title, error.message)
        return _page(form), _REFUSED
    return _page(PhoneForm(), made=(account, password))


@blueprint.get("/<account_id>/end")
@requires("member")
def ask_end(account_id: str) -> str:
    with db().read() as session:
        account = own_account(session, account_id, actor().person_id)
    return render_template("feeds/end_phone.html", account=account)


@blueprint.post("/<account_id>/end")
@requires("member")
def end(account_id: str) -> Response:
    with db().write() as session:
        account = end_account(session, account_id, actor().person_id, now=now())
    flash(f"The password of {account.title} opens nothing any more.")
    return redirect(_PAGE, 303)


def _page(form: PhoneForm, made: tuple[CalendarAccount, str] | None = None) -> str:
    with db().read() as session:
        accounts = accounts_of(session, actor().person_id)
        user = find_person(session, actor().person_id).email
    return render_template(
        "feeds/phones.html",
        accounts=accounts,
        form=form,
        made=made,
        user=user,
        server=urlsplit(settings().origin).netloc,
        address=f"{settings().origin}/dav/",
    )
