"""What a mail server answers, read and classified (reliability 2.2, 3.5). Pure.

A code means different things at different steps: 550 to a recipient is about the address, 550 to the content about the
message. Enhanced codes (RFC 3463: "5.7.26") say it more exactly, where a server gives them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from alerts.outcome import Result, SendOutcome, redacted

GREYLIST_WAIT = 60.0  # seconds; most servers let a mail in after one to five minutes
_GREYLISTED = re.compile(r"gr[ae]y-?list", re.IGNORECASE)
_ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_OK, _TEMPORARY, _PERMANENT = 2, 4, 5  # the first digit of a code
_EXCEEDED_STORAGE, _AUTHENTICATION_REQUIRED = 552, 530


class Step(StrEnum):
    """Where a conversation stands: what was last asked. `content` is asked once the final dot has left."""

    CONNECT = "connect"
    TLS = "starttls"
    LOGIN = "login"
    SENDER = "sender"
    RECIPIENT = "recipient"
    DATA = "data"
    CONTENT = "content"


@dataclass(frozen=True, slots=True)
class MailAnswer:
    """An answer to one step; `recipient` is whom it is about, at that step."""

    step: Step
    code: int
    text: str = ""
    recipient: str | None = None

    @property
    def enhanced(self) -> str:
        """The enhanced code (RFC 3463), empty where there is none or it is of another class than the code."""
        found = _ENHANCED.search(self.text[:200])
        return found[0] if found and found[0][0] == str(self.code)[0] else ""

    def __str__(self) -> str:
        about = f"{self.recipient}: " if self.recipient else ""
        return f"{about}{self.code} {self.text}"


# What a permanent code is about, wherever the server says so: the longest beginning that fits. The rest goes by the step.
_BY_ENHANCED: Mapping[str, SendOutcome] = {
    "5.1.": SendOutcome.DEST_PERM,  # an address is wrong
    "5.2.": SendOutcome.DEST_PERM,  # the mailbox is closed
    "5.2.2": SendOutcome.DEST_TEMP,  # the mailbox is full
    "5.2.3": SendOutcome.MSG_PERM,  # longer than the mailbox takes
    "5.3.4": SendOutcome.MSG_PERM,  # longer than the server takes
    "5.4.": SendOutcome.DEST_TEMP,  # routing; some say so of a day's quota
    "5.6.": SendOutcome.MSG_PERM,  # what is in it
    "5.7.8": SendOutcome.DEST_PERM,  # user or password
    "5.7.9": SendOutcome.DEST_PERM,  # the way of logging in
    "5.7.2": SendOutcome.DEST_PERM,  # 20 to 27: our domain does not vouch for the server that we send by (RFC 7372)
}
_BY_STEP: Mapping[Step, SendOutcome] = {
    Step.CONNECT: SendOutcome.DEST_PERM,
    Step.TLS: SendOutcome.DEST_PERM,
    Step.LOGIN: SendOutcome.DEST_PERM,
    Step.SENDER: SendOutcome.DEST_PERM,
    Step.RECIPIENT: SendOutcome.DEST_PERM,
    Step.DATA: SendOutcome.DEST_TEMP,  # it has not seen the message yet, and has taken sender and recipients
    Step.CONTENT: SendOutcome.MSG_PERM,
}


def classify_mail(answer: MailAnswer) -> SendOutcome:
    """Return the class of an answer.

    4xx is temporary; greylisting asks to wait, which is no fault. 552 to a recipient counts as 452 (RFC 5321
    4.5.3.1.10). What is no answer to the step is temporary, and unclear once the content has left.
    """
    kind = answer.code // 100
    if kind == _OK and answer.step in (Step.RECIPIENT, Step.CONTENT):
        return SendOutcome.OK
    if kind == _TEMPORARY:
        return SendOutcome.RATE if _GREYLISTED.search(answer.text) else SendOutcome.DEST_TEMP
    if kind == _PERMANENT:
        return _classify_refusal(answer)
    return lost_at(answer.step)


def _classify_refusal(answer: MailAnswer) -> SendOutcome:
    if answer.code == _AUTHENTICATION_REQUIRED:
        return SendOutcome.DEST_PERM
    fitting = [start for start in _BY_ENHANCED if answer.enhanced.startswith(start)]
    if fitting:
        return _BY_ENHANCED[max(fitting, key=len)]
    if answer.code == _EXCEEDED_STORAGE and answer.step in (Step.SENDER, Step.RECIPIENT):
        return SendOutcome.MSG_PERM if answer.step == Step.SENDER else SendOutcome.DEST_TEMP
    return _BY_STEP[answer.step]


def lost_at(step: Step) -> SendOutcome:
    """Return the class of a connection that broke: before the final dot left, nothing can have been accepted."""
    return SendOutcome.UNCERTAIN if step == Step.CONTENT else SendOutcome.DEST_TEMP


def refused_by_all(refusals: Sequence[MailAnswer]) -> MailAnswer:
    """Return the refusal that counts where no recipient was taken: one that may pass, if there is one."""
    temporary = [one for one in refusals if classify_mail(one) in (SendOutcome.RATE, SendOutcome.DEST_TEMP)]
    return (temporary or list(refusals))[0]


def result_of(answer: MailAnswer, refusals: Sequence[MailAnswer], secrets: tuple[str, ...]) -> Result:
    """Return what an answer makes of a delivery; `refusals` are of recipients that did not get it though others did.

    Such a mail is sent: to send it again would repeat it to those who have it. Who was refused, and why, stands in
    the response.
    """
    outcome = classify_mail(answer)
    partly = f"recipients refused: {len(refusals)}" if refusals else None
    said = "; ".join(map(str, [*refusals, answer]))
    return Result(
        outcome,
        status=answer.code,
        code=partly if outcome == SendOutcome.OK else _words(answer),
        retry_after=GREYLIST_WAIT if outcome == SendOutcome.RATE else None,
        response=redacted(said, secrets),
    )


def _words(answer: MailAnswer) -> str:
    """Return a short word for people and rows: "recipient refused (550 5.1.1)"; a server's own may hold secrets."""
    return f"{answer.step.value} refused ({' '.join(filter(None, [str(answer.code), answer.enhanced]))})"
