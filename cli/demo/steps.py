"""What some members of the demo have written for a hard hour, and who is beside them."""

from auth.contact_consents import ContactWay, agree_to_contact
from cli.demo.cast import Clinic
from scheduling.aftercare.supporters import add_supporter
from scheduling.aftercare.urge_plans import UrgePlanText, write_urge_plan

_ALMA = UrgePlanText(
    signs="After ten at night, alone with the laptop. When a day had no company in it.",
    reasons="Sunday pancakes with Noor. Sleeping through. Being able to say where I was.",
    steps=(
        "Say out loud: this is a pull, not an order.",
        "Leave the room. Phone comes, laptop stays.",
        "Shoes on, once around the block. Keys by the door.",
        "Call Marcus. He said any hour and meant it.",
    ),
    places="The gym on Clark Street, open all night. Adaeze’s kitchen.",
)
_BESIDE_ALMA = (
    ("Marcus", "+13125550141", "Brother. Any hour."),
    ("Adaeze", "+13125550178", "From the program. Evenings, until midnight."),
)


def write_some_steps(clinic: Clinic) -> None:
    """The first member, whom a walk-through can name; the others begin with nothing, as people do."""
    alma = clinic.members[0]
    alma.phone = "+13125550119"
    write_urge_plan(clinic.session, alma.id, _ALMA, by=alma.id, now=clinic.now)
    for one in _BESIDE_ALMA:
        add_supporter(clinic.session, alma.id, *one, by=alma.id, now=clinic.now)
    ways = {ContactWay.CALL, ContactWay.TEXT}
    agree_to_contact(clinic.session, alma.id, ways, by=alma.id, now=clinic.now)
