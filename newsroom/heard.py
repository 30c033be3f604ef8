"""What each receiver has heard, in one form for all, and whether that is what it should have (pure).

A message is about an event if it names one of its figures; so every event of a trial has figures of its own.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from newsroom.receiving import accepted
from newsroom.serving import Exchange, Request
from newsroom.slack import visible_text

MARK = "possible repeat"  # how a message is marked that may have come before (P2), in English
_UPDATE = "UPDATE:"
_NUMBER = re.compile(r"\d+")

Kind = Literal["created", "follow-up", "edit"]


@dataclass(frozen=True, slots=True)
class Heard:
    """One accepted message or edit. `key`: by which the receiver knows a repeat. `revision` where it is told."""

    kind: Kind
    text: str
    key: str | None = None
    revision: int | None = None

    @property
    def numbers(self) -> frozenset[int]:
        """Return every number in the text."""
        return frozenset(map(int, _NUMBER.findall(self.text)))

    @property
    def is_marked(self) -> bool:
        """Say whether it tells the reader that it may be a repeat."""
        return MARK in self.text


@dataclass(frozen=True, slots=True)
class Account:
    """What a receiver's messages about one event come to.

    `is_lost`: it was never told, or not of the newest state. `disorders` counts steps back (P5). `known` are repeats
    with the key of the first, `repeats` those that readers see, `unmarked` those among them that do not say so (P2).
    """

    is_lost: bool = False
    disorders: int = 0
    known: int = 0
    repeats: int = 0
    unmarked: int = 0


def hear(channel: str, exchanges: Sequence[Exchange]) -> tuple[Heard, ...]:
    """Return what a receiver accepted, in order; questions to it (who am I?) and messages about no event left out."""
    found = (READERS[channel](request) for request in accepted(tuple(exchanges)))
    return tuple(one for one in found if one is not None)


def account_of(heard: Iterable[Heard], states: Sequence[int]) -> Account:
    """Return what messages come to about an event whose main figure went through `states`, the newest last."""
    told = [(one, _state(one, states)) for one in heard if one.numbers & set(states)]
    known, shown = _without_known(told)
    groups: dict[Hashable, list[Heard]] = {}
    for one, state in shown:
        if one.kind != "edit":
            groups.setdefault(_group(one, state), []).append(one)
    again = [one for group in groups.values() for one in group[1:]]
    return Account(
        is_lost=not any(one.kind == "created" for one, _ in told) or max(state for _, state in told) < len(states) - 1,
        disorders=_disorders(shown),
        known=known,
        repeats=len(again),
        unmarked=sum(one.key is None and not one.is_marked for one in again),
    )


def _state(one: Heard, states: Sequence[int]) -> int:
    return max(number for number, figure in enumerate(states) if figure in one.numbers)


def _without_known(told: Sequence[tuple[Heard, int]]) -> tuple[int, list[tuple[Heard, int]]]:
    """Return how many carried a key that had come, and the rest."""
    keys: Counter[str] = Counter()
    shown = []
    for one, state in told:
        if one.key is None or not keys[one.key]:
            shown.append((one, state))
        if one.key is not None:
            keys[one.key] += 1
    return keys.total() - len(keys), shown


def _group(one: Heard, state: int) -> Hashable:
    """Return what may come once only: the first message of an event, and each of its later states."""
    return one.kind if one.kind == "created" else (one.kind, one.revision if one.revision is not None else state)


def _disorders(shown: Sequence[tuple[Heard, int]]) -> int:
    """Count what came after something newer, and what followed nothing."""
    begins_late = sum(one.kind != "created" for one, _ in shown[:1])
    orders = [one.revision if one.revision is not None else state for one, state in shown]
    return begins_late + sum(later < earlier for earlier, later in pairwise(orders))


def _body(request: Request) -> Mapping[str, Any]:
    body: Mapping[str, Any] = json.loads(request.body)
    return body


def _kind(*, is_follow_up: bool) -> Kind:
    return "follow-up" if is_follow_up else "created"


def _read_webhook(request: Request) -> Heard | None:
    body = _body(request)
    if not body["type"].startswith("event."):
        return None
    data = body["data"]
    kind = _kind(is_follow_up=body["type"] != "event.created")
    return Heard(kind, str(data["text"]), request.headers["webhook-id"], data["revision"])


def _read_slack(request: Request) -> Heard | None:
    text = visible_text(_body(request))
    return Heard(_kind(is_follow_up=text.startswith(_UPDATE)), text)


def _read_slack_app(request: Request) -> Heard | None:
    body, method = _body(request), request.path.rpartition("/")[2]
    if method == "chat.update":
        return Heard("edit", visible_text(body))
    return Heard(_kind(is_follow_up="thread_ts" in body), visible_text(body)) if method == "chat.postMessage" else None


def _read_telegram(request: Request) -> Heard | None:
    method = request.path.rpartition("/")[2]
    if method == "editMessageText":
        return Heard("edit", str(_body(request)["text"]))
    if method != "sendMessage":
        return None
    body = _body(request)
    return Heard(_kind(is_follow_up="reply_parameters" in body), str(body["text"]))


def _read_discord(request: Request) -> Heard | None:
    if request.method == "GET":
        return None
    body = _body(request)
    text = "\n".join([str(body["content"]), *(str(one["description"]) for one in body["embeds"])])
    if request.method == "PATCH":
        return Heard("edit", text)
    return Heard(_kind(is_follow_up=_UPDATE in text.partition("\n")[0].replace("\\", "")), text)


def _read_matrix(request: Request) -> Heard | None:
    if request.method != "PUT":
        return None
    body, transaction = _body(request), request.path.rpartition("/")[2]
    relation = body.get("m.relates_to", {}).get("rel_type")
    if relation == "m.replace":
        return Heard("edit", str(body["m.new_content"]["body"]), transaction)
    return Heard(_kind(is_follow_up=relation == "m.thread"), str(body["body"]), transaction)


def _read_ntfy(request: Request) -> Heard | None:
    body = _body(request)
    text = f"{body.get('title', '')}\n{body['message']}"
    return Heard(_kind(is_follow_up=text.startswith(_UPDATE)), text)


# A row a channel: how one of its requests is read.
READERS: Mapping[str, Callable[[Request], Heard | None]] = {
    "webhook": _read_webhook,
    "slack": _read_slack,
    "slack-app": _read_slack_app,
    "telegram": _read_telegram,
    "discord": _read_discord,
    "matrix": _read_matrix,
    "ntfy": _read_ntfy,
}
