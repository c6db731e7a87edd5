"""The life of a booking, and what the two people are told at each step."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.models import STILL_HERE, Message
from sessions import booking as bookings
from sessions.models import Booking, BookingChange, UsualSupporter
from sessions.taking import NoLongerThere, NotInOfferedHours, TimeTaken, take
from tests.factories import make_person, make_supporter
from tests.support_sessions.times import book, pencil, sept

THURSDAY = sept(24, 10)


def told(booking, person=None, *, waiting=True):
    """The templates that wait for a person about a booking, in the order made."""
    rows = Message.objects.filter(group=f"booking:{booking.public_id}")
    if waiting:
        rows = rows.filter(state__in=STILL_HERE)
    if person:
        rows = rows.filter(person=person)
    return list(rows.order_by("pk").values_list("template", flat=True))


def invitation(booking, person, template):
    row = Message.objects.get(
        group=f"booking:{booking.public_id}",
        person=person,
        template=template,
        state__in=STILL_HERE,
    )
    return row.context["invitation"]


def entries_that_wait(person):
    """The calendar entries that still have to leave for a person, oldest first."""
    rows = Message.objects.filter(person=person, state__in=STILL_HERE).order_by("pk")
    return [row.context["invitation"] for row in rows if "invitation" in row.context]


def changes(booking):
    return list(booking.changes.order_by("pk").values_list("what", flat=True))


def statements(queries):
    """What was asked of the database, without the words that frame a transaction."""
    frame = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    return [one["sql"] for one in queries if not one["sql"].startswith(frame)]


# --- pencils ---


def test_a_pencil_keeps_the_time_and_says_nothing(team, at):
    kept = pencil(team, at=at, start=THURSDAY)
    assert (kept.starts_at, kept.ends_at) == (
        THURSDAY,
        THURSDAY + timedelta(minutes=50),
    )
    assert told(kept) == []
    assert changes(kept) == ["pencilled"]
    with pytest.raises(TimeTaken):
        pencil(team, at=at, start=THURSDAY, person=team.bem)


def test_a_pencil_of_one_origin_is_made_once(team, at):
    first = pencil(team, at=at, start=THURSDAY, origin="offer:1")
    again = pencil(team, at=at, start=THURSDAY, origin="offer:1")
    assert again == first
    assert Booking.objects.count() == 1


def test_a_pencil_that_ran_out_gives_way_to_the_next_person(team, at):
    old = pencil(team, at=at, start=THURSDAY, until=at + timedelta(hours=1))
    later = at + timedelta(hours=2)
    book(team, at=later, start=THURSDAY, person=team.bem)
    old.refresh_from_db()
    assert old.freed_because == "released"
    with pytest.raises(NoLongerThere):
        bookings.agree(booking=old, by=team.ada, at=later)


def test_run_out_pencils_go_back_once(team, at):
    old = pencil(team, at=at, start=THURSDAY, until=at + timedelta(hours=1))
    kept = pencil(team, at=at, start=sept(25, 10))
    later = at + timedelta(hours=1)
    assert bookings.release_pencils(at=later) == 1
    assert bookings.release_pencils(at=later) == 0
    old.refresh_from_db()
    kept.refresh_from_db()
    assert (old.freed_at, kept.freed_at) == (later, None)
    assert changes(old) == ["pencilled", "freed"]


def test_not_this_time_frees_the_pencil_and_tells_nobody(team, at):
    kept = pencil(team, at=at, start=THURSDAY)
    bookings.decline(booking=kept, by=team.ada, at=at)
    again = bookings.decline(booking=kept, by=team.ada, at=at)
    assert again.freed_because == "declined"
    assert changes(kept) == ["pencilled", "freed"]
    assert told(kept, waiting=False) == []
    book(team, at=at, start=THURSDAY, person=team.bem)


def test_an_agreed_time_is_not_declined(team, at):
    agreed = book(team, at=at, start=THURSDAY)
    with pytest.raises(NoLongerThere):
        bookings.decline(booking=agreed, by=team.ada, at=at)


# --- agreeing ---


def test_agreeing_tells_both_and_plans_their_reminders(team, at):
    kept = pencil(team, at=at, start=THURSDAY)
    agreed = bookings.agree(booking=kept, by=team.ada, at=at)
    assert agreed.agreed_at == at
    expected = ["booking_agreed", "booking_reminder", "booking_reminder"]
    assert told(agreed, team.ada) == expected
    assert told(agreed, team.jo) == expected
    sent = invitation(agreed, team.ada, "booking_agreed")
    assert (sent["method"], sent["sequence"]) == ("REQUEST", 0)
    reminders = Message.objects.filter(person=team.ada, template="booking_reminder")
    assert [(row.not_before, row.expires_at) for row in reminders.order_by("pk")] == [
        (THURSDAY - timedelta(days=2), THURSDAY - timedelta(minutes=10)),
        (THURSDAY - timedelta(hours=2), THURSDAY - timedelta(minutes=10)),
    ]


def test_agreeing_twice_is_once(team, at):
    kept = pencil(team, at=at, start=THURSDAY)
    bookings.agree(booking=kept, by=team.ada, at=at)
    bookings.agree(booking=kept, by=team.ada, at=at)
    assert changes(kept) == ["pencilled", "agreed"]
    assert len(told(kept, team.ada)) == 3


def test_reminders_whose_moment_is_past_are_left_out(team, at):
    soon = sept(16, 10)
    agreed = book(team, at=at, start=soon)
    assert told(agreed, team.ada) == ["booking_agreed", "booking_reminder"]


def test_a_booking_costs_at_most_fifteen_queries(team, at):
    with CaptureQueriesContext(connection) as queries:
        book(team, at=at, start=THURSDAY, reminders=[])
    assert len(statements(queries.captured_queries)) == 13


def test_the_guard_of_the_database_is_said_as_time_taken(team, at, monkeypatch):
    book(team, at=at, start=THURSDAY)
    monkeypatch.setattr("sessions.availability._taken", lambda *args: {})
    with pytest.raises(TimeTaken):
        book(team, at=at, start=THURSDAY, person=team.bem)
    assert Booking.objects.count() == 1


def never(*people):
    raise AssertionError("joined the line")


def test_who_comes_after_needs_no_turn_in_line_to_hear_it(team, at, monkeypatch):
    kept = book(team, at=at, start=THURSDAY)
    other = book(team, at=at, start=THURSDAY + timedelta(hours=2), person=team.bem)
    monkeypatch.setattr("sessions.taking.lock_people", never)
    for start in (THURSDAY, THURSDAY + timedelta(minutes=30)):
        with pytest.raises(TimeTaken) as taken:
            book(team, at=at, start=start, person=team.gil)
        assert len(taken.value.next_times) == 3
    with pytest.raises(TimeTaken):
        bookings.move(booking=other, start=THURSDAY, mode="phone", by=team.bem, at=at)
    with pytest.raises(NotInOfferedHours):
        book(team, at=at, start=THURSDAY, person=team.gil, mode="pigeon")
    assert list(Booking.objects.order_by("pk")) == [kept, other]


def test_a_pencil_that_has_run_out_sends_nobody_away(team, at):
    pencil(team, at=at, start=THURSDAY, until=at + timedelta(hours=1))
    later = at + timedelta(hours=2)
    made = book(team, at=later, start=THURSDAY, person=team.bem)
    assert made.agreed_at == later


def test_a_second_tab_that_keeps_the_time_a_moment_later_keeps_it_too(
    team, at, monkeypatch
):
    """The pencil has run out, so each of the two takes its time anew."""
    kept = pencil(team, at=at, start=THURSDAY, until=at + timedelta(hours=1))
    later = at + timedelta(hours=2)
    winning = bookings.winning

    @contextmanager
    def after_the_first_tab(*wanted, **extra):
        monkeypatch.setattr(bookings, "winning", winning)
        bookings.agree(booking=kept, by=team.ada, at=later)
        with winning(*wanted, **extra):
            yield

    monkeypatch.setattr(bookings, "winning", after_the_first_tab)
    made = bookings.agree(booking=kept, by=team.ada, at=later)
    assert (made, made.agreed_at) == (kept, later)
    assert changes(kept).count("agreed") == 1


def test_nobody_is_booked_with_themself(team, at):
    with pytest.raises(NotInOfferedHours):
        book(team, at=at, start=THURSDAY, person=team.jo)


def test_a_person_is_not_in_two_places(team, at):
    book(team, at=at, start=THURSDAY)
    with pytest.raises(TimeTaken) as taken:
        book(team, at=at, start=THURSDAY, supporter=team.dr_kim)
    nearest = [slot.start for slot in taken.value.next_times]
    assert nearest == [sept(24, 11), sept(24, 11, 30), sept(24, 12)]


def test_a_supporter_who_is_supported_themself_is_not_free_then(team, at):
    book(team, at=at, start=THURSDAY, person=team.jo, supporter=team.dr_kim)
    with pytest.raises(TimeTaken):
        book(team, at=at, start=THURSDAY)


def test_what_has_gone_comes_with_the_nearest_free_times(team, at):
    book(team, at=at, start=THURSDAY)
    with pytest.raises(TimeTaken) as taken:
        book(team, at=at, start=THURSDAY, person=team.bem)
    assert [slot.start for slot in taken.value.next_times] == [
        sept(24, 11),
        sept(24, 11, 30),
        sept(24, 12),
    ]


@pytest.mark.parametrize(
    ("start", "mode", "sentence"),
    [
        (sept(24, 10, 10), "phone", "This time is not open."),
        (sept(24, 17), "phone", "This time is not open."),
        (sept(26, 10), "phone", "This time is not open."),
        (sept(24, 10), "in_person", "This time cannot be held that way."),
        (sept(15, 16, 30), "phone", "This time is too soon to arrange."),
    ],
)
def test_a_time_that_was_never_on_offer_is_said_so(team, at, start, mode, sentence):
    with pytest.raises(NotInOfferedHours) as refused:
        book(team, at=at, start=start, mode=mode)
    assert refused.value.sentence == sentence


# --- moving ---


def test_a_move_keeps_the_row_and_raises_the_sequence(team, at):
    before = book(team, at=at, start=THURSDAY)
    uid = invitation(before, team.ada, "booking_agreed")["uid"]
    moved = bookings.move(
        booking=before, start=sept(25, 14), mode="video", by=team.ada, at=at
    )
    assert moved.pk == before.pk
    assert (moved.starts_at, moved.mode, moved.sequence) == (sept(25, 14), "video", 1)
    sent = invitation(moved, team.jo, "booking_moved")
    assert (sent["uid"], sent["sequence"], sent["method"]) == (uid, 1, "REQUEST")
    change = moved.changes.get(what="moved")
    assert (change.was_starts_at, change.was_supporter) == (THURSDAY, team.dr_jo)
    book(team, at=at, start=THURSDAY, person=team.bem)


def test_after_a_move_no_old_reminder_waits(team, at):
    before = book(team, at=at, start=THURSDAY)
    moved = bookings.move(
        booking=before, start=sept(25, 14), mode="phone", by=team.ada, at=at
    )
    expected = ["booking_moved", "booking_reminder", "booking_reminder"]
    assert told(moved, team.ada) == expected
    waiting = Message.objects.filter(
        template="booking_reminder", state__in=STILL_HERE, person=team.ada
    )
    assert {row.context["starts_at"] for row in waiting} == {sept(25, 14).isoformat()}


def test_a_move_by_half_an_hour_does_not_count_against_itself(team, at):
    team.dr_jo.most_per_day = 1
    team.dr_jo.save()
    before = book(team, at=at, start=THURSDAY)
    moved = bookings.move(
        booking=before, start=sept(24, 10, 30), mode="phone", by=team.ada, at=at
    )
    assert moved.starts_at == sept(24, 10, 30)


def test_a_move_to_the_same_time_changes_nothing(team, at):
    before = book(team, at=at, start=THURSDAY)
    bookings.move(booking=before, start=THURSDAY, mode="phone", by=team.ada, at=at)
    before.refresh_from_db()
    assert before.sequence == 0
    assert told(before, team.ada)[0] == "booking_agreed"


def test_when_the_new_time_is_taken_the_old_one_stands(team, at):
    mine = book(team, at=at, start=THURSDAY)
    book(team, at=at, start=sept(25, 14), person=team.bem)
    with pytest.raises(TimeTaken):
        bookings.move(
            booking=mine, start=sept(25, 14), mode="phone", by=team.ada, at=at
        )
    mine.refresh_from_db()
    assert (mine.starts_at, mine.sequence) == (THURSDAY, 0)
    assert told(mine, team.ada)[0] == "booking_agreed"


def test_a_move_to_another_supporter_tells_the_first_that_it_is_off(team, at):
    before = book(team, at=at, start=THURSDAY)
    moved = bookings.move(
        booking=before,
        start=THURSDAY,
        mode="phone",
        by=team.ada,
        at=at,
        supporter=team.dr_kim,
    )
    assert [entry["method"] for entry in entries_that_wait(team.jo)] == ["CANCEL"]
    assert told(moved, team.kim)[0] == "booking_agreed"
    assert told(moved, team.ada)[0] == "booking_moved"


def test_who_was_replaced_loses_the_entry_whatever_comes_after(team, at):
    """A second change within the minute took the letter back that had not left yet."""
    made = book(team, at=at, start=THURSDAY)
    moved = bookings.move(
        booking=made,
        start=THURSDAY,
        mode="phone",
        by=team.ada,
        at=at,
        supporter=team.dr_kim,
    )
    bookings.move(booking=moved, start=sept(25, 14), mode="phone", by=team.ada, at=at)
    [entry] = entries_that_wait(team.jo)
    assert (entry["method"], entry["sequence"]) == ("CANCEL", 1)
    bookings.cancel(booking=moved, by=team.ada, at=at)
    assert entries_that_wait(team.jo) == [entry]


def test_a_pencil_that_its_person_moves_is_agreed(team, at):
    kept = pencil(team, at=at, start=THURSDAY)
    moved = bookings.move(
        booking=kept, start=sept(25, 14), mode="phone", by=team.ada, at=at
    )
    assert moved.agreed_at == at
    assert told(moved, team.ada)[0] == "booking_agreed"


def test_two_tabs_moving_one_booking_leave_one_booking(team, at):
    first_tab = book(team, at=at, start=THURSDAY)
    second_tab = Booking.objects.get(pk=first_tab.pk)
    bookings.move(
        booking=first_tab, start=sept(25, 14), mode="phone", by=team.ada, at=at
    )
    bookings.move(
        booking=second_tab, start=sept(25, 15), mode="phone", by=team.ada, at=at
    )
    only = Booking.objects.get()
    assert (only.starts_at, only.sequence) == (sept(25, 15), 2)


def test_a_cancelled_booking_does_not_move(team, at):
    booking = book(team, at=at, start=THURSDAY)
    bookings.cancel(booking=booking, by=team.ada, at=at)
    with pytest.raises(NoLongerThere):
        bookings.move(
            booking=booking, start=sept(25, 14), mode="phone", by=team.ada, at=at
        )


def test_a_cancel_at_the_very_moment_of_a_move_wins(team, at, monkeypatch):
    booking = book(team, at=at, start=THURSDAY)

    def cancelled_meanwhile(wanted, *, ignoring):
        bookings.cancel(booking=booking, by=team.jo, at=at)
        return take(wanted, ignoring=ignoring)

    monkeypatch.setattr("sessions.moving.take", cancelled_meanwhile)
    with pytest.raises(NoLongerThere):
        bookings.move(
            booking=booking, start=sept(25, 14), mode="phone", by=team.ada, at=at
        )


# --- cancelling ---


def test_a_cancel_frees_the_time_and_clears_both_calendars(team, at):
    booking = book(team, at=at, start=THURSDAY)
    freed = bookings.cancel(booking=booking, by=team.ada, at=at)
    assert freed.freed_because == "by_person"
    assert told(freed, team.ada) == ["booking_cancelled"]
    assert told(freed, team.jo) == ["booking_cancelled"]
    sent = invitation(freed, team.jo, "booking_cancelled")
    assert (sent["method"], sent["sequence"]) == ("CANCEL", 1)
    book(team, at=at, start=THURSDAY, person=team.bem)


def test_a_cancel_by_us_brings_the_person_an_apology(team, at):
    booking = book(team, at=at, start=THURSDAY)
    freed = bookings.cancel(booking=booking, by=team.jo, at=at)
    assert freed.freed_because == "by_us"
    assert told(freed, team.ada) == ["booking_cancelled_by_us"]
    assert told(freed, team.jo) == ["booking_cancelled"]


def test_cancelling_twice_is_one_cancel(team, at):
    booking = book(team, at=at, start=THURSDAY)
    bookings.cancel(booking=booking, by=team.ada, at=at)
    again = bookings.cancel(booking=booking, by=team.jo, at=at)
    assert again.freed_because == "by_person"
    assert changes(booking) == ["agreed", "freed"]
    assert told(booking, team.ada) == ["booking_cancelled"]


def test_what_has_begun_is_not_cancelled(team, at):
    booking = book(team, at=at, start=THURSDAY)
    with pytest.raises(NoLongerThere):
        bookings.cancel(booking=booking, by=team.ada, at=THURSDAY)


def test_an_undo_brings_the_booking_and_its_reminders_back(team, at):
    booking = book(team, at=at, start=THURSDAY)
    freed = bookings.cancel(booking=booking, by=team.ada, at=at)
    back = bookings.restore(booking=freed, by=team.ada, at=at)
    assert (back.freed_at, back.freed_because, back.sequence) == (None, "", 2)
    expected = ["booking_agreed", "booking_reminder", "booking_reminder"]
    assert told(back, team.ada) == expected
    assert changes(back) == ["agreed", "freed", "restored"]


def test_an_undo_comes_too_late_when_somebody_has_the_time(team, at):
    booking = book(team, at=at, start=THURSDAY)
    freed = bookings.cancel(booking=booking, by=team.ada, at=at)
    book(team, at=at, start=THURSDAY, person=team.bem)
    with pytest.raises(TimeTaken):
        bookings.restore(booking=freed, by=team.ada, at=at)


def test_not_this_time_can_be_taken_back_while_the_pencil_would_last(team, at):
    kept = pencil(team, at=at, start=THURSDAY, until=at + timedelta(hours=1))
    declined = bookings.decline(booking=kept, by=team.ada, at=at)
    with pytest.raises(NoLongerThere):
        bookings.restore(booking=declined, by=team.ada, at=at + timedelta(hours=1))
    back = bookings.restore(booking=declined, by=team.ada, at=at)
    assert (back.freed_at, back.agreed_at) == (None, None)
    assert told(back, waiting=False) == []


# --- afterwards ---


def test_the_outcome_is_recorded_once_it_began_and_may_be_corrected(team, at):
    booking = book(team, at=at, start=THURSDAY)
    with pytest.raises(bookings.NotYet):
        bookings.record_outcome(booking=booking, took_place=True, by=team.jo, at=at)
    later = THURSDAY + timedelta(hours=1)
    asked = {"booking": booking, "by": team.jo, "at": later}
    assert bookings.record_outcome(took_place=True, **asked).took_place_at == later
    corrected = bookings.record_outcome(took_place=False, **asked)
    assert (corrected.took_place_at, corrected.did_not_happen_at) == (None, later)


def test_a_freed_booking_has_no_outcome(team, at):
    booking = book(team, at=at, start=THURSDAY)
    bookings.cancel(booking=booking, by=team.ada, at=at)
    with pytest.raises(NoLongerThere):
        bookings.record_outcome(
            booking=booking, took_place=True, by=team.jo, at=THURSDAY
        )


# --- ties ---


def usual(team, at, *among):
    keys = [one.pk for one in among or (team.dr_jo, team.dr_kim)]
    return bookings.ties.usual_supporter(person=team.ada, among=keys, at=at)


def test_whom_one_turned_to_last_is_whom_one_knows(team, at):
    assert usual(team, at) is None
    book(team, at=at, start=THURSDAY)
    assert usual(team, at) == team.dr_jo
    assert usual(team, at, team.dr_kim) is None


def test_cover_does_not_become_the_usual_supporter(team, at):
    book(team, at=at, start=THURSDAY)
    later = at + timedelta(minutes=1)
    book(team, at=later, start=sept(25, 10), supporter=team.dr_kim, stands_in=True)
    assert usual(team, sept(30, 10)) == team.dr_jo


def test_somebody_else_please_holds_until_they_are_chosen_again(team, at):
    book(team, at=at, start=THURSDAY)
    after = THURSDAY + timedelta(hours=1)
    bookings.ties.someone_else_please(person=team.ada, supporter=team.dr_jo, at=at)
    assert usual(team, after) is None
    book(team, at=at, start=sept(25, 10))
    assert usual(team, after) == team.dr_jo


def test_who_was_met_without_a_tie_is_known_too(team, at):
    book(team, at=at, start=THURSDAY)
    UsualSupporter.objects.all().delete()
    after = THURSDAY + timedelta(hours=1)
    assert usual(team, at) is None
    assert usual(team, after) == team.dr_jo
    bookings.ties.someone_else_please(person=team.ada, supporter=team.dr_jo, at=after)
    assert usual(team, after) is None


def test_changes_keep_who_and_when(team, at):
    supporter = make_supporter(make_person("Dr Ines Duarte"))
    booking = book(team, at=at, start=THURSDAY, supporter=supporter)
    later = at + timedelta(minutes=5)
    bookings.cancel(booking=booking, by=team.ada, at=later)
    rows = BookingChange.objects.filter(booking=booking).order_by("pk")
    assert [(row.what, row.by, row.at) for row in rows] == [
        ("agreed", team.ada, at),
        ("freed", team.ada, later),
    ]


# --- a keep that comes late ---


def test_a_pencil_that_ran_out_is_kept_while_its_time_is_free(team, at):
    old = pencil(team, at=at, start=THURSDAY, until=at + timedelta(hours=1))
    later = at + timedelta(hours=2)
    kept = bookings.agree(booking=old, by=team.ada, at=later)
    assert (kept.pk, kept.agreed_at, kept.freed_at) == (old.pk, later, None)
    assert told(kept, team.ada)[0] == "booking_agreed"


def test_so_it_is_after_the_tick_gave_it_back(team, at):
    old = pencil(team, at=at, start=THURSDAY, until=at + timedelta(hours=1))
    later = at + timedelta(hours=2)
    bookings.release_pencils(at=later)
    kept = bookings.agree(booking=old, by=team.ada, at=later)
    assert (kept.agreed_at, kept.freed_because) == (later, "")
    assert changes(kept) == ["pencilled", "freed", "agreed"]
    again = bookings.agree(booking=old, by=team.ada, at=later)
    assert changes(again) == ["pencilled", "freed", "agreed"]


def test_a_late_keep_asks_the_one_rule(team, at):
    old = pencil(team, at=at, start=THURSDAY, until=at + timedelta(hours=1))
    later = at + timedelta(hours=2)
    team.dr_jo.hours.all().delete()
    with pytest.raises(NoLongerThere):
        bookings.agree(booking=old, by=team.ada, at=later)


@pytest.mark.parametrize("how", ["declined", "withdrawn"])
def test_what_went_back_for_a_reason_is_not_kept_late(team, at, how):
    old = pencil(team, at=at, start=THURSDAY, until=at + timedelta(hours=1))
    if how == "declined":
        bookings.decline(booking=old, by=team.ada, at=at)
    else:
        bookings.release(booking=old, at=at)
    with pytest.raises(NoLongerThere):
        bookings.agree(booking=old, by=team.ada, at=at + timedelta(hours=2))
