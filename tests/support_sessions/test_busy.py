"""Busy time from a calendar file: what blocks, what does not, and files that hurt."""

from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sessions import availability, booking_messages
from sessions.calendars import busy
from sessions.calendars.busy import FileNotUsed, bring_in, forget, known
from sessions.models import BusyTime
from sessions.slots import Span
from sessions.taking import NotInOfferedHours
from tests.support_sessions.times import book, sept

FIFTY = timedelta(minutes=50)


def file_of(*events, head=""):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//EN"]
    lines += [head] if head else []
    for number, event in enumerate(events):
        uid = "" if "UID:" in event else f"UID:{number}@elsewhere\n"
        lines += ["BEGIN:VEVENT", f"{uid}{event}".strip(), "END:VEVENT"]
    text = "\n".join([*lines, "END:VCALENDAR", ""])
    return text.replace("\n", "\r\n").encode()


def brought(team, at, *events, head=""):
    """The busy times of Dr Jo after bringing in a file of these events, in UTC."""
    bring_in(supporter=team.dr_jo, content=file_of(*events, head=head), at=at)
    rows = BusyTime.objects.filter(supporter=team.dr_jo)
    return [f"{row.starts_at:%d %b %H:%M}-{row.ends_at:%H:%M}" for row in rows]


WINDOWS_ZONE = """BEGIN:VTIMEZONE
TZID:GMT Standard Time
BEGIN:STANDARD
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T010000
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE"""

READ = {
    "an instant": (
        ["DTSTART:20260924T090000Z\nDTEND:20260924T100000Z"],
        ["24 Sep 09:00-10:00"],
    ),
    "a zone of the tz database": (
        ["DTSTART;TZID=America/New_York:20260924T090000\nDURATION:PT1H"],
        ["24 Sep 13:00-14:00"],
    ),
    "a Windows name without its definition": (
        ["DTSTART;TZID=GMT Standard Time:20260924T090000\nDURATION:PT1H"],
        ["24 Sep 08:00-09:00"],
    ),
    "another Windows name": (
        ["DTSTART;TZID=Eastern Standard Time:20261201T090000\nDURATION:PT1H"],
        ["01 Dec 14:00-15:00"],
    ),
    "no zone is where the owner lives": (
        ["DTSTART:20260924T090000\nDTEND:20260924T100000"],
        ["24 Sep 08:00-09:00"],
    ),
    "a zone that nobody knows is where the owner lives": (
        ["DTSTART;TZID=My Office:20260924T090000\nDURATION:PT1H"],
        ["24 Sep 08:00-09:00"],
    ),
    "a whole day in summer": (
        ["DTSTART;VALUE=DATE:20260924"],
        ["23 Sep 23:00-23:00"],
    ),
    "two whole days in winter": (
        ["DTSTART;VALUE=DATE:20261201\nDTEND;VALUE=DATE:20261203"],
        ["01 Dec 00:00-00:00"],
    ),
    "a rule across the change of clocks": (
        [
            "DTSTART;TZID=Europe/London:20261020T090000\nDURATION:PT1H\n"
            "RRULE:FREQ=WEEKLY;COUNT=2"
        ],
        ["20 Oct 08:00-09:00", "27 Oct 09:00-10:00"],
    ),
    "a rule without the days that were taken out": (
        [
            "DTSTART;TZID=Europe/London:20260921T090000\nDURATION:PT1H\n"
            "RRULE:FREQ=DAILY;COUNT=3\nEXDATE;TZID=Europe/London:20260922T090000"
        ],
        ["21 Sep 08:00-09:00", "23 Sep 08:00-09:00"],
    ),
    "a rule with one day moved and one called off": (
        [
            "UID:s\nDTSTART;TZID=Europe/London:20260921T090000\nDURATION:PT1H\n"
            "RRULE:FREQ=DAILY;COUNT=3",
            "UID:s\nRECURRENCE-ID;TZID=Europe/London:20260922T090000\n"
            "DTSTART;TZID=Europe/London:20260922T150000\nDURATION:PT1H",
            "UID:s\nRECURRENCE-ID;TZID=Europe/London:20260923T090000\n"
            "DTSTART;TZID=Europe/London:20260923T090000\nDURATION:PT1H\n"
            "STATUS:CANCELLED",
        ],
        ["21 Sep 08:00-09:00", "22 Sep 14:00-15:00"],
    ),
    "one that takes up no time": (
        [
            "DTSTART:20260924T090000Z\nDTEND:20260924T100000Z\nTRANSP:TRANSPARENT",
            "DTSTART:20260924T110000Z\nDTEND:20260924T120000Z\nSTATUS:CANCELLED",
            "DTSTART:20260924T130000Z\nDTEND:20260924T140000Z\n"
            "X-MICROSOFT-CDO-BUSYSTATUS:FREE",
            "DTSTART:20260924T150000Z\nDTEND:20260924T150000Z",
        ],
        [],
    ),
    "tentative blocks, rather than book twice": (
        ["DTSTART:20260924T090000Z\nDTEND:20260924T100000Z\nSTATUS:TENTATIVE"],
        ["24 Sep 09:00-10:00"],
    ),
    "two that touch are one": (
        [
            "DTSTART:20260924T090000Z\nDTEND:20260924T100000Z",
            "DTSTART:20260924T100000Z\nDTEND:20260924T110000Z",
        ],
        ["24 Sep 09:00-11:00"],
    ),
    "what is over long ago is not kept": (
        ["DTSTART:20250924T090000Z\nDTEND:20250924T100000Z"],
        [],
    ),
    "an hour that the clock shows twice blocks both": (
        ["DTSTART:20261025T003000\nDTEND:20261025T013000"],
        ["24 Oct 23:30-01:30"],
    ),
}


@pytest.mark.parametrize(("events", "expected"), list(READ.values()), ids=list(READ))
def test_what_a_file_says_is_read_as_it_was_meant(team, at, events, expected):
    assert brought(team, at, *events) == expected


def test_a_windows_zone_with_its_definition_is_read_the_same(team, at):
    event = "DTSTART;TZID=GMT Standard Time:20260924T090000\nDURATION:PT1H"
    assert brought(team, at, event, head=WINDOWS_ZONE) == ["24 Sep 08:00-09:00"]


def test_a_calendar_that_names_a_zone_nobody_knows_is_read_all_the_same(team, at):
    event = "DTSTART:20260924T090000Z\nDURATION:PT1H"
    found = brought(team, at, event, head="X-WR-TIMEZONE:Head Office Time")
    assert found == ["24 Sep 09:00-10:00"]


def test_busy_time_is_neither_shown_nor_accepted(team, at):
    brought(team, at, "DTSTART:20260924T090000Z\nDTEND:20260924T100000Z")
    window = Span(sept(24, 0), sept(25, 0))
    free = availability.free_times_of(
        supporter=team.dr_jo, length=FIFTY, window=window, at=at
    )
    starts = [slot.start for slot in free]
    assert sept(24, 9, 30) not in starts
    assert sept(24, 10) not in starts
    assert sept(24, 11) in starts
    with pytest.raises(NotInOfferedHours) as refused:
        book(team, at=at, start=sept(24, 10))
    assert refused.value.sentence == "This time is not open."
    assert book(team, at=at, start=sept(24, 11)).agreed_at


def test_only_starts_and_ends_are_kept():
    names = {field.name for field in BusyTime._meta.get_fields()}
    assert names == {"id", "supporter", "starts_at", "ends_at", "brought_in_at"}


def test_another_file_takes_the_place_of_the_first(team, at):
    brought(team, at, "DTSTART:20260924T090000Z\nDTEND:20260924T100000Z")
    later = at + timedelta(days=1)
    for _twice in range(2):
        event = "DTSTART:20260925T090000Z\nDTEND:20260925T100000Z"
        assert brought(team, later, event) == ["25 Sep 09:00-10:00"]
    assert known(team.dr_jo).brought_in_at == later
    forget(supporter=team.dr_jo)
    assert known(team.dr_jo) is None


def test_a_file_of_one_leaves_the_busy_times_of_another(team, at):
    brought(team, at, "DTSTART:20260924T090000Z\nDTEND:20260924T100000Z")
    bring_in(supporter=team.dr_kim, content=file_of(), at=at)
    forget(supporter=team.dr_kim)
    assert known(team.dr_jo).count == 1


def test_our_own_bookings_in_the_file_block_nothing(team, at):
    """Who reads our feed and exports everything would keep a moved time for ever."""
    made = book(team, at=at, start=sept(24, 10))
    uid = booking_messages.uid_of(made)
    event = f"UID:{uid}\nDTSTART:20260924T090000Z\nDTEND:20260924T095000Z"
    assert brought(team, at, event) == []


def test_an_entry_without_sense_is_left_out_and_said(team, at):
    good = "DTSTART:20260924T090000Z\nDTEND:20260924T100000Z"
    bad = "DTSTART:not a time", "SUMMARY:no start at all", "DTSTART;TZID=:x"
    content = file_of(good, *bad)
    done = bring_in(supporter=team.dr_jo, content=content, at=at)
    assert (done.count, done.left_out) == (1, True)


DAILY_BOMB = (
    "DTSTART:20260924T000000Z\nDURATION:PT1S\nRRULE:FREQ=DAILY;BYHOUR="
    + ",".join(map(str, range(24)))
    + ";BYMINUTE="
    + ",".join(map(str, range(60)))
    + ";BYSECOND="
    + ",".join(map(str, range(60)))
)
ONE = "DTSTART:20260924T090000Z\nDTEND:20260924T100000Z"
HURTS = {
    "nothing": (b"", "empty"),
    "no calendar": (b"PK\x03\x04 not a calendar", "not_a_calendar"),
    "half a calendar": (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "not_a_calendar"),
    "an order to the reader": (b'{"zone": "UTC"}\n', "not_a_calendar"),
    "every second": (file_of(f"{ONE}\nRRULE:FREQ=SECONDLY"), "too_often"),
    "every minute": (file_of(f"{ONE}\nRRULE:freq=minutely"), "too_often"),
    "every hour": (file_of(ONE, f"{ONE}\nRRULE:FREQ=HOURLY"), "too_often"),
    "more than a megabyte": (
        file_of(f"{ONE}\nSUMMARY:{'x' * busy.MOST_BYTES}"),
        "too_big",
    ),
    "six thousand entries": (file_of(*[ONE] * 6000), "too_many"),
    "86,400 a day": (file_of(DAILY_BOMB), "too_much"),
    "nested without end": (
        b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 4000,
        "not_a_calendar",
    ),
}


@pytest.mark.parametrize(("content", "problem"), list(HURTS.values()), ids=list(HURTS))
def test_a_file_that_hurts_is_told_so_and_changes_nothing(
    team, at, monkeypatch, content, problem
):
    monkeypatch.setattr(busy, "CPU_SECONDS", 2)
    brought(team, at, ONE)
    began = monotonic()
    with pytest.raises(FileNotUsed) as refused:
        bring_in(supporter=team.dr_jo, content=content, at=at)
    assert refused.value.sentence == busy.SENTENCES[problem]
    assert monotonic() - began < busy.WALL_SECONDS
    assert known(team.dr_jo).count == 1


def test_memory_has_an_end(team, at, monkeypatch):
    monkeypatch.setattr(busy, "MEMORY", 90 * 1024 * 1024)
    with pytest.raises(FileNotUsed) as refused:
        bring_in(supporter=team.dr_jo, content=file_of(DAILY_BOMB), at=at)
    assert refused.value.sentence == busy.SENTENCES["too_much"]


def test_the_reader_is_told_no_secret(team, at, monkeypatch):
    seen = {}
    real = busy.subprocess.run

    def run(*args, **kwargs):
        seen.update(kwargs["env"])
        return real(*args, **kwargs)

    monkeypatch.setattr(busy.subprocess, "run", run)
    brought(team, at, ONE)
    assert set(seen) == {"PATH", "TZ", "PYTHONUTF8"}


# --- the page ---


def upload(client, content, name="calendar.ics"):

    file = SimpleUploadedFile(name, content, content_type="text/calendar")
    return client.post("/availability/busy/", {"file": file}, follow=True)


@pytest.fixture
def browse(client, settings, at):
    settings.DEMO_AT = at

    def as_person(person):
        client.force_login(person)
        return client

    return as_person


def test_a_file_is_brought_in_on_the_page(team, browse):
    page = upload(browse(team.jo), file_of(ONE)).content.decode()
    assert "One busy time is not offered to anybody." in page
    assert "1 busy time until" in page
    page = browse(team.jo).post("/availability/busy/forget/", follow=True)
    assert "The busy times are gone." in page.content.decode()


@pytest.mark.parametrize(
    "content", [b"", b"hello", file_of(f"{ONE}\nRRULE:FREQ=HOURLY")]
)
def test_a_file_that_cannot_be_used_is_said_next_to_the_field(team, browse, content):
    page = upload(browse(team.jo), content)
    text = page.content.decode()
    assert page.status_code == 200
    assert 'id="file-error"' in text
    assert BusyTime.objects.count() == 0


def test_no_file_at_all_is_said_too(team, browse):
    page = browse(team.jo).post("/availability/busy/", {})
    assert "Choose a file that ends in .ics." in page.content.decode()


def test_that_there_is_busy_time_is_shown_to_its_owner_alone(team, at, browse):
    brought(team, at, ONE)
    for person, shown in ((team.jo, True), (team.kim, False)):
        page = browse(person).get("/availability/").content.decode()
        assert ("1 busy time until" in page) == shown
        page = browse(person).get("/availability/busy/").content.decode()
        assert ("Brought in before" in page) == shown
    for person in (team.ada, team.lou, team.sam, team.charlie):
        assert browse(person).get("/availability/busy/").status_code == 404


def test_a_moment_far_from_now_is_not_kept(team):
    now = datetime(2027, 6, 1, tzinfo=UTC)
    event = "DTSTART:20200101T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY"
    bring_in(supporter=team.dr_jo, content=file_of(event), at=now)
    rows = list(BusyTime.objects.all())
    assert now - busy.BACK <= rows[0].starts_at
    assert rows[-1].ends_at <= now + busy.AHEAD
    assert len(rows) == 401
