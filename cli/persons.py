"""Whom a name on the command line means: in any spelling, or a part of it."""

from __future__ import annotations

from cli.errors import CommandError, ExitCode
from db import Session
from db.people import NAME_LIMIT, list_namings, list_watches
from events.names import canonical
from events.persons import PersonView, find_persons, is_full_name, join_persons


def everyone(session: Session) -> list[PersonView]:
    """Return everyone named or watched."""
    return join_persons(list_namings(session), list_watches(session))


def the_one(persons: list[PersonView], name: str) -> PersonView | None:
    """Return whom a name means, None where it is nobody; raises CommandError (usage) where it may be several."""
    found = find_persons(persons, name)
    if len(found) > 1:
        raise CommandError(f"{name}: which one? {', '.join(one.name for one in found)}", ExitCode.USAGE)
    return found[0] if found else None


def person_meant(persons: list[PersonView], name: str) -> PersonView:
    """Return who is meant, perhaps named by no event yet. A full name means nobody but who has all of it.

    Raises CommandError (usage).
    """
    meant = canonical(name.strip())
    if not is_full_name(name):
        person = the_one(persons, name)
        if person is not None:
            return person
        if not is_full_name(meant):
            raise CommandError(f"{name}: nobody known has this name; give first name and surname", ExitCode.USAGE)
    if len(meant) > NAME_LIMIT:
        raise CommandError(f"a name has at most {NAME_LIMIT} characters", ExitCode.USAGE)
    (stored,) = join_persons((), (meant,))
    known = next((one for one in persons if one.key == stored.key), None)
    return known or PersonView(stored.name, stored.key, (), (), watched=False)
