"""How an alert stands, in plain words: how long it waits, who was called, what did not go out."""

from datetime import datetime
from typing import Any

from web.context import now, viewer_zone
from web.jinja import spoken

Alert = dict[str, Any]


def waits_for(alert: Alert) -> str:
    """`Unanswered for 4 min; Maya was called 2 times, last at 9:03 pm PDT.` and what could not be sent."""
    minutes = int((now() - _instant(alert["waiting_since"])).total_seconds() // 60)
    waited = f"Unanswered for {minutes} min" if minutes else "Unanswered so far"
    return " ".join([f"{'; '.join([waited, *_called(alert)])}.", *_unsent(alert)])


def _called(alert: Alert) -> list[str]:
    if not alert["called"]:
        name = alert["called_name"]
        return [f"{name} is called at {_clock(alert['call_at'])}"] if name else ["nobody is on call"]
    return [_times(one) for one in alert["called"]]


def _times(one: Alert) -> str:
    often = "once" if one["times"] == 1 else f"{one['times']} times"
    at = f"{'' if one['times'] == 1 else 'last '}at {_clock(one['last_at'])}"
    if one["name"] == "The pager":
        return f"the pager rang {often}, {at}"
    return f"{one['name']} was called {often}, {at}"


def _unsent(alert: Alert) -> list[str]:
    """Said as it is, so that somebody picks up a telephone instead."""
    return [_trouble(one["to"], one["why"]) for one in alert["unsent"]]


def _trouble(to: str, why: str) -> str:
    what = "The page" if to == "The pager" else f"The mail to {to}"
    return f"{what} could not be sent ({why})."


def _clock(iso: str) -> str:
    at = _instant(iso)
    return f"{spoken(at)} {at.astimezone(viewer_zone()).tzname()}"


def _instant(iso: str) -> datetime:
    return datetime.fromisoformat(iso)
