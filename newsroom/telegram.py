"""A receiver that behaves like the Telegram Bot API (reliability 3.3): messages, edits, replies, and its refusals.

People can write to its bot, and put it out of their chats: that is told to who asks for updates, by a request that is
held open until there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from newsroom.receiving import Receiver
from newsroom.serving import Answer, Request
from newsroom.telegram_calls import RefusalError, buttons_of, failure, read_call, reply, visible_text
from newsroom.telegram_inbox import KEPT_AT_MOST, Inbox, Person
from newsroom.telegram_text import VisibleText

TOKEN = "1234567890:AAmade-up-made-up-made-up-made-up-0"  # noqa: S105  of a bot that does not exist
CHAT = -1001000000001
_NOTE = 200
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
_BOT = {"id": 1234567890, "is_bot": True, "first_name": "Volya", "username": "made_up_bot"}
_SOMEBODY = Person()


class NoEntryError(Exception):
    """The bot may not write there; the message is the API's description without `Forbidden: `."""


@dataclass(frozen=True, slots=True)
class TelegramMessage:
    """A message as it stands in the chat. `edits` counts how often it was changed; `reply_to` is an id of a message."""

    id: int
    chat: int | str
    visible: VisibleText
    reply_to: int | None
    edits: int = 0
    buttons: tuple[str, ...] = ()


class TelegramReceiver(Receiver):
    """A bot API with one bot, `token`, which may write in `chats` (ids, or names with @) and their `topics`.

    Knows getMe, getChat, getChatMember, getUpdates, answerCallbackQuery, sendMessage, editMessageText,
    editMessageReplyMarkup and deleteMessage, as JSON only.
    """

    def __init__(
        self,
        token: str = TOKEN,
        chats: Sequence[int | str] = (CHAT,),
        topics: Sequence[int] = (),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        super().__init__(clock, host, port)
        self.token = token
        self._chats = {str(chat) for chat in chats}
        self._topics = frozenset(topics)
        self._messages: dict[int, TelegramMessage] = {}
        self._last_id = 4
        self.inbox = Inbox()
        self.notes: list[str] = []  # what was said to who pressed a button
        self._administrators: set[tuple[int, int]] = set()
        self._barred: dict[str, str] = {}
        self._methods: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
            "getme": lambda _: _BOT,
            "getupdates": lambda call: self.inbox.unconfirmed(min(call.get("limit", KEPT_AT_MOST), KEPT_AT_MOST)),
            "getchatmember": self._member,
            "getchat": lambda call: {"id": self._chat(call), "type": "supergroup", "title": "Made up"},
            "sendmessage": self._send,
            "editmessagetext": self._edit,
            "deletemessage": self._delete,
            "editmessagereplymarkup": self._mark_up,
            "answercallbackquery": self._answer_press,
        }

    @property
    def url(self) -> str:
        """Return the base address of the API, without the token."""
        return self.root

    @property
    def messages(self) -> tuple[TelegramMessage, ...]:
        """Return the messages of the chats as they stand now, oldest first."""
        return tuple(self._messages.values())

    def write(self, chat: int, text: str, person: Person = _SOMEBODY, **more: Any) -> int:
        """Have a person write in a chat (a group's number is negative); return the number of the update."""
        self._chats.add(str(chat))
        self._last_id += 1
        message = {"message_id": self._last_id, "date": 1, "chat": self._place(chat), "from": person.as_json()}
        return self.inbox.put({"message": {**message, "text": text, **more}})

    def open(self, chat: int) -> None:
        """Let the bot write in a chat."""
        self._chats.add(str(chat))

    def press(self, message: int, data: str, chat: int | None = None, person: Person = _SOMEBODY) -> int:
        """Have a person press a button under a message, or pretend to; return the number of the update."""
        known = self._messages.get(message)
        place = chat if chat is not None else known.chat if known is not None else 0
        under = {"message_id": message, "date": 1, "chat": self._place(int(place))}
        query = {"id": f"press-{message}-{data}", "from": person.as_json(), "message": under, "data": data}
        return self.inbox.put({"callback_query": query})

    def appoint(self, chat: int, person: Person = _SOMEBODY) -> None:
        """Make a person an administrator of a group."""
        self._administrators.add((chat, person.id))

    def bar(self, chat: int, *, is_told: bool = True) -> int | None:
        """Have the bot blocked or put out of a group; `is_told`: an update says so, and its number is returned."""
        words = "bot was blocked by the user" if chat > 0 else "bot was kicked from the group chat"
        self._barred[str(chat)] = words
        if not is_told:
            return None
        member = {"user": _BOT, "status": "kicked"}
        change = {"chat": self._place(chat), "from": _SOMEBODY.as_json(), "date": 1, "new_chat_member": member}
        return self.inbox.put({"my_chat_member": change})

    def stop(self) -> None:
        """Stop answering; requests that are held open are answered."""
        self.inbox.close()
        super().stop()

    def _respond(self, request: Request) -> Answer:
        if request.path.lower().endswith("/getupdates"):  # held open before its turn, so that it holds up no other
            with suppress(RefusalError):
                call = read_call(request)
                self.inbox.wait(call.get("offset"), 0 if self._script else call.get("timeout", 0))
        return super()._respond(request)

    def answer(self, request: Request) -> Answer:
        """Return what the API answers: the result of the method, or its refusal."""
        bot, _, method = request.path.removeprefix("/").partition("/")
        if bot != f"bot{self.token}":
            return failure(401, "Unauthorized")
        function = self._methods.get(method.lower())
        if function is None:
            return failure(404, "Not Found")
        try:
            return reply(200, {"ok": True, "result": function(read_call(request))})
        except RefusalError as error:
            return failure(400, f"Bad Request: {error}")
        except NoEntryError as error:
            return failure(403, f"Forbidden: {error}")

    def _member(self, call: Mapping[str, Any]) -> Mapping[str, Any]:
        is_administrator = (self._chat(call), call.get("user_id")) in self._administrators
        return {"status": "administrator" if is_administrator else "member", "user": {"id": call.get("user_id")}}

    @staticmethod
    def _place(chat: int) -> Mapping[str, Any]:
        return {"id": chat, "type": "private" if chat > 0 else "supergroup"}

    def _send(self, call: Mapping[str, Any]) -> Mapping[str, Any]:
        chat, visible, reply_to = self._chat(call), visible_text(call), self._reply_target(call)
        topic = call.get("message_thread_id")
        if topic is not None and topic not in self._topics:
            raise RefusalError("message thread not found")
        self._last_id += 1
        return self._keep(TelegramMessage(self._last_id, chat, visible, reply_to, buttons=buttons_of(call)))

    def _edit(self, call: Mapping[str, Any]) -> Mapping[str, Any]:
        known = self._known(call, "message to edit not found")
        visible = visible_text(call)
        if visible == known.visible:
            raise RefusalError(_NOT_MODIFIED)
        edits, buttons = known.edits + 1, buttons_of(call)
        return self._keep(TelegramMessage(known.id, known.chat, visible, known.reply_to, edits, buttons))

    def _mark_up(self, call: Mapping[str, Any]) -> Mapping[str, Any]:
        known = self._known(call, "message to edit not found")
        if known.buttons == buttons_of(call):
            raise RefusalError(_NOT_MODIFIED)
        return self._keep(replace(known, buttons=buttons_of(call)))

    def _answer_press(self, call: Mapping[str, Any]) -> bool:
        text = call.get("text", "")
        if not call.get("callback_query_id") or len(text) > _NOTE:
            raise RefusalError("query is too old and response timeout expired or query ID is invalid")
        self.notes.append(text)
        return True

    def _delete(self, call: Mapping[str, Any]) -> bool:
        del self._messages[self._known(call, "message to delete not found").id]
        return True

    def _known(self, call: Mapping[str, Any], trouble: str) -> TelegramMessage:
        chat = self._chat(call)
        known = self._messages.get(call.get("message_id", 0))
        if known is None or known.chat != chat:
            raise RefusalError(trouble)
        return known

    def _reply_target(self, call: Mapping[str, Any]) -> int | None:
        wanted = call.get("reply_parameters") or {}
        target: int | None = wanted.get("message_id")
        if target is None or target in self._messages:
            return target
        if not wanted.get("allow_sending_without_reply"):
            raise RefusalError("message to be replied not found")
        return None

    def _chat(self, call: Mapping[str, Any]) -> int | str:
        chat: Any = call.get("chat_id")
        if chat in (None, ""):
            raise RefusalError("chat_id is empty")
        if str(chat) not in self._chats:
            raise RefusalError("chat not found")
        if str(chat) in self._barred:
            raise NoEntryError(self._barred[str(chat)])
        return int(chat) if str(chat).lstrip("-").isdecimal() else str(chat)

    def _keep(self, message: TelegramMessage) -> Mapping[str, Any]:
        self._messages[message.id] = message
        sent_at = int(self.clock().timestamp())
        chat = {"id": message.chat, "type": "supergroup"}
        return {"message_id": message.id, "date": sent_at, "chat": chat, "text": message.visible.text}
