from __future__ import annotations

import asyncio
import io

import pytest

from alerts import ConsoleChannel, Parcel, SendOutcome


def test_an_alert_is_printed_with_a_blank_line_behind_it() -> None:
    stream = io.StringIO()
    result = asyncio.run(ConsoleChannel(stream).send(Parcel("msg_1", "Білорусь\nдва рядки".encode())))
    assert result.outcome == SendOutcome.OK
    assert stream.getvalue() == "Білорусь\nдва рядки\n\n"


def test_a_closed_stream_is_a_destination_that_is_gone() -> None:
    stream = io.StringIO()
    stream.close()
    assert asyncio.run(ConsoleChannel(stream).send(Parcel("msg_1", b"x"))).outcome == SendOutcome.DEST_PERM


@pytest.mark.parametrize(("encoding", "expected"), [("ascii", SendOutcome.MSG_PERM), ("utf-8", SendOutcome.OK)])
def test_a_terminal_that_cannot_say_a_letter_refuses_the_message_only(encoding: str, expected: SendOutcome) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    assert asyncio.run(ConsoleChannel(stream).send(Parcel("msg_1", "Білорусь".encode()))).outcome == expected
