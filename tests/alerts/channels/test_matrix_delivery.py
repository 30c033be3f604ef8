"""Matrix through the real delivery loop: what a reader of the room sees, and what follows from each refusal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from alerts import Destination, MatrixChannel, Parcel, Result
from alerts.channels.matrix import Account
from alerts.destinations import Updates
from db.delivery_views import DeliveryView
from db.facts import EventFacts, Outcome, Person, Status
from newsroom import Answer, MatrixReceiver, Reset
from newsroom.matrix import ALIAS, ROOM, TOKEN, failure, limited

PLACE = Destination("desk", "matrix", updates=Updates.EDIT)


@pytest.fixture
def matrix() -> Iterator[MatrixReceiver]:
    with MatrixReceiver() as running:
        yield running


@pytest.fixture
def make(matrix: MatrixReceiver, clock: Any) -> Callable[..., MatrixChannel]:
    def channel(place: str = ROOM) -> MatrixChannel:
        made = MatrixChannel("desk", Account(TOKEN, matrix.url), place, user_agent="volya/1", clock=clock)
        made.interval = 0.0
        return made

    return channel


def states(line: Any, deliveries_of: Callable[..., list[DeliveryView]]) -> list[tuple[str, str | None]]:
    return [(one.state, one.last_error) for one in deliveries_of(line.desk.database)]


@pytest.mark.parametrize("place", [ROOM, ALIAS])
def test_an_alert_is_sent_then_edited_and_answered_in_its_thread(
    line: Any, matrix: MatrixReceiver, make: Any, release: Callable[..., EventFacts], place: str
) -> None:
    channel = make(place)
    event = line.desk.publish(release(44))
    line.drain(PLACE, channel)
    for number, status in ((52, Status.CONFIRMED), (53, Status.CONFIRMED)):
        line.desk.revise(event, release(number, status=status))
        line.drain(PLACE, channel)
    first, *answers = matrix.messages
    assert (first.edits, first.thread, first.msgtype) == (2, None, "m.text")
    assert first.text.splitlines()[0] == "Belarus frees 53 prisoners"
    assert first.visible.links[0] == ("harbour-post", "https://harbour-post.example/news/1")
    assert [(one.thread, one.answers) for one in answers] == [(first.id, first.id)] * 2
    assert answers[0].text.splitlines()[0] == "UPDATE: Belarus frees 52 prisoners"
    assert "Changed: status reported → confirmed" in answers[0].text
    assert {one.visible.refused + one.visible.drawn + one.rings for one in matrix.messages} == {()}


def test_a_lost_answer_shows_nothing_twice_neither_a_message_nor_an_edit_nor_an_answer(
    line: Any, matrix: MatrixReceiver, make: Any, release: Callable[..., EventFacts], deliveries_of: Any
) -> None:
    channel, lost = make(), Answer(reset=Reset.AFTER_RECORDING)
    matrix.script(lost, lost)
    event = line.desk.publish(release(44))
    line.drain(PLACE, channel)
    line.desk.revise(event, release(52))
    matrix.script(Answer(), lost, Answer(), Answer(), Answer(), lost)  # asked for, edited, and again; then the answer
    line.drain(PLACE, channel)
    writes = [one.request.path for one in matrix.exchanges if one.request.method == "PUT"]
    assert (len(writes), len(set(writes))) == (7, 3)
    assert [one.edits for one in matrix.messages] == [1, 0]
    assert not any("(possible repeat)" in one.text for one in matrix.messages)
    assert [state for state, _ in states(line, deliveries_of)] == ["sent"] * 3


class KilledError(BaseException):
    """The process is gone: nothing catches this."""


def test_a_kill_between_acceptance_and_our_commit_shows_nothing_twice(
    line: Any, matrix: MatrixReceiver, make: Any, clock: Any, release: Callable[..., EventFacts]
) -> None:
    class DyingChannel(MatrixChannel):
        async def send(self, parcel: Parcel) -> Result:
            await super().send(parcel)
            raise KilledError

    line.desk.publish(release(52))
    with pytest.raises(KilledError):
        line.drain(PLACE, DyingChannel("desk", Account(TOKEN, matrix.url), ROOM, user_agent="volya/1", clock=clock))
    clock.pass_time(minutes=2)  # the lease of the dead one is over
    line.drain(PLACE, make())
    assert [one.request.path for one in matrix.exchanges] == [matrix.exchanges[0].request.path] * 2
    assert ["(possible repeat)" in one.text for one in matrix.messages] == [False]


@pytest.mark.parametrize("fault", [Answer(502, b"<html>"), Answer(500), Answer(reset=Reset.AFTER_RECORDING)])
def test_what_may_have_been_taken_is_sent_as_it_was_and_then_edited(
    line: Any, matrix: MatrixReceiver, make: Any, release: Callable[..., EventFacts], fault: Answer
) -> None:
    channel = make()
    matrix.script(fault)
    event = line.desk.publish(release(44))
    line.run(PLACE, channel, matrix, 1)
    line.desk.revise(event, release(52), is_major=False)
    line.drain(PLACE, channel)
    (message,) = matrix.messages
    assert (message.edits, message.text.splitlines()[0]) == (1, "Belarus frees 52 prisoners")


def test_a_removed_message_is_sent_anew_and_that_one_edited_from_then_on(
    line: Any, matrix: MatrixReceiver, make: Any, release: Callable[..., EventFacts]
) -> None:
    channel = make()
    event = line.desk.publish(release(44))
    line.drain(PLACE, channel)
    matrix.redact(matrix.messages[0].id)
    for number in (51, 52):
        line.desk.revise(event, release(number), is_major=False)
        line.drain(PLACE, channel)
    (message,) = matrix.messages
    assert (message.edits, message.text.splitlines()[0]) == (1, "Belarus frees 52 prisoners")


def test_a_pause_is_waited_for(
    line: Any, matrix: MatrixReceiver, make: Any, clock: Any, release: Callable[..., EventFacts]
) -> None:
    matrix.script(limited(64_500, is_in_header=False))
    line.desk.publish(release(52))
    started = clock.now
    line.drain(PLACE, make())
    assert (clock.now - started).total_seconds() >= 64.5
    assert len(matrix.messages) == 1


def test_a_refused_form_goes_down_the_ladder(
    line: Any, matrix: MatrixReceiver, make: Any, release: Callable[..., EventFacts]
) -> None:
    matrix.script(failure(413, "M_TOO_LARGE"), failure(400, "M_BAD_JSON"))
    line.desk.publish(release(52))
    line.drain(PLACE, make())
    (message,) = matrix.messages
    assert message.text.splitlines() == [
        "Belarus frees 52 prisoners",
        "harbour-post: https://harbour-post.example/news/1",
    ]
    assert message.visible.tags == ()


def test_a_room_that_was_upgraded_holds_its_queue(
    line: Any, matrix: MatrixReceiver, make: Any, release: Callable[..., EventFacts], deliveries_of: Any
) -> None:
    matrix.upgrade("!next:matrix.example")
    line.desk.publish(release(52))
    line.drain(PLACE, make())
    assert states(line, deliveries_of) == [("pending", "M_FORBIDDEN")]
    assert (len(matrix.exchanges), matrix.messages) == (1, ())


def test_a_hostile_name_rings_nobody_and_brings_no_link(
    line: Any, matrix: MatrixReceiver, make: Any, release: Callable[..., EventFacts]
) -> None:
    names = (
        "@room @anna:matrix.example",
        "<a href='https://evil.example'>bank</a>",
        "</strong> evil.example #x:evil.example",
    )
    people = tuple(Person(one, Outcome.FREED) for one in names)
    event = line.desk.publish(release(52, people=people, negotiators=names))
    line.drain(PLACE, make())
    line.desk.revise(event, release(53, roots=names, people=people))
    line.drain(PLACE, make())
    for message in matrix.messages:
        seen = message.visible
        assert (message.rings, seen.mentions, seen.drawn, seen.refused) == ((), (), (), ())
        assert set(seen.tags) <= {"strong", "a", "br"}
        assert {address.split("/")[2] for _, address in seen.links} <= {"harbour-post.example"}
