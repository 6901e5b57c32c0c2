"""What can be booked, and with whom."""

from flask import Blueprint, Response, jsonify

from scheduling.hours import load_many
from scheduling.services import Service, list_services, practitioners_of
from web.api.access import asked_service, is_offered_to, take_bearer
from web.context import actor, db
from web.guards import requires

blueprint = Blueprint("api_catalogue", __name__, url_prefix="/api/v1")
blueprint.before_request(take_bearer)


@blueprint.get("/services")
@requires("member")
def services() -> Response:
    with db().read() as session:
        offered = list_services(session)
    return jsonify(services=[_service(one) for one in offered if is_offered_to(actor(), one)])


@blueprint.get("/practitioners")
@requires("member")
def practitioners() -> Response:
    """Of one service. The zone is where their hours are kept."""
    with db().read() as session:
        people = practitioners_of(session, asked_service(session))
        hours = load_many(session, [one.id for one in people])
    return jsonify(
        practitioners=[
            {
                "id": one.id,
                "name": one.name,
                "timezone": hours[one.id].timezone if one.id in hours else one.timezone,
            }
            for one in people
        ]
    )


def _service(one: Service) -> dict[str, object]:
    fields = ("slug", "name", "summary", "minutes", "gap_minutes", "notice_minutes", "horizon_days")
    return {name: getattr(one, name) for name in (*fields, "cancel_minutes", "mode", "audience")}
