"""The made-up months: the same for the same seed, and each habit is what it is called."""

from __future__ import annotations

from collections import Counter

from newsroom.habits import DAY, EARLIER, EVENTS, HABITS, HOUR, MONTH, Diary, diaries


def of_habit(habit: str) -> list[Diary]:
    return [diary for diary in diaries(1) if diary.habit == habit]


def test_a_seed_gives_one_world() -> None:
    assert diaries(1) == diaries(1)
    assert diaries(1) != diaries(2)


def test_there_are_at_least_thirty_outlets_of_all_habits_and_priorities() -> None:
    kept = diaries(1)
    assert len(kept) >= 30
    assert Counter(diary.habit for diary in kept) == {habit: many for habit, (many, _) in HABITS.items()}
    assert len(set(Counter(diary.priority for diary in kept).values())) == 1


def test_items_are_in_order_and_reach_back_before_the_month() -> None:
    for diary in diaries(1):
        assert diary.items == sorted(diary.items)
        assert -EARLIER <= diary.items[0] < 0
        assert diary.items[-1] < MONTH + DAY
        assert diary.telling <= set(diary.items)


def test_a_wire_publishes_hundreds_a_day_and_the_dead_nothing() -> None:
    assert all(100 < len(diary.month) / 30 < 400 for diary in of_habit("wire"))
    assert all(not diary.month for diary in of_habit("dead"))


def test_nights_and_weekends_are_silent_but_for_events() -> None:
    for diary in of_habit("night-silent"):
        assert not [item for item in diary.items if item not in diary.telling and item % DAY >= 23 * HOUR]
    for diary in of_habit("weekdays"):
        assert not [item for item in diary.items if item not in diary.telling and item // DAY % 7 >= 5]


def test_every_event_is_told_of_by_some() -> None:
    telling = [diary for diary in diaries(1) if diary.telling]
    assert sum(len(diary.telling) for diary in telling) > 3 * EVENTS
    assert {diary.priority for diary in telling} == {1, 2, 3}
