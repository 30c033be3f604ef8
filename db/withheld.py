"""The names that are withheld, and the door: whatever is stored comes through it with place-holders in their place.

What was stored before a name was withheld is put right by `db.placeholders`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.marks import NAME_LIMIT, NOTE_LIMIT
from db.models import PageRow, WithheldNameRow
from db.notes import make_note, note_of
from db.text import clean_line, clean_text
from db.withholding import Forms, Person, Withheld

SECRET = "withheld names"  # noqa: S105 (the name of the note that holds it)
TEXTS = ("title", "text", "summary", "content", "author")  # what may hold a name of all that is stored at the door
Stored = TypeVar("Stored")


@dataclass(frozen=True, slots=True)
class WithheldName:
    """A withheld name as people see it: by what stands in its place. `found` is what held it when it was withheld."""

    number: int
    place: str
    by: str
    note: str
    at: datetime
    done_at: datetime | None
    found: Mapping[str, int]
    lifted_by: str | None
    lifted_note: str | None
    lifted_at: datetime | None


def withheld_in(session: Session) -> Withheld:
    """Return the names that are withheld, asked for once in a transaction."""
    known = session.info.get(SECRET)
    if not isinstance(known, Withheld):
        rows = session.scalars(select(WithheldNameRow).where(WithheldNameRow.lifted_at.is_(None))).all()
        people = tuple(Person(row.id, row.role, _forms(row.forms)) for row in rows)
        note = note_of(session, SECRET) if people else None
        known = session.info[SECRET] = _compiled(bytes.fromhex(note.value["secret"]) if note else b"", people)
    return known


@lru_cache(maxsize=4)
def _compiled(secret: bytes, people: tuple[Person, ...]) -> Withheld:
    return Withheld(secret, {person.number: person for person in people})


def at_the_door(session: Session, new: Stored) -> Stored:
    """Return an article or an entry that is to be stored with place-holders for the names that are withheld.

    The page that it was made from is kept without its body then.
    """
    withheld = withheld_in(session)
    told = {name: getattr(new, name) for name in TEXTS if getattr(new, name, None)} if withheld else {}
    clean = [clean_text(text) for text in told.values()]  # what hides in a name must not hide it
    found = withheld.find(clean)
    if not any(found):
        return new
    forget_page(session, getattr(new, "page_id", None))
    put = (withheld.put(text, spans) for text, spans in zip(clean, found, strict=True))
    return replace(new, **dict(zip(told, put, strict=True)))  # type: ignore[type-var]  # both are dataclasses


def forget_page(session: Session, page_id: int | None) -> None:
    """Drop body and headers of a page: nothing is put into what a server sent."""
    if page_id is not None:
        session.execute(update(PageRow).where(PageRow.id == page_id).values(body=None, headers={}))


def secret_of(session: Session, new: bytes) -> bytes:
    """Return the key of the hashes of this database; a new one where it has none yet."""
    note = note_of(session, SECRET)
    return bytes.fromhex(note.value["secret"]) if note is not None else new


def keep_secret(session: Session, new: bytes, now: datetime) -> bytes:
    """Return the key of the hashes of this database, the new one from now on where it has none yet."""
    secret = secret_of(session, new)
    if note_of(session, SECRET) is None:
        make_note(session, SECRET, {"secret": secret.hex()}, now)
    return secret


@dataclass(frozen=True, slots=True)
class NewWithheldName:
    """A name to be withheld: by its forms; who wants it, and why."""

    role: str
    forms: Forms
    by: str
    note: str


def withhold(session: Session, secret: bytes, new: NewWithheldName, now: datetime) -> int:
    """Let a name be withheld from now on; return its number. Who and why are kept without the name."""
    keep_secret(session, secret, now)
    row = WithheldNameRow(role=new.role, forms=_json(new.forms), by="", note="", at=now, found={}, touched=[])
    session.add(row)
    session.flush()
    session.info.pop(SECRET, None)
    row.by, row.note = _said(session, new.by, new.note, row.id)
    session.flush()
    return row.id


def learn(session: Session, number: int, forms: Forms) -> None:
    """Add forms to those that a withheld name is known by, from the next look on."""
    row = session.get_one(WithheldNameRow, number)
    row.forms = _json(_forms(row.forms) | forms)
    session.flush()
    session.info.pop(SECRET, None)


def note_found(session: Session, number: int, found: Mapping[str, int], touched: Iterable[int] = ()) -> None:
    """Note what held a name, in the transaction that takes it out, and the events that are to be told anew."""
    row = session.get_one(WithheldNameRow, number)
    row.found = {**row.found, **{name: row.found.get(name, 0) + count for name, count in found.items()}}
    row.touched = sorted({*row.touched, *touched})
    session.flush()


def touched_by(session: Session, number: int) -> frozenset[int]:
    """Return the events that are to be told anew, for texts of theirs held the name."""
    return frozenset(session.get_one(WithheldNameRow, number).touched)


def finish_withholding(session: Session, number: int, now: datetime) -> dict[str, int]:
    """Note that nothing that is stored holds the name any more; return how much of it did."""
    row = session.get_one(WithheldNameRow, number)
    row.done_at, row.touched = row.done_at or now, []
    return dict(row.found)


def lift(session: Session, number: int, by: str, note: str, now: datetime) -> bool:
    """Withhold a name no more, in what comes from now on; False where there is none such, or it is lifted."""
    row = session.get(WithheldNameRow, number)
    if row is None or row.lifted_at is not None:
        return False
    row.lifted_by, row.lifted_note = _said(session, by, note, number)
    row.lifted_at = now
    return True


def list_withheld(session: Session) -> list[WithheldName]:
    """Return the names that are or were withheld, the oldest first."""
    rows = session.scalars(select(WithheldNameRow).order_by(WithheldNameRow.id))
    names = WithheldName.__dataclass_fields__.keys() - {"number", "place"}
    return [
        WithheldName(row.id, Person(row.id, row.role, Forms()).place, **{name: getattr(row, name) for name in names})
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Register:
    """All withheld names as they are stored, with the key of their hashes: what goes from one database into another."""

    secret: dict[str, Any]
    rows: tuple[dict[str, Any], ...]


def register_of(session: Session) -> Register | None:
    """Return the withheld names of a database; None where there are none."""
    note = note_of(session, SECRET)
    names = WithheldNameRow.__table__.columns.keys()
    rows = session.scalars(select(WithheldNameRow)).all() if note is not None else ()
    return Register(note.value, tuple({name: getattr(row, name) for name in names} for row in rows)) if note else None


def take_over(session: Session, register: Register, now: datetime) -> None:
    """Withhold what another state of this database withholds; names that are new here are to be taken out of it yet.

    One whose hashes have another key is no state of this database, and nothing is taken over.
    """
    note = note_of(session, SECRET)
    if note is not None and note.value != register.secret:
        return
    make_note(session, SECRET, register.secret, now)
    for row in register.rows:
        known = session.get(WithheldNameRow, row["id"])
        undone: dict[str, Any] = {"done_at": known.done_at if known is not None else None, "touched": []}
        session.merge(WithheldNameRow(**{**row, **undone}))
    session.info.pop(SECRET, None)


def _said(session: Session, by: str, note: str, number: int) -> tuple[str, str]:
    """Return who and why, without the name."""
    withheld = withheld_in(session)
    told = (clean_line(by, NAME_LIMIT), clean_line(note, NOTE_LIMIT))
    return withheld.text(told[0], (number,)), withheld.text(told[1], (number,))


def _forms(stored: Mapping[str, Any]) -> Forms:
    names = frozenset(tuple(name) for name in stored["names"])
    return Forms(frozenset(stored["keys"]), names, frozenset(stored["alone"]), frozenset(stored["beside"]))


def _json(forms: Forms) -> dict[str, Any]:
    return {name: sorted(getattr(forms, name)) for name in Forms.__slots__}
