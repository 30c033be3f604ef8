"""`volya alerts test`: a trial message to one destination, and what is said of its answer."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from newsroom import Answer as HttpAnswer
from newsroom import SlackAppReceiver
from newsroom.slack_app import limited, refusal

Call = Callable[..., Any]
TOKEN = "123456:CANARY-CANARY-CANARY"


@pytest.fixture
def receiver() -> Iterator[tuple[str, list[bytes], list[tuple[int, str]]]]:
    """A receiver on loopback: its address, the bodies it got, and the answers it has left (then 200 `ok`)."""
    bodies: list[bytes] = []
    script: list[tuple[int, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["content-length"])))
            status, text = script.pop(0) if script else (200, "ok")
            self.send_response(status)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: Any) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", bodies, script
        server.shutdown()


def test_a_test_message_is_marked_and_its_answer_told_in_words(
    volya: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, receiver: Any
) -> None:
    url, bodies, script = receiver
    (tmp_path / "settings.toml").write_text(
        '[[alerts.destination]]\nname = "desk"\nchannel = "slack"\nurl = { env = "DESK_URL" }\n'
        '[[alerts.destination]]\nname = "other"\nchannel = "slack"\nurl = { env = "NOT_SET" }\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("DESK_URL", url + "/services/CANARYCANARY")
    fine = volya("alerts", "test", "desk")
    assert (fine.code, fine.out) == (0, "desk (slack): accepted\n")
    assert b"TEST: Volya can write here" in bodies[0]
    script.append((404, "no_service"))
    refused = volya("alerts", "test", "desk", "--json")
    assert refused.code == 1
    (answer,) = refused.objects
    assert (answer["accepted"], answer["outcome"], answer["status"]) == (False, "dest_perm", 404)
    assert answer["answer"] == "it refuses us: its address, secret or place is wrong (no_service): no_service"
    unset = volya("alerts", "test", "other")
    assert (unset.code, "NOT_SET" in unset.err) == (78, True)
    assert "CANARY" not in fine.out + fine.err + refused.out + refused.err


@pytest.mark.parametrize(
    ("refused", "said"),
    [
        (
            refusal("not_in_channel"),
            "(not_in_channel): the app is not in that channel: write /invite and its name there",
        ),
        (refusal("missing_scope"), "(missing_scope): the app may not write: add the scope chat:write"),
        (refusal("invalid_auth"), "(invalid_auth): its token is wrong: copy the Bot User OAuth Token of the app again"),
        (limited(9), "it asked us to wait (ratelimited); it wants 9 s: too many messages in a short time"),
        (refusal("something_new"), 'it is ill or cannot be reached (something_new): {"ok": false, "error": "some'),
        (HttpAnswer(502, b"<h1>502</h1>"), "no clear answer came, it may have been accepted (http 502): <h1>502</h1>"),
    ],
)
def test_what_slack_answers_an_app_is_said_in_words_and_with_what_to_do(
    volya: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: HttpAnswer, said: str
) -> None:
    token = "xoxb-1234567890-CANARYCANARY"
    monkeypatch.setenv("SLACK_TOKEN", token)
    with SlackAppReceiver(token=token) as slack:
        (tmp_path / "settings.toml").write_text(
            '[[alerts.destination]]\nname = "app"\nchannel = "slack-app"\ntoken = { env = "SLACK_TOKEN" }\n'
            f'chat = "#alerts"\nbase_url = "{slack.url}"\n',
            encoding="utf-8",
        )
        slack.script(refused)
        answer, fine = volya("alerts", "test", "app"), volya("alerts", "test", "app", "--verbose")
        assert slack.messages[0].notice == "TEST: Volya can write here"
    assert (answer.code, answer.out.startswith("app (slack-app): "), said in answer.out) == (1, True, True), answer.out
    assert (fine.code, fine.out) == (0, "app (slack-app): accepted\n")
    assert "CANARY" not in answer.out + answer.err + fine.out + fine.err


def test_a_test_message_follows_a_chat_that_moved(
    volya: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, receiver: Any
) -> None:
    url, bodies, script = receiver
    (tmp_path / "settings.toml").write_text(
        '[[alerts.destination]]\nname = "chat"\nchannel = "telegram"\ntoken = { env = "BOT_TOKEN" }\n'
        f'chat = -100\nbase_url = "{url}"\nlanguage = "ru"\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    moved = {"ok": False, "error_code": 400, "description": "upgraded", "parameters": {"migrate_to_chat_id": -1002}}
    script += [(400, json.dumps(moved)), (200, json.dumps({"ok": True, "result": {"message_id": 1}}))]
    answer = volya("alerts", "test", "chat", "--verbose")
    assert (answer.code, answer.out) == (0, "chat (telegram): accepted\n")
    assert [json.loads(body)["chat_id"] for body in bodies] == [-100, -1002]
    assert "CANARY" not in answer.err
