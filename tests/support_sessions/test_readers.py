"""What we send and show is read by others as the same instants.

Readers that share no code of ours look at invitations, updates, cancellations,
downloads and feeds, in four zones and both halves of the year. ical.js joins them where
ICAL_JS names a folder in which it is installed (docs/adr/0030).
"""

import json
import os
import shutil
import subprocess
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
import vobject
from icalendar import Calendar

from notifications import rendering
from notifications.models import Message
from sessions import booking as bookings
from sessions import booking_messages, group_moves, groups
from sessions.calendars import entries, feeds
from sessions.models import Booking
from tests.factories import make_person, make_supporter
from tests.support_sessions.test_groups import START, called, only
from tests.support_sessions.times import book, sept
from wellbeing.people.models import Contact

ZONES = ("Europe/London", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe")
DAYS = (date(2027, 1, 13), date(2027, 7, 14))


def read_with_vobject(content: bytes):
    (calendar,) = vobject.readComponents(content.decode())
    return [
        (
            event.uid.value,
            event.dtstart.value.astimezone(UTC),
            event.dtend.value.astimezone(UTC),
            int(event.sequence.value),
            event.status.value,
        )
        for event in calendar.vevent_list
    ]


def read_with_recurring_ical_events(content: bytes):
    query = recurring_ical_events.of(Calendar.from_ical(content))
    return [
        (
            str(event["UID"]),
            event["DTSTART"].dt.astimezone(UTC),
            event["DTEND"].dt.astimezone(UTC),
            int(event["SEQUENCE"]),
            str(event["STATUS"]),
        )
        for event in query.between((2026, 1, 1), (2029, 1, 1))
    ]


def read_with_ical_js(content: bytes):
    node = shutil.which("node")
    done = subprocess.run(
        [node, Path(__file__).with_name("icaljs.mjs")],
        input=content,
        capture_output=True,
        check=True,
        # Its own zone must make no difference.
        env={"ICAL_JS": os.environ["ICAL_JS"], "TZ": "Asia/Tokyo"},
    )
    return [
        (
            event["uid"],
            datetime.fromisoformat(event["start"]),
            datetime.fromisoformat(event["end"]),
            event["sequence"],
            event["status"],
        )
        for event in json.loads(done.stdout)
    ]


READERS = [read_with_vobject, read_with_recurring_ical_events]
if os.environ.get("ICAL_JS"):
    READERS.append(read_with_ical_js)


@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__[10:])
@pytest.mark.parametrize("day", DAYS, ids=["winter", "summer"])
@pytest.mark.parametrize("zone", ZONES)
def test_readers_find_the_instants_that_were_agreed(team, at, zone, day, read):
    place = ZoneInfo(zone)
    ten = datetime.combine(day, time(10), place).astimezone(UTC)
    far = make_supporter(
        make_person("Dr Far", time_zone=zone),
        hours=tuple((weekday, "08:00", "18:00") for weekday in range(7)),
        zone=zone,
        horizon_days=400,
    )
    made = book(team, at=at, start=ten, supporter=far)
    feed, _ = feeds.make(person=team.ada, device="phone", words="busy", at=at)

    def shown(booking, sequence, status="CONFIRMED"):
        uid = booking_messages.uid_of(booking)
        return [(uid, booking.starts_at, booking.ends_at, sequence, status)]

    assert (made.starts_at, made.ends_at) == (ten, ten + timedelta(minutes=50))
    assert read(mailed("booking_agreed", team.ada, at)) == shown(made, 0)
    assert read(entries.file_of(booking=made, reader=team.ada)) == shown(made, 0)
    assert read(entries.feed_bytes(feed=feed, at=at)) == shown(made, 0)
    moved = bookings.move(
        booking=made, start=ten + timedelta(hours=4), mode="phone", by=team.ada, at=at
    )
    assert read(mailed("booking_moved", far.person, at)) == shown(moved, 1)
    gone = bookings.cancel(booking=moved, by=team.ada, at=at)
    cancelled = shown(gone, 2, "CANCELLED")
    assert read(mailed("booking_cancelled", team.ada, at)) == cancelled
    assert read(entries.feed_bytes(feed=feed, at=at)) == cancelled


@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__[10:])
def test_readers_follow_a_group_that_moves_and_is_called_off(team, at, read):
    """Ada goes along; Bem is busy then, so only his old time is taken out."""
    group = only(called(team, at))
    for person in (team.ada, team.bem):
        groups.join(gathering=group, person=person, at=at)
    ada, bem = (Booking.objects.get(person=one) for one in (team.ada, team.bem))
    feed, _ = feeds.make(person=team.ada, device="phone", words="busy", at=at)
    book(team, at=at, start=sept(25, 15), person=team.bem, supporter=team.dr_kim)
    group_moves.move(gathering=group, start=sept(25, 15), at=at)

    def shown(seat, start, sequence, status):
        uid = booking_messages.uid_of(seat)
        return [(uid, start, start + timedelta(minutes=75), sequence, status)]

    along = shown(ada, sept(25, 15), 1, "CONFIRMED")
    assert read(mailed("booking_moved", team.ada, at)) == along
    assert read(entries.feed_bytes(feed=feed, at=at)) == along
    out = shown(bem, START, 1, "CANCELLED")
    assert read(mailed("group_moved", team.bem, at)) == out
    group.refresh_from_db()
    groups.call_off(gathering=group, at=at)
    off = shown(ada, sept(25, 15), 2, "CANCELLED")
    assert read(mailed("booking_cancelled_by_us", team.ada, at)) == off
    assert read(entries.feed_bytes(feed=feed, at=at)) == off
    assert read(mailed("booking_cancelled_by_us", team.bem, at)) == out


def mailed(template, person, at):
    row = Message.objects.select_related("person").get(template=template, person=person)
    return rendering.letter(row, at=at, to=person.email).calendar.encode()


@pytest.mark.parametrize(
    ("chosen", "title", "to_the_supporter"),
    [
        ("", "Busy", "Busy"),
        ("appointment", "Appointment", "Appointment"),
        ("name", "Jo Whitfield", "Appointment"),
    ],
)
def test_a_mailed_entry_says_what_its_reader_chose_and_never_who_is_supported(
    team, at, chosen, title, to_the_supporter
):
    for person in (team.ada, team.jo):
        Contact.objects.update_or_create(
            person=person, defaults={"calendar_title": chosen}
        )
    made = book(team, at=at, start=datetime(2026, 9, 24, 9, tzinfo=UTC))
    for person, said in ((team.ada, title), (team.jo, to_the_supporter)):
        mail = mailed("booking_agreed", person, at)
        file = entries.file_of(booking=made, reader=person)
        for content in (mail, file):
            assert Calendar.from_ical(content).events[0]["SUMMARY"] == said


def test_a_cancellation_by_mail_asks_for_no_answer(team, at):
    made = book(team, at=at, start=datetime(2026, 9, 24, 9, tzinfo=UTC))
    bookings.cancel(booking=made, by=team.ada, at=at)
    asked = Calendar.from_ical(mailed("booking_agreed", team.jo, at)).events[0]
    told = Calendar.from_ical(mailed("booking_cancelled", team.jo, at)).events[0]
    assert asked["ATTENDEE"].params["RSVP"] == "TRUE"
    assert "RSVP" not in told["ATTENDEE"].params
    assert told["ATTENDEE"] == asked["ATTENDEE"] == f"mailto:{team.jo.email}"
    assert told["ORGANIZER"] == asked["ORGANIZER"]
    assert told["SEQUENCE"] > asked["SEQUENCE"]
