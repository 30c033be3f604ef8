"""What a destination says to a test message, in words that tell a person what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from alerts import Result, SendOutcome
from cli.answers import result_in_words
from newsroom import DiscordReceiver, FormReceiver, MailFault, MailReceiver, MatrixReceiver, NtfyReceiver
from newsroom.matrix import ALIAS, TOKEN, limited
from newsroom.ntfy import failure

Call = Callable[..., Any]


def test_what_to_do_stands_in_the_place_of_a_receivers_own_words_where_it_is_known() -> None:
    known = Result(SendOutcome.DEST_PERM, code="Unknown Channel (10003)", response="{}")
    assert result_in_words(known).endswith(
        "(Unknown Channel (10003)): its channel or thread is gone: name another, or none"
    )
    other = Result(SendOutcome.MSG_PERM, code="Invalid Form Body (50035)", response='{"message":"x"}')
    assert result_in_words(other) == 'it refused the message as such (Invalid Form Body (50035)): {"message":"x"}'
    assert result_in_words(Result(SendOutcome.OK, response="ok")) == "accepted"


def test_a_test_message_to_discord_says_what_is_wrong_with_the_webhook(
    volya: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "settings.toml").write_text(
        '[[alerts.destination]]\nname = "desk"\nchannel = "discord"\nurl = { env = "DESK_URL" }\n', encoding="utf-8"
    )
    with DiscordReceiver() as discord:
        monkeypatch.setenv("DESK_URL", discord.url)
        assert volya("alerts", "test", "desk").out == "desk (discord): accepted\n"
        assert discord.messages[0].text.startswith("TEST: Volya can write here")
        monkeypatch.setenv("DESK_URL", f"{discord.root}/api/webhooks/1/CANARYCANARY")
        refused = volya("alerts", "test", "desk")
    assert refused.out == (
        "desk (discord): it refuses us: its address, secret or place is wrong (Unknown Webhook (10015)): "
        "the webhook was deleted: make a new one and put in its address\n"
    )
    monkeypatch.setenv("DESK_URL", "https://discord.example/CANARYCANARY")
    unusable = volya("alerts", "test", "desk")
    assert (unusable.code == 0, "…/api/webhooks/ID/TOKEN" in unusable.err) == (False, True)
    assert "CANARY" not in refused.out + refused.err + unusable.out + unusable.err


def test_a_test_message_to_ntfy_needs_a_topic_alone_and_says_what_is_wrong_with_it(
    volya: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOPIC", "CANARY-topic")
    with NtfyReceiver() as ntfy:
        (tmp_path / "settings.toml").write_text(
            '[[alerts.destination]]\nname = "phone"\nchannel = "ntfy"\ntopic = { env = "TOPIC" }\n'
            f'base_url = "{ntfy.url}"\n',
            encoding="utf-8",
        )
        assert volya("alerts", "test", "phone").out == "phone (ntfy): accepted\n"
        assert ntfy.messages[0].title.startswith("TEST: Volya can write here")
        ntfy.script(failure(40301), failure(42908))
        said = [volya("alerts", "test", "phone") for _ in range(2)]
    assert said[0].out == (
        "phone (ntfy): it refuses us: its address, secret or place is wrong (forbidden (40301)): "
        "the topic is somebody's: give a token that may write there, or take another\n"
    )
    assert said[1].out.startswith(
        "phone (ntfy): it asked us to wait (limit reached: daily message quota reached (42908));"
    )
    assert said[1].out.endswith("its messages of the day are used up; a new day begins at midnight UTC\n")
    assert "CANARY" not in "".join(one.out + one.err for one in said)


def test_a_test_message_to_matrix_says_what_is_wrong_with_token_and_room(
    volya: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def name(room: str, server: str) -> None:
        table = f'name = "room"\nchannel = "matrix"\ntoken = {{ env = "ROOM_TOKEN" }}\nchat = "{room}"\nbase_url = "{server}"\n'
        (tmp_path / "settings.toml").write_text(f"[[alerts.destination]]\n{table}", encoding="utf-8")

    monkeypatch.setenv("ROOM_TOKEN", TOKEN)
    with MatrixReceiver() as matrix:
        name(ALIAS, matrix.url)
        assert volya("alerts", "test", "room").out == "room (matrix): accepted\n"
        assert matrix.messages[0].text.startswith("TEST: Volya can write here")
        matrix.script(limited(2500))
        said = [volya("alerts", "test", "room")]
        name("!other:matrix.example", matrix.url)
        said.append(volya("alerts", "test", "room"))
        monkeypatch.setenv("ROOM_TOKEN", "CANARY-CANARY")
        said.append(volya("alerts", "test", "room"))
    refused = "it refuses us: its address, secret or place is wrong"
    assert said[0].out.startswith("room (matrix): it asked us to wait (M_LIMIT_EXCEEDED); it wants 3 s: too many")
    assert f"{refused} (M_FORBIDDEN): the account is not in that room, or may not write there" in said[1].out
    assert f"{refused} (M_UNKNOWN_TOKEN): its token is wrong, has expired or was signed out" in said[2].out
    assert "CANARY" not in "".join(one.out + one.err for one in said)


def test_a_test_message_by_mail_says_who_was_refused_and_what_the_server_says(
    volya: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "settings.toml").write_text(
        '[[alerts.destination]]\nname = "mail"\nchannel = "email"\nurl = { env = "MAIL_URL" }\n'
        'sender = "alerts@volya.example"\nto = ["desk@news.example", "night@news.example"]\n',
        encoding="utf-8",
    )
    with MailReceiver(login=("user", "CANARY"), refused={"night@news.example": "550 5.1.1 no such user"}) as server:
        monkeypatch.setenv("MAIL_URL", server.url)
        partly = volya("alerts", "test", "mail")
        assert server.mails[0].subject.startswith("TEST: Volya can write here")
        server.script(MailFault("content", "554 5.7.1 user CANARY looks like spam"))
        spam = volya("alerts", "test", "mail")
        monkeypatch.setenv("MAIL_URL", server.url.replace("CANARY", "CANARIES"))
        wrong = volya("alerts", "test", "mail")
    assert partly.code == 0
    assert partly.out == (
        "mail (email): accepted (recipients refused: 1): night@news.example: 550 5.1.1 no such user; 250 2.0.0 queued\n"
    )
    assert spam.out.startswith("mail (email): it refused the message as such (content refused (554 5.7.1)): ")
    assert wrong.out == (
        "mail (email): it refuses us: its address, secret or place is wrong (login refused (535 5.7.8)): "
        "535 5.7.8 user or password is wrong\n"
    )
    assert "CANAR" not in partly.out + spam.out + wrong.out + partly.err + spam.err + wrong.err


def test_a_url_of_apprise_that_we_need_no_apprise_for_is_refused_with_the_channel_to_take(
    volya: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "settings.toml").write_text(
        '[[alerts.destination]]\nname = "team"\nchannel = "apprise"\nurl = { env = "TEAM_URL" }\n', encoding="utf-8"
    )
    with FormReceiver() as receiver:
        monkeypatch.setenv("TEAM_URL", receiver.url)
        assert volya("alerts", "test", "team").out == "team (apprise): accepted\n"
        assert receiver.messages[0].title.startswith("TEST: Volya can write here")
    monkeypatch.setenv("TEAM_URL", "json://127.0.0.1/CANARYCANARY")
    refused = volya("alerts", "test", "team")
    assert refused.code == 78
    assert "destination team: Volya writes there itself: take the channel webhook" in refused.err
    assert "CANARY" not in refused.out + refused.err
