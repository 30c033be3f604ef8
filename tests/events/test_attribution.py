from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from events.unnamed import UNNAMED, is_unnamed


@pytest.mark.parametrize(
    ("text", "chain", "root"),
    [
        ("Belarus freed 12 political prisoners on Thursday.", ("The Post",), "The Post"),
        (
            "Belarus may free 100 political prisoners, two sources told Reuters.",
            ("The Post", "Reuters", f"2 {UNNAMED}"),
            "Reuters",
        ),
        (
            "Минск обсуждает освобождение политзаключённых, сообщили источники Rzeczpospolita. Так говорят три собеседника.",
            ("The Post", "Rzeczpospolita", f"3 {UNNAMED}"),
            "Rzeczpospolita",
        ),
        (
            "США обговорюють з Білоруссю звільнення політв’язнів. Про це повідомляє «Наша Ніва» з посиланням на Reuters.",
            ("The Post", "Reuters"),
            "Reuters",
        ),
        (
            "США обговорюють з Білоруссю звільнення політв’язнів — Reuters з посиланням на трьох неназваних співрозмовників.",
            ("The Post", "Reuters", f"3 {UNNAMED}"),
            "Reuters",
        ),
        ("Reuters: Belarus may free 100 political prisoners", ("The Post", "Reuters"), "Reuters"),
        (
            "Belarus released 12 political prisoners, Lithuanian President Gitanas Nausėda said.",
            ("The Post", "Gitanas Nausėda"),
            "Gitanas Nausėda",
        ),
        (
            "Belarus may free 100 political prisoners, Trump's envoy John Coale said.",
            ("The Post", "John Coale"),
            "John Coale",
        ),
        (
            "Belarus freed 12 political prisoners, said Donald Trump's special envoy for Belarus, John Coale.",
            ("The Post", "John Coale"),
            "John Coale",
        ),
        (
            "Білорусь звільнила 12 політв’язнів, повідомив спецпосланець Трампа Джон Коул.",
            ("The Post", "John Coale"),
            "John Coale",
        ),
        ("Лукашенко помилував 12 засуджених, повідомляє БелТА.", ("The Post", "BelTA"), "BelTA"),
        ("Lukashenko pardoned 12 people, according to Viasna.", ("The Post", "Viasna"), "Viasna"),
        (
            "Lukashenko pardoned 12 people, according to BelTA, citing the presidential press service.",
            ("The Post", "BelTA", "Lukashenko's press service"),
            "Lukashenko's press service",
        ),
    ],
)
def test_the_chain_goes_from_the_outlet_to_the_root(
    understand: Callable[..., Any], text: str, chain: tuple[str, ...], root: str
) -> None:
    [mention, *_] = understand(None, text, outlet_title="The Post").mentions
    assert (mention.attribution, mention.root) == (chain, root)


def test_an_outlet_that_cites_itself_is_the_root(understand: Callable[..., Any]) -> None:
    [mention] = understand(None, "Belarus may free 100 political prisoners, Reuters said.", outlet="Reuters").mentions
    assert (mention.attribution, mention.root) == (("Reuters",), "Reuters")


def test_without_anybody_named_there_is_no_root(understand: Callable[..., Any]) -> None:
    [mention] = understand(None, "Belarus freed 12 political prisoners on Thursday.").mentions
    assert (mention.attribution, mention.root) == ((), None)


def test_who_is_only_recalled_is_no_source(understand: Callable[..., Any]) -> None:
    text = "Belarus freed 12 political prisoners on Thursday.\n\nEarlier, Reuters reported that talks were under way."
    [mention] = understand(None, text, outlet_title="The Post").mentions
    assert mention.root == "The Post"


@pytest.mark.parametrize(
    ("text", "root"),
    [
        (
            "Trump hat nach eigenen Angaben mit Lukaschenko gesprochen und um die Freilassung von 50 Gefangenen gebeten.",
            "Donald Trump",
        ),
        (
            "Nach dem Telefonat mit Lukaschenko: Trump kündigt Freilassung von 50 Gefangenen an.",
            "Donald Trump",
        ),
        ("Trump schrieb, Lukaschenko habe 16 politische Gefangene freigelassen.", "Donald Trump"),
        ("EU fordert von Lukaschenko die Freilassung aller Gefangenen, sagte Kaja Kallas.", "Kaja Kallas"),
        (
            "„Lukaschenko hat mir das fest versprochen“, sagte John Coale über die Freilassung der Gefangenen.",
            "John Coale",
        ),
        (
            "Lukaschenko begnadigt 21 Menschen – Wjasna: 17 davon politisch verfolgt. Das teilte sein Pressedienst mit.",
            "Lukashenko's press service",
        ),
        ("Belarus will free 40 political prisoners, the US envoy said. John Coale was in Minsk.", "John Coale"),
        ("Belarus freed 12 political prisoners, the spokeswoman Karin Voss said.", "Karin Voss"),
        ("США зняли санкції з «Белавіа». Про це Лукашенку в Мінську сказав посланець Трампа Джон Коул.", "John Coale"),
        ("Lukashenko pardoned 12 people jailed for protests, his office said.", "Lukashenko's press service"),
        ("Łukaszenka ułaskawił 12 skazanych, oznajmił wysłannik prezydenta Trumpa John Coale.", "John Coale"),
    ],
)
def test_who_is_met_quoted_asked_or_served_does_not_speak(understand: Callable[..., Any], text: str, root: str) -> None:
    [mention, *_] = understand(None, text, outlet_title="The Post").mentions
    assert mention.root == root


@pytest.mark.parametrize(
    ("chain", "expected"),
    [((), False), (("TSN",), False), (("TSN", "Reuters"), False), (("TSN", "Reuters", f"3 {UNNAMED}"), True)],
)
def test_a_chain_that_ends_in_people_without_a_name_is_told(chain: tuple[str, ...], expected: bool) -> None:
    assert is_unnamed(chain) is expected


@pytest.mark.parametrize(
    ("lead", "told", "later"),
    [
        (
            "Олександр Лукашенко звільнив 52 політв'язнів після зустрічі з Джоном Коулом.",
            "Про це повідомив президент Литви Гітанас Науседа.",
            "Лукашенко каже, що звільнення 52 людей – його рішення.",
        ),
        (
            "Александр Лукашенко освободил 52 политзаключённых после встречи с Джоном Коулом.",
            "Об этом сообщил президент Литвы Гитанас Науседа.",
            "Лукашенко говорит, что освобождение 52 человек – его решение.",
        ),
    ],
)
def test_who_told_the_lead_goes_before_who_speaks_later(
    understand: Callable[..., Any], lead: str, told: str, later: str
) -> None:
    read = understand(None, f"{lead * 3}\n\n{told}\n\n{later}")
    assert {mention.root for mention in read.mentions} == {"Gitanas Nausėda"}
