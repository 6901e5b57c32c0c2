"""The forms about one's own calendars: which dates, under which name and word, and how much is said."""

from typing import Any

from wtforms import HiddenField, RadioField
from wtforms.validators import InputRequired

from scheduling.calendars.feeds import CalendarFeed
from scheduling.calendars.showing import DEFAULT_WORDING, LONGEST_WORDS, Detail, FeedKind, usual_detail
from scheduling.calendars.telling_words import tells_why
from web.forms import Form, LineField, refuse

BUSY = "Busy"
OWN = "own"
KINDS = {
    FeedKind.MEMBER: "What I have booked",
    FeedKind.PRACTITIONER: "What is booked with me",
    FeedKind.TEAM: "What all therapists have",
}
DETAILS = {
    Detail.WORD: "Only the word",
    Detail.INITIALS: "The word and initials",
    Detail.FULL: "In full: what it is, and with whom",
}
_WORDS: Any = {DEFAULT_WORDING: DEFAULT_WORDING, BUSY: BUSY, OWN: "My own word"}
_DETAILS: Any = {detail.value: words for detail, words in DETAILS.items()}
_CHOOSE = InputRequired("Choose one of these.")
_MISSING_NAME = "Give it a name, such as My dates."
_TELLS = "Whoever sees your phone reads this, locked too. If you want it so, press the button once more."


class WordForm(Form):
    """The word that each date shows. A word of one's own has to be written.

    A name or word that tells why somebody is here is asked about once; `sure` is what they were asked about.
    """

    sure = HiddenField(default="")

    word = RadioField(
        "The word it shows",
        choices=_WORDS,
        default=DEFAULT_WORDING,
        validators=[_CHOOSE],
    )
    own = LineField("My own word", most=LONGEST_WORDS, missing=None)

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        if self.word.data == OWN and not self.own.data:
            refuse(self.own, "Write the word, or choose one of the others.")
            return False
        return self._is_meant()

    def _shown(self) -> dict[LineField, str]:
        """What others could read, and the field that it stands in."""
        return {self.own: self.wording}

    def _is_meant(self) -> bool:
        shown = self._shown()
        telling = {field: text for field, text in shown.items() if tells_why(text)}
        if not telling or self.sure.data == " | ".join(shown.values()):
            return True
        self.sure.data = " | ".join(shown.values())
        for field in telling:
            refuse(field, _TELLS)
        return False

    @property
    def wording(self) -> str:
        return str(self.own.data if self.word.data == OWN else self.word.data)


class ChangeForm(WordForm):
    """All that can be changed while the address stays."""

    title = LineField("Its name", most=LONGEST_WORDS, missing=_MISSING_NAME, default="My dates")
    detail = RadioField("How much it says", choices=_DETAILS, default=Detail.WORD.value)

    def _shown(self) -> dict[LineField, str]:
        return {self.title: self.title.data or "", **super()._shown()}

    @property
    def chosen_detail(self) -> Detail:
        return Detail(self.detail.data)


class LinkForm(ChangeForm):
    kind = RadioField("Which dates", validators=[_CHOOSE])

    @classmethod
    def blank(cls, kinds: list[FeedKind]) -> "LinkForm":
        """The empty form, with what most people here choose."""
        usual = {"detail": usual_detail(kinds[0]).value, "kind": kinds[0].value} if kinds else {}
        return cls(data=usual).offer(kinds)

    def offer(self, kinds: list[FeedKind]) -> "LinkForm":
        offered: Any = {kind.value: KINDS[kind] for kind in kinds}
        self.kind.choices = offered
        if len(kinds) == 1:
            self.kind.data = kinds[0].value
        return self


def said_of(feed: CalendarFeed) -> dict[str, str]:
    """What a form shows of a feed that is there."""
    told = {"title": feed.title, "detail": feed.detail}
    if feed.wording in {DEFAULT_WORDING, BUSY}:
        return {**told, "word": feed.wording}
    return {**told, "word": OWN, "own": feed.wording}
