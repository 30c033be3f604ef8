"""Pages as they came, for the record: body, headers, time and SHA-256 (an article with a mention keeps its page for ever)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import PageRow


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page whose body is kept. `url` was asked for, `final_url` answered; `headers` are those that are kept.

    `sha256` was taken when the page was stored; `is_intact` says whether the body still has it.
    """

    id: int
    url: str
    final_url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    sha256: str
    fetched_at: datetime
    is_evidence: bool

    @property
    def is_intact(self) -> bool:
        """Whether the body is the one that was fetched."""
        return hashlib.sha256(self.body).hexdigest() == self.sha256


def kept_pages(session: Session) -> Iterator[KeptPage]:
    """Yield the pages whose bodies are kept, the oldest first, one at a time in memory."""
    for page_id in session.scalars(select(PageRow.id).where(PageRow.body.is_not(None)).order_by(PageRow.id)).all():
        row = session.get(PageRow, page_id)
        if row is not None and row.body is not None:
            names = (name for name in KeptPage.__dataclass_fields__)
            yield KeptPage(**{name: getattr(row, name) for name in names})
            session.expunge(row)
