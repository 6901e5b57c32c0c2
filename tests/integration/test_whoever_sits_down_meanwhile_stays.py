"""The round of those who may stay takes its time; who comes in during it was never asked about."""

from flask import Flask
from sqlalchemy import event

from realtime.still_welcome import unwelcome
from realtime.visitors import Place, Visitor
from tests.builders.lines import Line
from tests.builders.rooms import Evening


def test_whoever_sits_down_while_others_are_looked_at_is_not_sent_away(app: Flask, evening: Evening) -> None:
    line = Line(app, evening.members[0].person_id)
    assert line.send("join", {"room": evening.meeting.slug})["ok"]
    ((sid, seated),) = line.live.visitors.by_sid.items()
    late = Visitor(seated.credential)

    def sit_down(_asked: object) -> None:
        late.place = Place(evening.room_id, evening.members[1].person_id, "a place of this moment", False, ())

    with evening.database.read() as session:
        event.listen(session, "do_orm_execute", sit_down)
        assert unwelcome(session, [(sid, seated), ("late", late)], now=evening.now) == []
    assert late.place is not None
