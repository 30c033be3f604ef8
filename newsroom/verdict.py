"""What the receivers got, opened and judged: exactly what a plot has to bring, each webhook with a valid signature (pure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from newsroom.plot import Scene
from newsroom.receivers import open_signed
from newsroom.receiving import ReceiverError
from newsroom.serving import Exchange, Request
from newsroom.slack import visible_text
from newsroom.slack_app import SlackAppMessage
from newsroom.telegram import TelegramMessage

_UPDATE = "UPDATE:"  # begins a message about something that was told before, where nothing can be edited


@dataclass(frozen=True, slots=True)
class Webhook:
    """A received webhook. `problem` says why its signature or form is not valid, and is None if it is."""

    key: str
    type: str
    event_id: int | None
    text: str
    released: int | None
    problem: str | None = None


def read_webhook(request: Request, secret: str) -> Webhook:
    """Return a request as a webhook, its signature checked; nothing in it is believed if that does not verify."""
    key = request.headers.get("webhook-id", "")
    try:
        body = open_signed(request, secret)
        data = body["data"]
        return Webhook(key, str(body["type"]), data.get("id"), str(data.get("text", "")), _released(data))
    except ReceiverError as error:
        return Webhook(key, "unreadable", None, "", None, str(error))
    except (KeyError, TypeError, AttributeError) as error:
        return Webhook(key, "unreadable", None, "", None, f"not the form of a webhook: {error!r}")


def received(exchanges: Sequence[Exchange], secret: str) -> tuple[Webhook, ...]:
    """Return what came, in order; a repeat of one key (allowed: at least once) is told once."""
    webhooks = (read_webhook(exchange.request, secret) for exchange in exchanges)
    return tuple({webhook.key: webhook for webhook in webhooks}.values())


def judge(webhooks: Sequence[Webhook], plot: Sequence[Scene], numbers: Mapping[str, int]) -> tuple[str, ...]:
    """Return what differs from the plot, a sentence each; nothing if all is as it has to be."""
    return (
        *(webhook.problem for webhook in webhooks if webhook.problem),
        *_differences(Counter(scene.brings for scene in plot if scene.brings), Counter(one.type for one in webhooks)),
        *_strangers(webhooks),
        *_figures(webhooks, numbers),
    )


def judge_slack(messages: Sequence[Mapping[str, Any]], numbers: Mapping[str, int]) -> tuple[str, ...]:
    """Return what differs from one alert and then one update, as messages of a Slack channel."""
    if len(messages) != 2:  # noqa: PLR2004  an alert and an update
        return (f"Slack: {len(messages)} messages came, 2 should have",)
    alert, update = (visible_text(message) for message in messages)
    checks = {
        "the first message is an update": not alert.startswith(_UPDATE),
        "the second message is no update": update.startswith(_UPDATE),
        f"the alert does not say {numbers['released']}": str(numbers["released"]) in alert,
        f"the update does not say {numbers['more']}": str(numbers["more"]) in update,
    }
    return tuple(f"Slack: {problem}" for problem, is_well in checks.items() if not is_well)


def judge_telegram(messages: Sequence[TelegramMessage], numbers: Mapping[str, int]) -> tuple[str, ...]:
    """Return what differs from one alert that was edited once, and one answer to it, as they stand in the chat."""
    return _judge_edited(
        "Telegram", [_Shown(one.id, one.visible.text, one.reply_to, one.edits) for one in messages], numbers
    )


def judge_slack_app(messages: Sequence[SlackAppMessage], numbers: Mapping[str, int]) -> tuple[str, ...]:
    """Return what differs from one alert that was edited once, and one answer in its thread."""
    return _judge_edited(
        "Slack app", [_Shown(one.ts, one.words, one.thread_ts, one.edits) for one in messages], numbers
    )


@dataclass(frozen=True, slots=True)
class _Shown:
    """A message as it stands where it was sent; `reply_to` is the id of the one that it answers."""

    id: int | str
    text: str
    reply_to: int | str | None
    edits: int


def _judge_edited(name: str, shown: Sequence[_Shown], numbers: Mapping[str, int]) -> tuple[str, ...]:
    if len(shown) != 2:  # noqa: PLR2004  an alert and the answer that rings
        return (f"{name}: {len(shown)} messages stand in the chat, 2 should",)
    alert, answer = shown
    checks = {
        "the first message answers another": alert.reply_to is None,
        f"the alert was edited {alert.edits} times, it should have been once": alert.edits == 1,
        f"the edited alert does not say {numbers['more']}": str(numbers["more"]) in alert.text,
        "the second message is no answer to the alert": answer.reply_to == alert.id,
        f"the answer was edited {answer.edits} times": answer.edits == 0,
        f"the answer does not say {numbers['more']}": str(numbers["more"]) in answer.text,
    }
    return tuple(f"{name}: {problem}" for problem, is_well in checks.items() if not is_well)


def _differences(wanted: Counter[str], got: Counter[str]) -> Iterable[str]:
    for name in sorted(wanted | got):
        if wanted[name] != got[name]:
            yield f"{name}: {got[name]} came, {wanted[name]} should have"


def _strangers(webhooks: Sequence[Webhook]) -> Iterable[str]:
    ids = sorted({one.event_id for one in webhooks if one.event_id is not None})
    if len(ids) > 1:
        yield f"the webhooks speak of {len(ids)} events ({', '.join(map(str, ids))}), there was one"


def _figures(webhooks: Sequence[Webhook], numbers: Mapping[str, int]) -> Iterable[str]:
    wanted = {"event.created": numbers["released"], "event.updated": numbers["more"]}
    for webhook in webhooks:
        if webhook.type in wanted and webhook.released != wanted[webhook.type]:
            yield f"{webhook.type} says {webhook.released} were freed, the outlets wrote {wanted[webhook.type]}"


def _released(data: Mapping[str, Any]) -> int | None:
    """Return the highest number of people freed: where outlets disagree, a range is shown (domain rule 10)."""
    values = [
        count.get("value_max") or count["value"]
        for count in data.get("counts", ())
        if count["role"] == "released" and count.get("nationality") is None and count["value"] is not None
    ]
    return max(values, default=None)
