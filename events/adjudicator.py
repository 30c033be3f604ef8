"""The adjudicator: a chat model behind an OpenAI-compatible address, asked under one deadline for all questions of a pass.

No answer is a normal outcome: too late, an error, a wrong form. It is counted, logged when it begins and when it ends,
and the rules decide. Where nobody answers at all it is left alone for a minute.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Coroutine, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from itertools import islice
from typing import Annotated, TypeVar

import httpx
from pydantic import BaseModel, Field, ValidationError

from events.question import INSTRUCTIONS, Answer, AnswerError, parse_answer

AT_ONCE = 4
PAUSE = timedelta(minutes=1)
READ_LIMIT = 64 * 1024
_MINUTE = timedelta(minutes=1)
# Refused for what stands in this article, as by a filter of contents: others may well be answered.
_OF_THE_QUESTION = (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY)
_PATH = "/chat/completions"

log = logging.getLogger(__name__)
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Who is asked: the base address of the API (`…/v1`), the model, the key if there is one.

    `timeout` is for all questions of a pass together; at most `rate` questions go out a minute.
    """

    url: str
    model: str
    key: str | None = field(default=None, repr=False)
    timeout: timedelta = timedelta(seconds=8)
    rate: int = 10


@dataclass(frozen=True, slots=True)
class _NoAnswer:
    """Why a question was left to the rules. `is_away`: nobody is there who could answer others either."""

    trouble: str
    is_away: bool


class _Message(BaseModel):
    content: str


class _Choice(BaseModel):
    message: _Message


class _Completion(BaseModel):
    """The part of a chat completion that is read; endpoints add what they like."""

    choices: Annotated[list[_Choice], Field(min_length=1)]


class Adjudicator:
    """Asks for second opinions; one thread at a time uses it.

    `tally` counts the answers, the questions that were not asked, and those without an answer by trouble.
    """

    def __init__(self, endpoint: Endpoint, user_agent: str) -> None:
        self.endpoint = endpoint
        self._url = endpoint.url.rstrip("/").removesuffix(_PATH) + _PATH
        key = {"authorization": f"Bearer {endpoint.key}"} if endpoint.key is not None else {}
        # Not compressed: a small answer must not blow up to a large one.
        self._headers = {"user-agent": user_agent, "accept-encoding": "identity", **key}
        self._asked: deque[datetime] = deque(maxlen=endpoint.rate)
        self._left_alone_at: datetime | None = None
        self._trouble: str | None = None
        self._left = 0  # questions left to the rules since the trouble began
        self.tally: Counter[str] = Counter()

    @property
    def model(self) -> str:
        """The model that is asked."""
        return self.endpoint.model

    def ask(self, questions: Mapping[str, str], now: datetime) -> dict[str, Answer]:
        """Return the answers that came in time, by the keys of their questions (user messages). Never raises for them."""
        chosen = dict(islice(questions.items(), self._budget(now)))
        self._leave_to_the_rules(len(questions) - len(chosen), "not asked")
        if not chosen:
            return {}
        self._asked.extend(now for _ in chosen)
        outcomes = _run(self._ask_all(chosen))
        self._note(list(outcomes.values()), now)
        return {key: outcome for key, outcome in outcomes.items() if isinstance(outcome, Answer)}

    def _budget(self, now: datetime) -> int:
        """Return how many questions may go out now; a clock that was set back gives none of them back and locks none."""
        if self._left_alone_at is not None and timedelta(0) <= now - self._left_alone_at < PAUSE:
            return 0
        return self.endpoint.rate - sum(timedelta(0) <= now - at < _MINUTE for at in self._asked)

    async def _ask_all(self, questions: Mapping[str, str]) -> dict[str, Answer | _NoAnswer]:
        limit = self.endpoint.timeout.total_seconds()
        places = asyncio.Semaphore(AT_ONCE)
        # No time limits of the client's own: the one below holds for everything.
        async with httpx.AsyncClient(timeout=None, follow_redirects=False, trust_env=False) as client:  # noqa: S113
            tasks = {key: asyncio.ensure_future(self._ask(client, places, text)) for key, text in questions.items()}
            _, late = await asyncio.wait(tasks.values(), timeout=limit)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        too_late = _NoAnswer("no answer in time", is_away=True)
        return {key: too_late if task.cancelled() else task.result() for key, task in tasks.items()}

    async def _ask(self, client: httpx.AsyncClient, places: asyncio.Semaphore, question: str) -> Answer | _NoAnswer:
        messages = [{"role": "system", "content": INSTRUCTIONS}, {"role": "user", "content": question}]
        # Nothing more, such as a temperature or a form of the answer: each is refused by some endpoint or model.
        body = {"model": self.endpoint.model, "messages": messages, "stream": False}
        try:
            async with places, self._posted(client, body) as response:
                if response.status_code != HTTPStatus.OK:
                    return _NoAnswer(
                        f"HTTP {response.status_code}", is_away=response.status_code not in _OF_THE_QUESTION
                    )
                return parse_answer(_content(await _read(response)))
        except AnswerError as error:
            return _NoAnswer(str(error), is_away=False)
        except (httpx.HTTPError, ValueError) as error:  # ValueError: a key that cannot stand in a header
            return _NoAnswer(type(error).__name__, is_away=True)  # only the class: the text may hold the address

    def _posted(
        self, client: httpx.AsyncClient, body: Mapping[str, object]
    ) -> AbstractAsyncContextManager[httpx.Response]:
        return client.stream("POST", self._url, json=body, headers=self._headers)

    def _note(self, outcomes: list[Answer | _NoAnswer], now: datetime) -> None:
        """Count, and say when trouble begins, changes or ends."""
        failed = [outcome for outcome in outcomes if isinstance(outcome, _NoAnswer)]
        for outcome in failed:
            self._leave_to_the_rules(1, outcome.trouble)
        self.tally["answered"] += len(outcomes) - len(failed)
        is_away = len(failed) == len(outcomes) and all(outcome.is_away for outcome in failed)
        self._left_alone_at = now if is_away else None
        trouble = failed[-1].trouble if failed else None
        if trouble is not None and trouble != self._trouble:
            log.warning("no second opinion of %s: %s; the rules decide", self.model, trouble)
        elif trouble is None and self._trouble is not None:
            log.info("%s gives second opinions again; %d questions were left to the rules", self.model, self._left)
        self._left = 0 if trouble is None else self._left
        self._trouble = trouble

    def _leave_to_the_rules(self, number: int, why: str) -> None:
        self.tally[why] += number
        self._left += number


async def _read(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > READ_LIMIT:
            raise AnswerError("an answer that is too long", "")
    return bytes(body)


def _content(body: bytes) -> str:
    try:
        return _Completion.model_validate_json(body).choices[0].message.content
    except ValidationError:
        raise AnswerError("no chat completion", "") from None


def _run(coroutine: Coroutine[None, None, Value]) -> Value:
    """Run to the end in a loop of its own. Unlike `asyncio.run` it does not wait for a thread that looks up a name."""
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(coroutine)
    finally:
        loop.close()
