"""Buffers by kind and a notice of its own for a move: shown and accepted alike."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sessions import availability, desk, requests
from sessions import booking as bookings
from sessions.limits import change_limits, kinds_of, limits_of
from sessions.slots import Rules, Span
from sessions.taking import NotInOfferedHours, TimeTaken
from sessions.views.bookings import free_times_for
from tests.support_sessions.times import book, sept

FIFTY = timedelta(minutes=50)
DAY = Span(sept(23, 0), sept(24, 0))


def limited(supporter, **changed):
    change_limits(supporter=supporter, limits=replace(limits_of(supporter), **changed))
    supporter.refresh_from_db()


def shown(supporter, at, kind):
    found = availability.free_times_of(
        supporter=supporter, length=FIFTY, window=DAY, at=at, kind=kind
    )
    return {slot.start for slot in found}


# --- buffers by kind ---


def test_a_kind_has_its_own_minutes_and_the_others_keep_the_usual():
    ten, forty = timedelta(minutes=10), timedelta(minutes=40)
    found = Rules("UTC", (), buffer=ten, buffers=(("debrief", forty),))
    assert found.for_a("debrief").buffer == forty
    assert found.for_a("short_call").buffer == ten
    assert found.for_any().buffer == forty


def test_after_a_kind_that_needs_longer_others_begin_later(team, at):
    limited(team.dr_jo, buffers={"debrief": 40})
    book(team, at=at, start=sept(23, 10), kind="debrief")
    free = shown(team.dr_jo, at, "short_call")
    assert sept(23, 11) not in free
    assert sept(23, 11, 30) in free
    with pytest.raises(TimeTaken):
        book(team, at=at, start=sept(23, 11), person=team.bem, kind="short_call")
    book(team, at=at, start=sept(23, 11, 30), person=team.bem, kind="short_call")


def test_before_a_kind_that_needs_longer_it_is_the_same(team, at):
    limited(team.dr_jo, buffers={"debrief": 40})
    book(team, at=at, start=sept(23, 10), kind="short_call")
    assert sept(23, 11) in shown(team.dr_jo, at, "short_call")
    assert sept(23, 11) not in shown(team.dr_jo, at, "debrief")
    with pytest.raises(TimeTaken):
        book(team, at=at, start=sept(23, 11), person=team.bem, kind="debrief")
    book(team, at=at, start=sept(23, 11), person=team.bem, kind="short_call")


def test_a_kind_may_need_less_than_the_usual(team, at):
    limited(team.dr_jo, buffer_minutes=30, buffers={"short_call": 0})
    book(team, at=at, start=sept(23, 10), kind="short_call")
    assert sept(23, 11) in shown(team.dr_jo, at, "short_call")
    assert sept(23, 11) not in shown(team.dr_jo, at, "debrief")


def test_a_request_is_shown_the_times_of_its_kind(team, at):
    limited(team.dr_jo, buffers={"debrief": 40})
    book(team, at=at, start=sept(23, 10), kind="short_call")
    fits = {}
    for kind in ("debrief", "short_call"):
        request = requests.ask(
            person=team.bem,
            holder=team.dr_jo,
            kind=kind,
            minutes=50,
            modes=[],
            promised_by=sept(25, 9),
            answer_due=sept(17, 9),
            at=at,
        )
        free = desk.free_for(request=request, supporter=team.dr_jo, at=at)
        fits[kind] = sept(23, 11) in {slot.start for slot in free}
    assert fits == {"debrief": False, "short_call": True}


# --- notice ---


def test_a_move_has_a_notice_of_its_own(team, at):
    limited(team.dr_jo, notice_minutes=24 * 60, move_notice_minutes=60)
    made = book(team, at=at, start=sept(24, 10))
    soon = sept(23, 9)
    with pytest.raises(NotInOfferedHours):
        book(team, at=soon, start=sept(23, 14), person=team.bem)
    moved = bookings.move(
        booking=made, start=sept(23, 14), mode="phone", by=team.ada, at=soon
    )
    assert moved.starts_at == sept(23, 14)
    with pytest.raises(NotInOfferedHours):
        bookings.move(
            booking=moved, start=sept(23, 9, 30), mode="phone", by=team.ada, at=soon
        )


def test_without_one_a_move_has_the_notice_of_a_new_booking(team, at):
    limited(team.dr_jo, notice_minutes=24 * 60)
    made = book(team, at=at, start=sept(24, 10))
    with pytest.raises(NotInOfferedHours):
        bookings.move(
            booking=made, start=sept(23, 14), mode="phone", by=team.ada, at=sept(23, 9)
        )


def test_to_another_supporter_a_move_is_a_new_booking(team, at):
    limited(team.dr_kim, notice_minutes=24 * 60, move_notice_minutes=60)
    made = book(team, at=at, start=sept(24, 10))
    with pytest.raises(NotInOfferedHours):
        bookings.move(
            booking=made,
            start=sept(23, 14),
            mode="phone",
            by=team.ada,
            at=sept(23, 9),
            supporter=team.dr_kim,
        )


@pytest.mark.parametrize("agreed", [True, False])
def test_the_page_of_times_shows_what_is_accepted(team, at, settings, agreed):
    limited(team.dr_jo, notice_minutes=24 * 60, move_notice_minutes=60)
    made = book(team, at=at, start=sept(24, 10))
    if not agreed:
        made.agreed_at, made.pencilled_until = None, sept(24, 9)
        made.save()
    settings.DEMO_AT = sept(23, 9)
    assert (sept(23, 14) in {slot.start for slot in free_times_for(made)}) is agreed


def test_a_cancel_needs_no_notice(team, at):
    limited(team.dr_jo, notice_minutes=24 * 60, move_notice_minutes=24 * 60)
    made = book(team, at=at, start=sept(24, 10))
    freed = bookings.cancel(booking=made, by=team.ada, at=sept(24, 9, 59))
    assert freed.freed_at == sept(24, 9, 59)


# --- the page ---

FORM = {
    "most_per_day": "5",
    "rest_minutes": "30",
    "buffer_minutes": "10",
    "notice_minutes": "120",
    "horizon_days": "120",
}


@pytest.fixture
def page(client, settings, at, team):
    settings.DEMO_AT = at
    client.force_login(team.jo)
    return client


def test_the_kinds_that_a_supporter_has_can_have_minutes_of_their_own(team, at, page):
    book(team, at=at, start=sept(23, 10), kind="debrief")
    said = page.get("/availability/limits/").content.decode()
    assert 'name="buffer_for_debrief"' in said
    assert "Debrief, minutes" in said
    changed = {"buffer_for_debrief": "25", "move_notice_minutes": "30"}
    page.post("/availability/limits/", FORM | changed)
    kept = limits_of(type(team.dr_jo).objects.get(pk=team.jo.pk))
    assert (kept.buffers, kept.move_notice_minutes) == ({"debrief": 25}, 30)
    said = page.get("/availability/").content.decode()
    assert "Around debrief" in said
    assert "Before one that moves" in said
    page.post("/availability/limits/", FORM)
    kept = limits_of(type(team.dr_jo).objects.get(pk=team.jo.pk))
    assert (kept.buffers, kept.move_notice_minutes) == ({}, None)


def test_nonsense_is_said_beside_its_field_and_saves_nothing(team, at, page):
    book(team, at=at, start=sept(23, 10), kind="debrief")
    wrong = page.post("/availability/limits/", FORM | {"buffer_for_debrief": "-1"})
    assert "Enter a whole number from 0 to 120." in wrong.content.decode()
    assert limits_of(type(team.dr_jo).objects.get(pk=team.jo.pk)).buffers == {}


def test_only_ones_own_kinds_are_shown_and_a_kind_that_is_not_theirs_saves_nothing(
    team, at, page
):
    book(team, at=at, start=sept(23, 10), kind="debrief", supporter=team.dr_kim)
    assert kinds_of(team.dr_jo, at=at) == []
    assert "buffer_for" not in page.get("/availability/limits/").content.decode()
    page.post("/availability/limits/", FORM | {"buffer_for_debrief": "25"})
    assert limits_of(type(team.dr_jo).objects.get(pk=team.jo.pk)).buffers == {}


@pytest.mark.parametrize("kinds", [1, 3])
def test_the_page_costs_the_same_for_one_kind_and_for_three(
    team, at, page, django_assert_num_queries, kinds
):
    for number in range(kinds):
        book(team, at=at, start=sept(22 + number, 10), kind=f"kind_{number}")
    with django_assert_num_queries(6):
        page.get("/availability/limits/")
