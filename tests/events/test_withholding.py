"""What a withheld name is known by: inflected, in both scripts, beside its relatives; and what is left alone."""

from __future__ import annotations

import pytest

from db import Database
from db.withholding import Withheld, is_withheld
from events import WithholdingError, forms_of, would_withhold
from events.names import canonical, person_key

SECRET = b"0123456789abcdef"


def withheld(database: Database, name: str) -> Withheld:
    with database.read() as session:
        return would_withhold(SECRET, *forms_of(session, SECRET, name))


@pytest.mark.parametrize(
    ("name", "text", "left"),
    [
        # Not in the gazetteer: known by the spelling that was given.
        ("Іван Паўлаў", "Вызвалілі Івана Паўлава. Паўлаву далі ваду.", "Вызвалілі NN¹. NN¹ далі ваду."),
        ("Іван Павлов", "Звільнено Івана Павлова; Павлов удома.", "Звільнено NN¹; NN¹ удома."),
        ("Иван Павлов", "Павлов Иван Петрович и Ивану Павлову", "NN¹ Петрович и NN¹"),
        ("Иван Павлов", "Иван Петрович Павлов вышел.", "NN¹ вышел."),
        ("Ivan Paulau", "Ivan Paulau's wife met Paulau.", "NN¹'s wife met NN¹."),
        ("Ivan Paulau", "IVAN PAULAU FREED", "NN¹ FREED"),
        ("Jan Kowalski", "Uwolniono Jana Kowalskiego. Kowalski milczy.", "Uwolniono NN¹. NN¹ milczy."),
        ("Ivanas Paulavas", "Paleistas Ivanas Paulavas, Paulavo žmona laukė.", "Paleistas NN¹, NN¹ žmona laukė."),
        ("Ivan Paulau", "Der Journalist Ivan Paulau ist frei.", "Der Journalist NN¹ ist frei."),
        # A surname alone means somebody else where the whole name does not stand.
        ("Ivan Paulau", "Paulau is a village.", "Paulau is a village."),
        ("Ivan Paulau", "Siarhei Paulau and Ivan Kupala", "Siarhei Paulau and Ivan Kupala"),
        ("Ivan Paulau", "Ivan. Paulau", "NN¹"),
        ("Ivan Paulau", "Ivan, Paulau", "Ivan, Paulau"),
        # Of the gazetteer: all its forms, in every language, whatever was given.
        ("Ihar Losik", "Вызвалілі Ігара Лосіка.", "Вызвалілі NNᵖ¹."),
        ("Ігор Лосик", "Ihar Losik and Losik's wife", "NNᵖ¹ and NNᵖ¹'s wife"),
        ("Ihar Losik", "Darya Losik waits for Ihar Losik.", "Darya NNᵖ¹ waits for NNᵖ¹."),
        ("Sviatlana Tsikhanouskaya", "Святлана Ціханоўская сказала", "NNᵒ¹ сказала"),
    ],
)
def test_a_name_is_found_as_texts_write_it(sqlite_database: Database, name: str, text: str, left: str) -> None:
    assert withheld(sqlite_database, name).text(text) == left


@pytest.mark.parametrize("name", ["Alexander Lukashenko", "Джон Коул", "Gitanas Nauseda"])
def test_who_acts_for_a_state_is_not_withheld(sqlite_database: Database, name: str) -> None:
    with pytest.raises(WithholdingError, match="in office is the news"):
        withheld(sqlite_database, name)


def test_a_part_of_a_name_is_none(sqlite_database: Database) -> None:
    with pytest.raises(WithholdingError, match="give first name and surname"):
        withheld(sqlite_database, "Paulau")


def test_what_stands_in_a_names_place_is_its_own_name_and_key() -> None:
    places = ("NN¹", "NNᵖ²", "NNᵒ¹²")
    assert all(is_withheld(one) and canonical(one) == one == person_key(one) for one in places)
    assert not any(map(is_withheld, ("NN", "NN1", "ANN¹", "NN¹ Paulau", "")))


def test_places_of_a_text_move_with_its_words(sqlite_database: Database) -> None:
    names = withheld(sqlite_database, "Ivan Paulau")
    text = "Freed: Ivan Paulau, six others, Paulau's dog"
    (spans,) = names.find([text])
    new = names.put(text, spans)
    for word in ("Freed", "six others", "dog"):
        start = text.index(word)
        place = names.moved(start, spans), names.moved(start + len(word), spans, is_end=True)
        assert new[slice(*place)] == word
    inside = text.index("Paulau")
    assert new[names.moved(inside, spans) : names.moved(inside + 3, spans, is_end=True)] == "NN¹"


def test_whoever_has_only_the_codes_reads_no_name(sqlite_database: Database) -> None:
    forms = withheld(sqlite_database, "Ivan Paulau").people[1].forms
    assert not any(part in repr(forms).lower() for part in ("paul", "ivan"))
