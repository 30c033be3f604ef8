"""The buttons under a question: an alert that waits is approved or dropped by whoever presses one in that chat."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime

from alerts.bot.updates import Press
from alerts.channels.telegram_api import TelegramApi
from alerts.wording import wording
from db import Database
from db.announcing import approve_alert
from db.dead_letters import drop_deliveries
from db.outbox import waiting_for_approval
from db.questions import alert_asked_about

APPROVE, DROP = "approve", "drop"


class Approver:
    """Decides on alerts for the destinations `names`, whose chats are asked.

    What a button says counts only under a question of ours, in the chat where we asked it: anybody may send a press.
    """

    def __init__(
        self, database: Database, names: Collection[str], language: str, api: TelegramApi, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._names = tuple(names)
        self._language = language
        self._api = api
        self._clock = clock

    async def decide(self, press: Press) -> None:
        """Do what the button says, say so where it was pressed, and take the buttons away. Raises DatabaseError."""
        word = await asyncio.to_thread(self._settle, press)
        said = {"text": wording(self._language).say("approval", word)} if word is not None else {}
        await self._api.call("answerCallbackQuery", {"callback_query_id": press.id, **said})
        if word is not None and press.chat is not None:
            place = {"chat_id": int(press.chat), "message_id": press.message}
            await self._api.call("editMessageReplyMarkup", {**place, "reply_markup": {"inline_keyboard": []}})

    def _settle(self, press: Press) -> str | None:
        """Return the word for what became of it; None for a button that is none of ours."""
        if press.data not in (APPROVE, DROP) or press.chat is None or press.message is None:
            return None
        with self._database.begin() as session:
            alert_id = alert_asked_about(session, self._names, press.chat, str(press.message))
            if alert_id is None:
                return None
            waiting = next((one for one in waiting_for_approval(session) if one.id == alert_id), None)
            if waiting is None:
                return "settled"
            if press.data == APPROVE:
                approve_alert(session, alert_id, self._clock())
                return "approved"
            for name in {one.destination for one in waiting.deliveries if one.held_by == "approval"}:
                drop_deliveries(session, alert_id, name)
            return "dropped"
