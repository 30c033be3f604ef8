"""What the program says while it runs: standard error, one line a record, no secret, nothing forged by a title.

SEC-15: text of others can start no line of its own and is cut; SEC-20: every configured secret and everything
shaped like one is replaced in the finished line, so tracebacks are covered too.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime

from alerts.redaction import secret_forms

REDACTED = "[redacted]"
LONGEST_TEXT = 300
LONGEST_TRACE = 8000
SHORTEST_SECRET = 4
OURS = ("alerts", "cli", "crawler", "db", "events", "newsroom", "scheduler", "volya", "web")
_SHAPES = re.compile(
    r"/bot\d+:[\w-]+"
    r"|hooks\.slack\.com/(?:services|workflows)/[\w/.-]+"
    r"|discord(?:app)?\.com/api(?:/v\d+)?/webhooks/[\w/.-]+"
    r"|xox[a-z](?:\.xox[a-z])?-[\w-]+"
    r"|whsec_[\w+/=-]+"
    r"|\btk_[a-z0-9]{29}\b"
    r"|\b(?:syt|mct)_[\w-]{8,}"
    r"|(?<=://)[^/\s:@]*:[^/\s@]+(?=@)",
)


class Redactor:
    """Takes secrets out of text: those it was told, in every form, and known shapes."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._pattern: re.Pattern[str] | None = None
        self._secrets: frozenset[str] = frozenset()
        self.learn(secrets)

    def learn_also(self, secrets: Iterable[str]) -> None:
        """Take these secrets out from now on, beside those told before."""
        self.learn(self._secrets.union(secrets))

    def learn(self, secrets: Iterable[str]) -> None:
        """Take these secrets out from now on, instead of those told before."""
        self._secrets = frozenset(secrets)
        longest_first = secret_forms(secret for secret in self._secrets if len(secret) >= SHORTEST_SECRET)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def redact(self, text: str) -> str:
        """Return `text` without secrets."""
        told = self._pattern.sub(REDACTED, text) if self._pattern is not None else text
        return _SHAPES.sub(REDACTED, told)


redactor = Redactor()  # one for the process: logs, errors and tracebacks all go through it


def plain(text: str, limit: int | None = None) -> str:
    """Return `text` on one line with control and direction characters escaped, cut to `limit` code points."""
    cut = text if limit is None or len(text) <= limit else text[: limit - 1] + "…"
    return "".join(c if unicodedata.category(c) not in ("Cc", "Cf", "Zl", "Zp", "Cs") else _escape(c) for c in cut)


def _escape(character: str) -> str:
    return character.encode("unicode_escape", "backslashreplace").decode("ascii")


class LineFormatter(logging.Formatter):
    """One line a record: time in UTC, level, logger, message; with `has_traces` also where an error came from."""

    def __init__(self, *, has_traces: bool) -> None:
        super().__init__()
        self._has_traces = has_traces

    def format(self, record: logging.LogRecord) -> str:
        """Return the finished line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        line = f"{at} {record.levelname} {record.name}: {_message(record)}{self._error(record)}"
        return plain(redactor.redact(line))

    def _error(self, record: logging.LogRecord) -> str:
        if not record.exc_info or record.exc_info[1] is None:
            return ""
        if self._has_traces:
            return " | " + self.formatException(record.exc_info)[-LONGEST_TRACE:]
        error = record.exc_info[1]
        return f" | {type(error).__name__}: {str(error)[:LONGEST_TEXT]}"


def _message(record: logging.LogRecord) -> str:
    if isinstance(record.args, tuple):
        record.args = tuple(plain(arg, LONGEST_TEXT) if isinstance(arg, str) else arg for arg in record.args)
    return record.getMessage()


def set_up_logs(level: int) -> None:
    """Send logs to standard error: ours from `level` on, those of libraries from WARNING on.

    Libraries say whole addresses at INFO (httpx) and whole statements at DEBUG. DEBUG also shows where errors came
    from. Errors that end a thread, and Python's own warnings, go the same way, so nothing passes the redactor by.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter(has_traces=level <= logging.DEBUG))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(capture=True)
    threading.excepthook = _log_end_of_thread


def _log_end_of_thread(ended: threading.ExceptHookArgs) -> None:
    error = ended.exc_value
    if error is not None and not isinstance(error, SystemExit):
        name = ended.thread.name if ended.thread is not None else "unknown"
        logging.getLogger("volya").critical("thread %s has ended by an error", name, exc_info=error)
