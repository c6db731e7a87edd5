"""A private feed: one person's bookings, for one device, as long as they wish."""

import io
import logging
from datetime import timedelta

import pytest
from django.test import Client
from icalendar import Calendar

from sessions import booking as bookings
from sessions import booking_messages
from sessions.calendars import feeds
from sessions.models import CalendarFeed
from tests.support_sessions.times import book, pencil, sept


@pytest.fixture(autouse=True)
def frozen(settings, at):
    settings.DEMO_AT = at


def make(person, at, words="busy", device="my phone"):
    _, token = feeds.make(person=person, device=device, words=words, at=at)
    return f"/cal/{token}.ics"


def read(path, **headers):
    """As a device does: without any cookie."""
    return Client(headers=headers).get(path)


def events(path):
    return Calendar.from_ical(read(path).content).events


def titles(path):
    return [str(event["SUMMARY"]) for event in events(path)]


def test_a_feed_holds_the_bookings_of_both_sides_with_the_mailed_identity(team, at):
    mine = book(team, at=at, start=sept(24, 10))
    theirs = book(
        team, at=at, start=sept(25, 10), person=team.jo, supporter=team.dr_kim
    )
    pencil(team, at=at, start=sept(28, 10))
    for person, expected in ((team.ada, [mine]), (team.jo, [mine, theirs])):
        found = events(make(person, at))
        assert [(event["UID"], event["DTSTART"].dt) for event in found] == [
            (booking_messages.uid_of(one), one.starts_at) for one in expected
        ]
    assert events(make(team.charlie, at)) == []


def test_every_entry_is_plain_utc_and_invites_nobody(team, at):
    book(team, at=at, start=sept(24, 10))
    content = read(make(team.ada, at)).content
    assert b"DTSTART:20260924T090000Z\r\n" in content
    assert b"DTEND:20260924T095000Z\r\n" in content
    assert b"DTSTAMP:20260915T150000Z\r\n" in content
    assert b"SEQUENCE:0\r\n" in content
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in content
    for absent in (b"VTIMEZONE", b"ORGANIZER", b"ATTENDEE", b"METHOD", b"DESCRIPTION"):
        assert absent not in content


@pytest.mark.parametrize(
    ("words", "hers", "dr_jos"),
    [
        ("busy", "Busy", "Busy"),
        ("talk", "Time to talk", "Time to talk"),
        ("names", "Time to talk: Dr Jo Whitfield", "Time to talk"),
    ],
)
def test_titles_say_as_much_as_was_chosen_and_never_who_is_supported(
    team, at, words, hers, dr_jos
):
    book(team, at=at, start=sept(24, 10))
    assert titles(make(team.ada, at, words)) == [hers]
    path = make(team.jo, at, words)
    assert titles(path) == [dr_jos]
    assert b"Ada" not in read(path).content


def test_a_cancelled_one_stays_as_cancelled_for_thirty_days(team, at, settings):
    made = book(team, at=at, start=sept(24, 10))
    path = make(team.ada, at)
    bookings.cancel(booking=made, by=team.ada, at=at)
    (event,) = events(path)
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)
    settings.DEMO_AT = at + timedelta(days=29, hours=23)
    assert len(events(path)) == 1
    settings.DEMO_AT = at + timedelta(days=30)
    assert events(path) == []


def test_a_moved_one_keeps_its_identity_and_its_sequence_rises(team, at):
    made = book(team, at=at, start=sept(24, 10))
    path = make(team.ada, at)
    (before,) = events(path)
    later = at + timedelta(hours=1)
    bookings.move(booking=made, start=sept(25, 10), mode="phone", by=team.ada, at=later)
    (after,) = events(path)
    assert before["UID"] == after["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert (before["DTSTAMP"].dt, after["DTSTAMP"].dt) == (at, later)
    assert after["DTSTART"].dt == sept(25, 10)


def test_nothing_new_is_304_and_the_same_bytes(team, at, settings):
    book(team, at=at, start=sept(24, 10))
    path = make(team.ada, at)
    first = read(path)
    settings.DEMO_AT = at + timedelta(hours=3)
    assert read(path).content == first.content
    same = read(path, if_none_match=first["ETag"])
    assert (same.status_code, same.content) == (304, b"")
    since = read(path, if_modified_since=first["Last-Modified"])
    assert since.status_code == 304
    assert read(path, if_none_match='"other"').status_code == 200


def test_a_change_is_200_for_those_who_ask_by_date_also_for_who_lost_it(
    team, at, settings
):
    made = book(team, at=at, start=sept(24, 10))
    paths = [make(team.ada, at), make(team.jo, at)]
    dates = [read(path)["Last-Modified"] for path in paths]
    settings.DEMO_AT = later = at + timedelta(hours=1)
    bookings.move(
        booking=made,
        start=sept(24, 10),
        mode="phone",
        supporter=team.dr_kim,
        by=team.ada,
        at=later,
    )
    for path, date in zip(paths, dates, strict=True):
        assert read(path, if_modified_since=date).status_code == 200
    assert events(paths[1]) == []


def test_answers_are_private_and_set_no_cookie(team, at):
    path = make(team.ada, at)
    whole = read(path)
    for answer in (whole, read(path, if_none_match=whole["ETag"])):
        assert answer["Cache-Control"] == "private, max-age=0, must-revalidate"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert not answer.cookies
    assert whole["Content-Type"] == "text/calendar; charset=utf-8"
    assert Client().post(path).status_code == 405


def test_unknown_stopped_and_left_give_the_same_404(team, at):
    path = make(team.ada, at)
    gone = make(team.ada, at, device="old phone")
    feeds.stop(
        person=team.ada, feed=CalendarFeed.objects.get(device="old phone").public_id
    )
    left = make(team.bem, at)
    team.bem.is_active = False
    team.bem.save()
    answers = [read(one) for one in (gone, left, "/cal/x.ics", f"/cal/{'x' * 43}.ics")]
    assert {answer.status_code for answer in answers} == {404}
    assert not any(answer.cookies for answer in answers)
    blank = {
        answer.content.replace(answer.request["PATH_INFO"].encode(), b"")
        for answer in answers
    }
    assert len(blank) == 1
    assert read(path).status_code == 200


def test_the_secret_is_in_no_row(team, at):
    path = make(team.ada, at)
    token = path.removeprefix("/cal/").removesuffix(".ics")
    assert len(token) == 43
    row = CalendarFeed.objects.values().get()
    assert not any(token in str(value) for value in row.values())


def test_a_device_that_reads_without_end_is_asked_to_wait(team, at, settings):
    path = make(team.ada, at)
    other = make(team.ada, at, device="desk")
    statuses = [read(path).status_code for _ in range(feeds.READS_A_MINUTE + 2)]
    assert statuses == [200] * feeds.READS_A_MINUTE + [429, 429]
    assert read(path)["Retry-After"] == "60"
    assert read(other).status_code == 200
    settings.DEMO_AT = at + timedelta(minutes=1)
    assert read(path).status_code == 200


def test_when_it_was_read_is_known_to_the_hour(team, at, settings):
    path = make(team.ada, at)
    for minutes, expected in ((0, 0), (59, 0), (61, 61)):
        settings.DEMO_AT = at + timedelta(minutes=minutes)
        read(path)
        row = CalendarFeed.objects.get()
        assert row.read_at == at + timedelta(minutes=expected)


@pytest.mark.parametrize("many", [1, 3])
def test_a_feed_costs_the_same_for_one_and_for_three(
    team, at, django_assert_num_queries, many
):
    for day in (23, 24, 25)[:many]:
        book(team, at=at, start=sept(day, 10))
    path = make(team.ada, at)
    read(path)
    with django_assert_num_queries(3):
        read(path)


# --- the page ---


@pytest.fixture
def browse(client):
    def as_person(person):
        client.force_login(person)
        return client

    return as_person


def test_an_address_is_made_shown_once_and_stopped_on_the_page(team, at, browse):
    book(team, at=at, start=sept(24, 10))
    typed = {"device": " my  phone ", "words": "talk"}
    page = browse(team.ada).post("/calendars/", typed).content.decode()
    path = page.split("http://testserver")[1].split('"')[0]
    assert f'href="webcal://testserver{path}"' in page
    assert titles(path) == ["Time to talk"]
    again = browse(team.ada).get("/calendars/").content.decode()
    assert path not in again
    assert "my phone" in again
    row = CalendarFeed.objects.get()
    for person, left in ((team.charlie, 1), (team.ada, 0)):
        browse(person).post("/calendars/stop/", {"feed": row.public_id})
        assert CalendarFeed.objects.count() == left
    assert read(path).status_code == 404


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"device": "", "words": "busy"}, "Enter a name, like my phone."),
        ({"device": "x" * 41, "words": "busy"}, "Enter a name of at most 40 letters."),
        ({"device": "a\u202eb", "words": "busy"}, "Enter a name in plain letters."),
        ({"device": "desk", "words": "all"}, "Choose what each entry says."),
        ({"device": "desk"}, "Choose what each entry says."),
    ],
)
def test_what_cannot_be_used_is_said_next_to_the_field(team, browse, typed, sentence):
    page = browse(team.ada).post("/calendars/", typed)
    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert CalendarFeed.objects.count() == 0


def test_pressing_twice_makes_one(team, browse):
    typed = {"device": "my phone", "words": "busy"}
    browse(team.ada).post("/calendars/", typed)
    page = browse(team.ada).post("/calendars/", typed).content.decode()
    assert "You already have one called my phone." in page
    assert CalendarFeed.objects.count() == 1


def test_ten_devices_are_enough(team, at, browse):
    for number in range(feeds.MOST_DEVICES):
        make(team.ada, at, device=f"phone {number}")
    page = browse(team.ada).post("/calendars/", {"device": "desk", "words": "busy"})
    assert "You have ten calendars here." in page.content.decode()


@pytest.mark.parametrize("named", ["", "x", "00000000-0000-4000-8000-000000000000"])
def test_nonsense_stops_nothing(team, at, browse, named):
    make(team.ada, at)
    answer = browse(team.ada).post("/calendars/stop/", {"feed": named})
    assert answer.status_code == 302
    assert CalendarFeed.objects.count() == 1


def test_the_page_is_reached_from_settings_and_from_the_week(team, browse):
    assert 'href="/calendars/"' in browse(team.ada).get("/settings/").content.decode()
    assert 'href="/calendars/"' in browse(team.jo).get("/week/").content.decode()


def test_no_log_line_holds_a_secret(team, at, monkeypatch):
    """Neither that of a device in a hurry nor that of one that was stopped."""
    lines = io.StringIO()
    (out,) = [one for one in logging.getLogger().handlers if one.name == "out"]
    monkeypatch.setattr(out, "stream", lines)
    path = make(team.ada, at)
    for _ in range(feeds.READS_A_MINUTE + 1):
        read(path)
    feeds.stop(person=team.ada, feed=CalendarFeed.objects.get().public_id)
    read(path)
    logged = lines.getvalue()
    assert "Too Many Requests: /cal/….ics" in logged
    assert "Not Found: /cal/….ics" in logged
    assert path[5:-4] not in logged
