"""One table turns every refusal into a status and a page; API paths get the same as problem+json."""

import logging
from typing import Any

from flask import Flask, Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from auth.factors import LastFactor
from auth.oidc_refusal import OidcRefused, UnknownProvider
from auth.outside_identities import LinkedElsewhere
from auth.people import UnknownPerson
from auth.permissions import NeedsSecondFactor, NotAllowed, NotSignedIn, NotYours
from auth.roster import HasLeft, LastCoordinator, NotOneself
from auth.throttle import TooMany
from foundation.errors import DomainError
from foundation.person_keys import KeyDestroyed
from realtime.bars import UnknownBar
from realtime.errors import (
    ClaimedByAnother,
    NameTaken,
    Removed,
    SlowDown,
    UnknownPseudonym,
    UnknownQuestion,
    UnknownRoom,
    WrongState,
)
from realtime.errors import Stale as StaleQuestion
from realtime.evenings import Erased, NoEvening, StillOpen
from realtime.rescheduling import EveningUnderWay
from safety.flags import FlagTaken, UnknownFlag
from safety.oncall import UnknownShift
from safety.reveals import NoContactLeft
from scheduling.aftercare.admitting import StalePlan
from scheduling.aftercare.concerns import UnknownConcern
from scheduling.aftercare.contacts import ContactGone, TooLateToTakeBack
from scheduling.aftercare.measures.catalogue import UnknownMeasure
from scheduling.aftercare.measures.history import UnknownResponse
from scheduling.aftercare.plan_confirming import PlanConflict, PlanRunning
from scheduling.aftercare.plan_contacts import UnknownContact
from scheduling.aftercare.plan_wording import StaleWording
from scheduling.aftercare.plans import PlanNotRunning, UnknownPlan
from scheduling.aftercare.stepping import NoFurtherStep
from scheduling.aftercare.steps import StepDecided
from scheduling.aftercare.supporters import EnoughSupporters, UnknownSupporter
from scheduling.aftercare.templates import StaleTemplate, UnknownTemplate
from scheduling.aftercare.urge_plans import StaleUrgePlan
from scheduling.again import PassOver
from scheduling.approval import NotPending
from scheduling.attendance_proofs import UnknownPaper
from scheduling.blocks import BlockOverlaps, UnknownBlock
from scheduling.calendars.accounts import UnknownAccount
from scheduling.calendars.feeds import UnknownFeed
from scheduling.calendars.importing.sources import UnknownSource
from scheduling.group_refusals import AlreadyIn, UnknownGroup
from scheduling.hours import StaleHours
from scheduling.intake import FormSent, NoForm
from scheduling.meeting_guide.sources import UnknownDirectory
from scheduling.meeting_settings import StaleMeeting
from scheduling.meetings import NoSuchDate, UnknownMeeting
from scheduling.occurrences import NothingPlanned
from scheduling.own_journal import UnknownEntry
from scheduling.questionnaires import StaleForm, UnknownForm
from scheduling.refusals import (
    AlreadyCancelled,
    AlreadyOver,
    SlotTaken,
    Stale,
    UnknownAppointment,
)
from scheduling.reminder_links import ReminderLinkOver
from scheduling.series_refusals import SeriesConflict, UnknownSeries
from scheduling.service_settings import StaleService
from scheduling.services import UnknownService
from scheduling.waitlist_refusals import NoOffer, OfferOver, UnknownWait
from web.access_log import request_id
from web.api.refusals import BadJson, NotJson
from web.context import forget_actor
from web.problems import NEEDS_FORM, WHAT_TO_DO, problem, told

log = logging.getLogger("evenside.web")

_MISSING = (404, "errors/not_found.html")
_CONFLICT = (409, "errors/refused.html")
ERRORS: dict[type[DomainError], tuple[int, str]] = {
    DomainError: (422, "errors/refused.html"),
    NotSignedIn: (401, "errors/signed_out.html"),
    NeedsSecondFactor: (401, "errors/refused.html"),
    LastFactor: _CONFLICT,
    NotOneself: _CONFLICT,
    LastCoordinator: _CONFLICT,
    HasLeft: _CONFLICT,
    LinkedElsewhere: _CONFLICT,
    OidcRefused: (400, "errors/elsewhere_failed.html"),
    UnknownProvider: _MISSING,
    NotAllowed: (403, "errors/not_allowed.html"),
    Removed: (403, "errors/refused.html"),
    NotYours: _MISSING,
    UnknownPerson: _MISSING,
    KeyDestroyed: (404, "errors/refused.html"),
    UnknownMeeting: _MISSING,
    UnknownService: _MISSING,
    UnknownAppointment: _MISSING,
    UnknownWait: _MISSING,
    UnknownSeries: _MISSING,
    UnknownGroup: _MISSING,
    UnknownFeed: _MISSING,
    UnknownAccount: _MISSING,
    UnknownSource: _MISSING,
    UnknownDirectory: _MISSING,
    UnknownBlock: _MISSING,
    UnknownRoom: _MISSING,
    UnknownQuestion: _MISSING,
    UnknownPseudonym: _MISSING,
    UnknownFlag: _MISSING,
    UnknownShift: _MISSING,
    NoContactLeft: _CONFLICT,
    UnknownBar: _MISSING,
    UnknownEntry: _MISSING,
    UnknownPaper: _MISSING,
    NoEvening: (404, "errors/refused.html"),
    StillOpen: _CONFLICT,
    Erased: (410, "errors/refused.html"),
    UnknownForm: _MISSING,
    UnknownPlan: _MISSING,
    UnknownContact: _MISSING,
    UnknownTemplate: _MISSING,
    StalePlan: _CONFLICT,
    StaleTemplate: _CONFLICT,
    PlanConflict: _CONFLICT,
    PlanRunning: _CONFLICT,
    PlanNotRunning: _CONFLICT,
    StaleWording: _CONFLICT,
    NoFurtherStep: _CONFLICT,
    UnknownMeasure: _MISSING,
    UnknownResponse: _MISSING,
    PassOver: _MISSING,
    ReminderLinkOver: _MISSING,
    NoForm: (404, "errors/refused.html"),
    FormSent: _CONFLICT,
    StaleUrgePlan: _CONFLICT,
    EnoughSupporters: _CONFLICT,
    UnknownSupporter: _MISSING,
    StaleForm: _CONFLICT,
    StaleService: _CONFLICT,
    StaleMeeting: _CONFLICT,
    EveningUnderWay: _CONFLICT,
    NoSuchDate: _MISSING,
    FlagTaken: _CONFLICT,
    UnknownConcern: _CONFLICT,
    ContactGone: _CONFLICT,
    TooLateToTakeBack: _CONFLICT,
    StepDecided: _CONFLICT,
    NothingPlanned: (404, "errors/refused.html"),
    BadJson: (400, "errors/not_understood.html"),
    NotJson: (415, "errors/not_understood.html"),
    SlotTaken: _CONFLICT,
    SeriesConflict: _CONFLICT,
    NoOffer: _CONFLICT,
    OfferOver: _CONFLICT,
    AlreadyIn: _CONFLICT,
    NotPending: _CONFLICT,
    BlockOverlaps: _CONFLICT,
    Stale: _CONFLICT,
    StaleHours: _CONFLICT,
    AlreadyOver: _CONFLICT,
    AlreadyCancelled: _CONFLICT,
    StaleQuestion: _CONFLICT,
    WrongState: _CONFLICT,
    ClaimedByAnother: _CONFLICT,
    NameTaken: _CONFLICT,
    TooMany: (429, "errors/too_many.html"),
    SlowDown: (429, "errors/too_many.html"),
}
PAGES = {
    400: "errors/not_understood.html",
    401: "errors/signed_out.html",
    403: "errors/not_allowed.html",
    404: "errors/not_found.html",
    405: "errors/wrong_method.html",
    413: "errors/too_large.html",
    429: "errors/too_many.html",
    500: "errors/broken.html",
    503: "errors/away.html",
}
_WRONG, _OURS = 400, 500
_AWAY = (OperationalError, InterfaceError, PoolTimeout)


class HushedFlask(Flask):
    """Logs a broken request by its rule. Flask would log the path, and paths hold secrets."""

    def log_exception(self, exc_info: Any) -> None:
        rule = request.url_rule.rule if request.url_rule else None
        log.error("broken", exc_info=exc_info, extra={"method": request.method, "rule": rule})


def init_errors(app: Flask) -> None:
    app.register_error_handler(DomainError, _refused)
    app.register_error_handler(CSRFError, _form_too_old)
    app.register_error_handler(SecurityError, _foreign_host)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DataError, _unstorable)
    for kind in _AWAY:
        app.register_error_handler(kind, _away)


def status_of(error: DomainError) -> tuple[int, str]:
    """The row for the error's class, or for the nearest class above it."""
    return row_for(type(error))


def row_for(refusal: type[DomainError]) -> tuple[int, str]:
    return next(ERRORS[kind] for kind in refusal.__mro__ if kind in ERRORS)


def page(status: int, template: str, *, code: str, message: str = "", **details: object) -> Response:
    if _is_api():
        return problem(status, code, message, **details)
    return make_response(
        render_template(template, message=message, request_id=request_id(), **details), status
    )


def _is_api() -> bool:
    return request.path.startswith("/api/")


def _refused(error: DomainError) -> Response:
    status, template = status_of(error)
    details = told(error.details) if _is_api() else {}
    response = page(status, template, code=error.code, message=error.message, **details)
    if seconds := error.details.get("retry_after"):
        response.headers["Retry-After"] = str(seconds)
    return response


def _form_too_old(_error: CSRFError) -> Response:
    message = "That page was open for a long time. Go back, load it again, and send it once more."
    message = NEEDS_FORM if _is_api() else message
    return page(400, "errors/form_too_old.html", code="form_too_old", message=message)


def _foreign_host(_error: SecurityError) -> Response:
    """No page: every link on it would lead to the foreign name."""
    return Response("This is not an address of ours.\n", 400, content_type="text/plain; charset=utf-8")


def _http(error: HTTPException) -> Response:
    if isinstance(error, InternalServerError):
        return _broken(error)
    status = error.code or 500
    if status < _WRONG:
        return make_response(error.get_response())
    template = PAGES.get(status, PAGES[_WRONG if status < _OURS else _OURS])
    message = WHAT_TO_DO.get(status, error.name) if _is_api() else error.name
    response = page(status, template, code=error.name.lower().replace(" ", "_"), message=message)
    if allowed := getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def _broken(_error: InternalServerError) -> Response:
    """The id is all that the page says; the log has the rest."""
    forget_actor()
    return page(500, PAGES[500], code="internal", message="Something broke on our side.", id=request_id())


def _unstorable(_error: DataError) -> Response:
    """PostgreSQL takes no NUL, in whichever id or field it came; nothing of ours sends one."""
    log.warning("unstorable", extra={"rule": request.url_rule.rule if request.url_rule else None})
    return page(400, PAGES[400], code="bad_request", message="That holds characters nobody can see.")


def _away(error: Exception) -> Response:
    forget_actor()
    log.error("database away", exc_info=error)
    response = page(503, PAGES[503], code="unavailable", message="We are away for a moment.")
    response.headers["Retry-After"] = "10"
    return response
