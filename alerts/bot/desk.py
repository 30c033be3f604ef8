"""What a bot does about an update: chats subscribe and leave, and ask what happened.

The update is noted as handled in the transaction that does what it asks, so that after a crash it is done once; the
answer follows the commit, and is lost with a crash between the two (the person writes again).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from alerts.bot.allowance import Allowance
from alerts.bot.telling import Reading, event_body, latest_body, words_body
from alerts.bot.updates import Command, Departure, Move, Update
from alerts.roster import Template
from alerts.wording import message_languages
from db import Database, Session
from db.subscriptions import (
    NewSubscription,
    Subscription,
    count_subscriptions,
    find_subscription,
    mark_handled,
    move_chat,
    next_update,
    subscribe,
    unsubscribe,
)

COMMANDS = ("start", "stop", "latest", "event", "help")
FOR_ADMINISTRATORS = ("start", "stop")


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said in a chat: the body of sendMessage, whole."""

    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Answer:
    """Which words a command gets (of the table `bot`, or what `latest` and `event` stand for), in which language."""

    word: str
    language: str


class Desk:
    """Answers for one template. `bot` is the number of its bot, `page` the address of our page if others can open it."""

    def __init__(
        self, database: Database, template: Template, bot: str, clock: Callable[[], datetime], page: str | None = None
    ) -> None:
        self.template = template
        self._database = database
        self._bot = bot
        self._clock = clock
        self._page = page
        self._strangers = Allowance(1, timedelta(hours=1), 30)
        self._guests = Allowance(10, timedelta(minutes=1), 300)

    def next_update(self) -> int | None:
        """Return which update is the first to be asked for. Raises DatabaseError."""
        with self._database.read() as session:
            return next_update(session, self._bot, self._clock())

    def needs_administrator(self, update: Update) -> bool:
        """Say whether it hangs on who writes: in a group only administrators may /start and /stop."""
        act = update.act
        return isinstance(act, Command) and act.is_group and act.name in FOR_ADMINISTRATORS and act.person is not None

    def settle(self, update: Update, *, may: bool | None = True) -> Reply | None:
        """Do what an update asks for, once; return what is to be said about it. Raises DatabaseError.

        `may`: whether the person may decide for the chat, None where that could not be found out.
        """
        now, answer = self._clock(), None
        with self._database.begin() as session:
            if not mark_handled(session, self._bot, update.id, now):
                return None
            match update.act:
                case Command() as command:
                    answer = self._command(session, command, may=may)
                case Departure(chat):
                    self._leave(session, find_subscription(session, self.template.name, chat))
                case Move(before, after):
                    move_chat(session, self.template.name, before, after, now)
        return self._reply(update.act, answer) if isinstance(update.act, Command) and answer is not None else None

    def skip(self, update: Update) -> None:
        """Note an update as handled that we failed to handle: it must not come for ever. Raises DatabaseError."""
        with self._database.begin() as session:
            mark_handled(session, self._bot, update.id, self._clock())

    def _command(self, session: Session, command: Command, *, may: bool | None) -> _Answer | None:
        known = find_subscription(session, self.template.name, command.chat)
        word = self._word(session, command, known, may=may)
        return _Answer(word, known.language if known else self._language(command)) if word is not None else None

    def _word(self, session: Session, command: Command, known: Subscription | None, *, may: bool | None) -> str | None:
        """Do what a command asks for; return the word of the answer, None for silence."""
        if command.name not in COMMANDS and command.is_group:  # for another bot
            return None
        is_leaving = command.name == "stop" and known is not None  # that may everybody who is in, listed or not
        if not is_leaving and not self._is_admitted(command, known):
            return self._refusal(command)
        if not self._guests.take(command.chat, self._clock()):
            return None
        if command.name in FOR_ADMINISTRATORS and not may:
            return "administrators" if may is False else "later"
        return self._act(session, command, known)

    def _refusal(self, command: Command) -> str | None:
        """Tell a chat that is not listed its number, for the operator; once an hour, and in a group for /start only."""
        if self.template.most == 0:  # a bot that asks for approval and takes no subscribers
            return None
        is_asking = not command.is_group or command.name == "start"
        return "stranger" if is_asking and self._strangers.take(command.chat, self._clock()) else None

    def _act(self, session: Session, command: Command, known: Subscription | None) -> str:
        if command.name == "start":
            return "already" if known else self._start(session, command)
        if command.name == "stop":
            return "stopped" if self._leave(session, known) else "not_subscribed"
        return command.name if command.name in COMMANDS else "help"

    def _is_admitted(self, command: Command, known: Subscription | None) -> bool:
        return self.template.keeps(known) if known else self.template.admits(command.chat)

    def _start(self, session: Session, command: Command) -> str:
        if count_subscriptions(session, self.template.name) >= self.template.most:
            return "full"
        kind = self.template.destination.channel
        new = NewSubscription(self.template.name, kind, command.chat, self._language(command))
        subscribe(session, new, self._clock())
        return "welcome"

    def _leave(self, session: Session, known: Subscription | None) -> bool:
        return known is not None and unsubscribe(session, known.id, self._clock())

    def _language(self, command: Command) -> str:
        """Return the reader's language where messages are written in it, else the destination's."""
        own = command.language
        return own if own is not None and own in message_languages() else self.template.destination.language

    def _reply(self, command: Command, answer: _Answer) -> Reply:
        """Write an answer; what is stored is read after the commit, so that it holds up no writer."""
        reading = Reading(self.template.destination, answer.language, self._clock(), self._page)
        if answer.word in ("latest", "event"):
            with self._database.read() as session:
                asked = command.argument
                is_latest = answer.word == "latest"
                body = latest_body(session, reading) if is_latest else event_body(session, reading, asked)
        else:
            body = words_body(answer.language, answer.word, chat=command.chat)
        place = {"chat_id": int(command.chat)}
        topic = {"message_thread_id": command.topic} if command.topic is not None else {}
        return Reply(json.dumps({**json.loads(body), **place, **topic}, ensure_ascii=False).encode(errors="replace"))
