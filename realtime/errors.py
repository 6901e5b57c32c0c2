"""Why the room says no. Each has a stable code, and words that say what to do."""

from typing import ClassVar

from foundation.errors import DomainError


class UnknownRoom(DomainError):
    code: ClassVar[str] = "unknown_room"
    default: ClassVar[str] = "There is no such room. The list of meetings shows tonight's."


class RoomClosed(DomainError):
    code: ClassVar[str] = "room_closed"
    default: ClassVar[str] = "The room is closed for tonight. What you wrote was not sent."


class RoomNotOpen(DomainError):
    code: ClassVar[str] = "room_not_open"
    default: ClassVar[str] = "The room is not open yet. You will be let in as soon as it is."


class NoModerator(DomainError):
    code: ClassVar[str] = "no_moderator"
    default: ClassVar[str] = "A room opens only with a moderator at the desk. Open the desk page first."


class Undisposed(DomainError):
    code: ClassVar[str] = "undisposed"
    default: ClassVar[str] = "Somebody still needs you: say how each alert ended, then close the room."


class NotJoined(DomainError):
    code: ClassVar[str] = "not_joined"
    default: ClassVar[str] = "Come into the room first."


class Removed(DomainError):
    code: ClassVar[str] = "removed"
    default: ClassVar[str] = "A moderator ended your evening in this room. Help still answers at any hour."


class TimedOut(Removed):
    """`until` tells when they may come back."""

    code: ClassVar[str] = "time_out"
    default: ClassVar[str] = "A moderator asked you to take a break from this room. You can come back soon."


class Barred(Removed):
    code: ClassVar[str] = "barred"
    default: ClassVar[str] = "This group is not open to you for now. Your program tells you how to go on."


class StillBarred(DomainError):
    code: ClassVar[str] = "still_barred"
    default: ClassVar[str] = "They are kept away from this meeting. Lift that first, under who is kept away."


class LeadsHere(DomainError):
    code: ClassVar[str] = "leads_here"
    default: ClassVar[str] = "That is somebody who leads this room. Speak with them at the desk instead."


class WhyMissing(DomainError):
    code: ClassVar[str] = "why_missing"
    default: ClassVar[str] = "Say in a sentence why, so that whoever leads a later evening understands."


class Muted(DomainError):
    code: ClassVar[str] = "muted"
    default: ClassVar[str] = "A moderator asked you to listen for a while. You can write again soon."


class SlowDown(DomainError):
    code: ClassVar[str] = "slow_down"
    default: ClassVar[str] = (
        "One question at a time tonight. Yours is kept here; send it again in a few minutes."
    )


class AskingClosed(DomainError):
    code: ClassVar[str] = "asking_closed"
    default: ClassVar[str] = "No new questions for now. Yours is kept here; try again later."


class HandNotNeeded(DomainError):
    code: ClassVar[str] = "hand_not_needed"
    default: ClassVar[str] = "You lead this room, so you can speak at any time. Hands are for members."


class ChatOff(DomainError):
    code: ClassVar[str] = "chat_off"
    default: ClassVar[str] = "Chat is off at the moment."


class NotForChat(DomainError):
    code: ClassVar[str] = "not_for_chat"
    default: ClassVar[str] = (
        "That was not sent. Leave out links, numbers and addresses, and speak of yourself."
    )


class NothingWritten(DomainError):
    code: ClassVar[str] = "nothing_written"
    default: ClassVar[str] = "There is nothing written yet. It can be small."


class TooLong(DomainError):
    code: ClassVar[str] = "too_long"
    default: ClassVar[str] = "That is longer than the room can read at once. Keep to 500 letters."


class UnreadableText(DomainError):
    code: ClassVar[str] = "unreadable_text"
    default: ClassVar[str] = "That holds characters nobody can see. Type it again without pasting."


class UnknownQuestion(DomainError):
    code: ClassVar[str] = "unknown_question"
    default: ClassVar[str] = "That question is not here any more. Load the page again."


class UnknownPseudonym(DomainError):
    code: ClassVar[str] = "unknown_pseudonym"
    default: ClassVar[str] = "Nobody in this room goes by that name."


class Stale(DomainError):
    code: ClassVar[str] = "stale"
    default: ClassVar[str] = "Somebody else changed it a moment ago. Look at it again before you decide."


class WrongState(DomainError):
    code: ClassVar[str] = "wrong_state"
    default: ClassVar[str] = "That cannot be done with this question as it is now."


class ClaimedByAnother(DomainError):
    code: ClassVar[str] = "claimed"
    default: ClassVar[str] = "Another moderator has this one."


class BadReason(DomainError):
    code: ClassVar[str] = "bad_reason"
    default: ClassVar[str] = "Choose why it goes back, so that its author knows."


class NameTaken(DomainError):
    code: ClassVar[str] = "name_taken"
    default: ClassVar[str] = "Somebody here goes by a name that looks like that one. Please choose another."


class RoomFull(DomainError):
    code: ClassVar[str] = "room_full"
    default: ClassVar[str] = "Every place in this room is taken tonight. The list of meetings shows others."


class UsedBefore(DomainError):
    code: ClassVar[str] = "used_before"
    default: ClassVar[str] = "You had that name on another evening, so it would tie the two. Choose another."


class NameLikeStaff(DomainError):
    code: ClassVar[str] = "name_like_staff"
    default: ClassVar[str] = (
        "That is close to a host’s name, so the room would be confused. Please choose another."
    )


class BadPseudonym(DomainError):
    code: ClassVar[str] = "bad_pseudonym"
    default: ClassVar[str] = "A name has two to 24 letters, and nothing that says who you are outside."


class OwnName(BadPseudonym):
    code: ClassVar[str] = "own_name"
    default: ClassVar[str] = "That is part of your real name. Choose one that nobody knows you by."


class NotLeading(DomainError):
    code: ClassVar[str] = "not_leading"
    default: ClassVar[str] = "Somebody else leads now. Ask them to hand it to you."


class NotAtTheDesk(DomainError):
    code: ClassVar[str] = "not_at_the_desk"
    default: ClassVar[str] = "They are not at the desk. Whoever takes over has to have it open."


class NoCall(DomainError):
    code: ClassVar[str] = "no_call"
    default: ClassVar[str] = "There is no video call for this evening. Questions and answers go on here."


class CallNotSetUp(NoCall):
    code: ClassVar[str] = "call_not_set_up"
    default: ClassVar[str] = (
        "The video call is not set up here yet. Questions and answers go on in the room; "
        "a coordinator can set it up."
    )


class BadPayload(DomainError):
    code: ClassVar[str] = "bad_request"
    default: ClassVar[str] = "That message was not understood. Load the page again."
