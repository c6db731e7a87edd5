"""Somebody keeps a row for too long: every page says so, and nothing is lost."""

import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction

from notifications.models import Message
from sessions import availability, groups, hours, requests
from sessions import booking as bookings
from sessions.models import Booking, BookingChange, SupportRequest, TimeOff
from tests.wellbeing.stories import sept, text_of
from wellbeing.people.models import User

pytestmark = [
    pytest.mark.processes,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("one_race_at_a_time"),
]

START = sept(16, 10)


@contextmanager
def kept_by_somebody(person):
    """A second connection that has the person's row and does not let go."""
    has, may_go = threading.Event(), threading.Event()

    def keep():
        try:
            with transaction.atomic():
                list(User.objects.select_for_update().filter(pk=person.pk))
                has.set()
                may_go.wait(timeout=30)
        finally:
            connection.close()

    keeper = threading.Thread(target=keep)
    keeper.start()
    assert has.wait(timeout=10)
    try:
        yield
    finally:
        may_go.set()
        keeper.join()


@pytest.fixture
def impatient():
    """The time-out of the database, shorter, so that a test takes no seconds."""
    postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute(
            "SET lock_timeout = 300" if postgres else "PRAGMA busy_timeout = 300"
        )
    yield
    connection.close()


@pytest.fixture
def signed_in(client, agreed, clock):
    client.force_login(agreed.ada)
    client.get("/support/")
    return client


def booked(team, at, start=START, **extra):
    asked = {
        "supporter": team.dr_jo,
        "person": team.ada,
        "kind": "debrief",
        "minutes": 50,
        "mode": "phone",
        "origin": None,
        "reminders": [],
        "by": team.ada,
    } | extra
    return bookings.book(start=start, at=at, **asked)


def everything():
    """All that a lost race must leave as it was."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Booking, BookingChange, SupportRequest, Message, TimeOff)
    ]


def test_a_new_time_is_told_as_gone_with_the_next_ones(
    signed_in, agreed, impatient, at
):
    before = everything()
    slot = f"{agreed.jo.public_id} debrief {START.isoformat()} phone"
    with kept_by_somebody(agreed.jo):
        page = signed_in.post("/times/", {"slot": slot})
    assert page.status_code == 422
    assert "That time has just gone. Here are the next ones." in text_of(page)
    assert 'name="slot"' in page.content.decode()
    assert everything() == before
    assert signed_in.post("/times/", {"slot": slot}).status_code == 302
    assert Booking.objects.get().starts_at == START


def test_a_move_is_told_as_gone_and_the_old_time_stands(
    signed_in, agreed, impatient, at
):
    made = booked(agreed, at)
    before = everything()
    new = {"start": sept(17, 10).isoformat(), "mode": "phone"}
    path = f"/bookings/{made.public_id}/times/"
    with kept_by_somebody(agreed.jo):
        page = signed_in.post(path, new)
    assert page.status_code == 409
    assert "That time has just gone. These are free." in text_of(page)
    assert page.content.decode().count('name="start"') > 1
    assert everything() == before
    assert signed_in.post(path, new).status_code == 302


def test_a_time_that_a_supporter_offers_is_told_as_gone(
    client, agreed, clock, impatient, at
):
    asked = requests.ask(
        person=agreed.ada,
        holder=agreed.dr_jo,
        kind="debrief",
        minutes=50,
        modes=[],
        promised_by=at + timedelta(days=2),
        answer_due=at + timedelta(days=1),
        at=at,
    )
    client.force_login(agreed.jo)
    before = everything()
    path = f"/requests/{asked.public_id}/offer/"
    data = {"start": START.isoformat(), "mode": "phone"}
    with kept_by_somebody(agreed.jo):
        page = client.post(path, data, follow=True)
    assert page.status_code in {200, 409, 422}
    assert "just gone" in text_of(page)
    assert everything() == before


@pytest.mark.parametrize("door", ["keep", "cancel", "restore", "not-this-time"])
def test_every_door_of_a_booking_answers_with_a_sentence(
    signed_in, agreed, impatient, at, door
):
    made = booked(agreed, at)
    if door == "restore":
        bookings.cancel(booking=made, by=agreed.ada, at=at)
    if door in {"keep", "not-this-time"}:
        Booking.objects.update(agreed_at=None, pencilled_until=sept(16, 8))
    before = everything()
    path = f"/bookings/{made.public_id}/{door}/"
    with kept_by_somebody(agreed.ada):
        page = signed_in.post(path, follow=True)
    assert page.status_code in {200, 409}
    said = text_of(page)
    sentences = (
        "Nothing was saved, and nothing was lost.",
        "Somebody else has this time now. Others are free.",
        "This time has changed since you opened the page.",
    )
    assert any(sentence in said for sentence in sentences)
    assert everything() == before
    assert signed_in.post(path).status_code == 302
    assert everything() != before


def test_a_place_in_a_group_is_not_called_another_time_of_theirs(
    signed_in, agreed, impatient, at
):
    round = groups.call(
        supporter=agreed.dr_jo,
        kind="group_reflection",
        plans=[groups.Plan(sept(24, 14), 75, "video", "", 4)],
        invited=[agreed.ada],
        quiet_minutes=0,
        reminders=[],
        origin="one",
        at=at,
    )
    before = everything()
    choice = {"choice": str(round.gatherings.get().public_id)}
    path = f"/groups/{round.public_id}/choose/"
    with kept_by_somebody(agreed.jo):
        page = signed_in.post(path, choice, follow=True)
    assert page.status_code in {200, 409}
    assert "You have another time then" not in text_of(page)
    assert everything() == before
    said = text_of(signed_in.post(path, choice, follow=True))
    assert "You have a place." in said


def test_time_off_is_saved_at_the_second_press(client, agreed, clock, impatient, at):
    client.force_login(agreed.jo)
    before = everything()
    data = {
        "first": "2026-09-21",
        "last": "2026-09-22",
        "cover": str(agreed.kim.public_id),
        "step": "save",
    }
    with kept_by_somebody(agreed.jo):
        page = client.post("/availability/time-off/", data)
    assert page.status_code < 500
    assert everything() == before


def test_the_verb_says_it_with_the_nearest_times(agreed, impatient, at):
    with kept_by_somebody(agreed.jo), pytest.raises(bookings.TimeTaken) as gone:
        booked(agreed, at)
    nearest = [slot.start for slot in gone.value.next_times]
    assert len(nearest) == 3
    assert START in nearest
    day = sept(21, 9).date()
    with kept_by_somebody(agreed.jo), pytest.raises(hours.HoursNotPossible) as busy:
        availability.add_time_off(
            supporter=agreed.dr_jo,
            first=day,
            last=day,
            cover=agreed.dr_kim,
            at=at,
        )
    assert "Please save once more." in busy.value.sentence
