"""The ten acceptance tests of the post, so that a reader can find each by its number.

Some stand where their subject stands; `ELSEWHERE` says where, and a test sees to it
that they are there.
"""

import importlib
import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from icalendar import Calendar

from notifications import delivery, leases, outbox
from notifications.models import Message, State
from sessions import booking as bookings
from tests.notifications.makers import owe, times
from tests.notifications.test_pages import _everything
from tests.notifications.test_rendering import ALL
from tests.support_sessions.times import book, sept

HERE = "tests.notifications"
ELSEWHERE = {
    "1, texts": f"{HERE}.test_processes.test_texts_are_neither_lost_nor_doubled",
    "1, mails": (
        f"{HERE}.test_processes"
        ".test_mails_are_not_lost_and_a_second_copy_carries_the_same_id"
    ),
    "2": (
        f"{HERE}.test_processes"
        ".test_a_deaf_cluster_is_killed_and_started_anew_and_all_is_sent_once"
    ),
    "2, red": f"{HERE}.test_pages.test_a_silent_sender_shows",
    "3, worker": f"{HERE}.test_processes.test_the_real_worker_sends_when_it_is_woken",
    "5": (
        f"{HERE}.test_sms"
        ".test_a_text_that_was_taken_but_not_answered_is_found_not_sent_again"
    ),
    "6": f"{HERE}.test_webhooks.test_stop_stops_texts_once_and_email_takes_over",
    "7": f"{HERE}.test_invitation.test_two_readers_find_the_same_instant",
    "10": f"{HERE}.test_rendering.test_a_text_fits_one_part_even_in_the_longest_zone",
    "10, words": (
        f"{HERE}.test_rendering.test_no_face_uses_a_forbidden_word_or_a_relative_day"
    ),
}


@pytest.mark.parametrize("number", ELSEWHERE)
def test_what_stands_elsewhere_is_there(number):
    module, _, name = ELSEWHERE[number].rpartition(".")
    assert callable(getattr(importlib.import_module(module), name))


def test_3_a_booking_that_is_rolled_back_leaves_no_message(team, at):
    with transaction.atomic():
        book(team, at=at, start=sept(24, 10))
        assert Message.objects.exists()
        transaction.set_rollback(True)
    assert Message.objects.count() == 0


def test_4_a_time_that_moves_while_its_mail_is_claimed_tells_the_new_time_alone(
    team, at
):
    made = book(team, at=at, start=sept(24, 10))
    token = uuid4()
    claimed = leases.claim(at=at, token=token)
    bookings.move(
        booking=made,
        start=sept(24, 14),
        mode="video",
        by=team.ada,
        at=at + timedelta(seconds=5),
    )
    later = at + timedelta(seconds=6)
    assert leases.fence(ids=claimed, token=token, at=later) == {}
    leases.give_back(token=token)
    delivery.send_due(clock=lambda: later)
    assert {letter.subject for letter in mail.outbox} == {
        "Your new time: Thursday 24\u00a0September, 2pm"
    }
    for letter in mail.outbox:
        [content] = [part[1] for part in letter.attachments]
        event = Calendar.from_ical(content).events[0]
        assert event["UID"].startswith(f"booking-{made.public_id}@")
        assert event["SEQUENCE"] == 1
        assert event["DTSTAMP"].dt == later


@pytest.mark.parametrize("template", ALL)
def test_8_a_scanner_that_opens_every_link_of_every_mail_changes_nothing(
    team, at, settings, template
):
    settings.DEMO_AT = at
    start = at + timedelta(days=2)
    instants = (
        "until_at",
        "open_until_at",
        "was_starts_at",
        "expires_at",
    )
    extra = {name: start.isoformat() for name in instants}
    owe(
        team.ada,
        at,
        template=template,
        purpose="check_in" if template == "check_in" else "booking_notice",
        context=times(start, stop_path="/check-ins/stop/", count=2, **extra),
    )
    delivery.send_due(clock=lambda: at)
    [letter] = mail.outbox
    links = re.findall(r"http://testserver(/[^\s\"<>]*)", letter.body)
    links += re.findall(r'href="http://testserver(/[^"]*)', letter.alternatives[0][0])
    assert links != []
    before = _everything()
    for link in set(links):
        for _ in range(2):
            Client().get(link)
            Client().head(link)
    assert _everything() == before


def test_9_after_three_hours_of_outage_each_reminder_goes_at_most_once(team, at):
    """Due every quarter of an hour, each of use for an hour and a half."""
    for number in range(12):
        due = at + timedelta(minutes=15 * number)
        owe(
            team.ada,
            at,
            key=f"reminder:{number}",
            not_before=due,
            expires_at=due + timedelta(minutes=90),
        )
    back = at + timedelta(hours=3)
    delivery.send_due(clock=lambda: back)
    delivery.send_due(clock=lambda: back)
    for row in Message.objects.all():
        still = row.expires_at > back
        assert row.state == (State.ACCEPTED if still else State.EXPIRED)
        assert row.attempts == (1 if still else 0)
    assert len(mail.outbox) == Message.objects.filter(state=State.ACCEPTED).count()


def test_an_erased_person_leaves_nothing_that_could_be_sent(team, at):
    """Somebody who has moved on: a row goes with its person."""
    owe(team.bem, at)
    team.bem.memberships.all().delete()
    team.bem.delete()
    assert Message.objects.count() == 0
    assert delivery.send_due(clock=lambda: at) == delivery.Counts()


def test_a_closed_account_gets_nothing_by_a_look_up_either(team, at):
    """In doubt when the account closed: the second try finds it closed."""
    row = owe(team.ada, at)
    token = uuid4()
    leases.claim(at=at, token=token)
    leases.fence(ids=[row.pk], token=token, at=at)
    team.ada.is_active = False
    team.ada.save()
    for minutes in (3, 9, 10):
        moment = at + timedelta(minutes=minutes)
        delivery.send_due(clock=lambda now=moment: now)
        delivery.reconcile_uncertain(clock=lambda now=moment: now)
        delivery.send_due(clock=lambda now=moment: now)
    row.refresh_from_db()
    assert (row.state, row.reason) == (State.WITHHELD, "the account is closed")
    assert mail.outbox == []


def test_a_message_is_not_of_use_before_it_is_owed(team, at):
    """Made today with a start next week: nothing today (of other people's bugs, 3)."""
    owe(
        team.ada,
        at,
        not_before=at + timedelta(days=7),
        expires_at=at + timedelta(days=8),
    )
    for hours in range(0, 24 * 7, 12):
        moment = at + timedelta(hours=hours)
        assert delivery.send_due(clock=lambda now=moment: now).sent == 0
    assert delivery.send_due(clock=lambda: at + timedelta(days=7)).sent == 1


def test_what_was_answered_is_not_reminded_of_though_a_sender_holds_it(team, at):
    """Of other people's bugs, 1: the reminder is already in a worker's hand."""
    row = owe(team.ada, at, group="offer:1")
    token = uuid4()
    assert leases.claim(at=at, token=token) == [row.pk]
    outbox.withdraw(group="offer:1", at=at, reason="the offer was answered")
    assert leases.fence(ids=[row.pk], token=token, at=at) == {}
    assert delivery.send_due(clock=lambda: datetime.now(UTC)).sent == 0
