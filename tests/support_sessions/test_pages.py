"""Every page as every role: two people see a booking, nobody else learns of it."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from sessions import availability, requests
from sessions import booking as bookings
from sessions.models import Booking, TimeOff, WorkingHours
from tests.support_sessions.test_requests import ask, offer
from tests.support_sessions.times import book, pencil, sept


@pytest.fixture(autouse=True)
def frozen(settings, at):
    """All pages of these tests are read at the moment `at`."""
    settings.DEMO_AT = at


@pytest.fixture
def browse(client):
    def as_person(person):
        client.force_login(person)
        return client

    return as_person


def strangers(team):
    return [team.bem, team.kim, team.lou, team.fay, team.sam, team.charlie]


BOOKING_POSTS = ["keep", "not_this_time", "cancel", "restore", "outcome"]


# --- one booking ---


def test_a_booking_is_seen_by_its_two_people_and_by_nobody_else(team, at, browse):
    made = book(team, at=at, start=sept(24, 10))
    for person in (team.ada, team.jo):
        page = browse(person).get(f"/bookings/{made.public_id}/")
        assert page.status_code == 200
        assert "Thursday 24\u00a0September" in page.content.decode()
        assert "London time" in page.content.decode()
    for person in strangers(team):
        page = browse(person).get(f"/bookings/{made.public_id}/")
        unknown = browse(person).get(f"/bookings/{uuid4()}/")
        assert (page.status_code, page.content) == (404, unknown.content)


def test_every_door_of_a_booking_is_closed_to_others(team, at, browse):
    made = book(team, at=at, start=sept(24, 10))
    for person in strangers(team):
        for name in BOOKING_POSTS:
            name = name.replace("_", "-")
            answer = browse(person).post(f"/bookings/{made.public_id}/{name}/")
            assert answer.status_code == 404
        for name in ("times/", "calendar.ics"):
            answer = browse(person).get(f"/bookings/{made.public_id}/{name}")
            assert answer.status_code == 404
    made.refresh_from_db()
    assert (made.freed_at, made.took_place_at) == (None, None)


def test_nothing_happens_on_a_mailed_link(team, at, browse):
    made = book(team, at=at, start=sept(24, 10))
    for name in ("keep", "not-this-time", "cancel", "restore", "outcome"):
        answer = browse(team.ada).get(f"/bookings/{made.public_id}/{name}/")
        assert answer.status_code == 405


def test_a_pencil_is_kept_by_its_person_and_shows_to_the_holder(team, at, browse):
    kept = pencil(team, at=at, start=sept(24, 10))
    address = f"/bookings/{kept.public_id}/"
    assert "Keep this time" in browse(team.ada).get(address).content.decode()
    assert browse(team.jo).post(f"{address}keep/").status_code == 404
    answer = browse(team.ada).post(f"{address}keep/", follow=True)
    assert answer.redirect_chain == [(address, 302)]
    assert "This time is yours" in answer.content.decode()
    desk = browse(team.jo).get("/requests/").content.decode()
    assert "Newly agreed, nothing to do" in desk
    assert "Ada Okafor" in desk


def test_not_this_time_can_be_undone_on_the_same_page(team, at, browse):
    kept = pencil(team, at=at, start=sept(24, 10))
    address = f"/bookings/{kept.public_id}/"
    page = browse(team.ada).post(f"{address}not-this-time/", follow=True)
    assert "Not this time" in page.content.decode()
    page = browse(team.ada).post(f"{address}restore/", follow=True)
    assert "Keep this time" in page.content.decode()


def test_a_pencil_that_ran_out_can_be_kept_from_its_page(team, at, browse, settings):
    kept = pencil(team, at=at, start=sept(24, 10), until=at + timedelta(hours=1))
    address = f"/bookings/{kept.public_id}/"
    settings.DEMO_AT = at + timedelta(hours=2)
    page = browse(team.ada).get(address).content.decode()
    assert "It is still free: keep it" in page
    assert "It is still free" not in browse(team.jo).get(address).content.decode()
    page = browse(team.ada).post(f"{address}keep/", follow=True).content.decode()
    assert "This time is yours" in page


def test_a_pencil_whose_time_has_gone_leads_to_others(team, at, browse, settings):
    kept = pencil(team, at=at, start=sept(24, 10), until=at + timedelta(hours=1))
    settings.DEMO_AT = at + timedelta(hours=2)
    book(team, at=settings.DEMO_AT, start=sept(24, 10), person=team.bem)
    page = browse(team.ada).get(f"/bookings/{kept.public_id}/").content.decode()
    assert "It is still free" not in page
    assert "See other times" in page


def test_a_cancel_can_be_undone_by_whoever_cancelled(team, at, browse):
    made = book(team, at=at, start=sept(24, 10))
    address = f"/bookings/{made.public_id}/"
    page = browse(team.ada).post(f"{address}cancel/", follow=True)
    assert "Undo" in page.content.decode()
    assert "Undo" not in browse(team.jo).get(address).content.decode()
    assert browse(team.jo).post(f"{address}restore/").status_code == 404
    page = browse(team.ada).post(f"{address}restore/", follow=True)
    assert "This time is yours" in page.content.decode()


def test_a_cancel_by_us_says_sorry(team, at, browse):
    made = book(team, at=at, start=sept(24, 10))
    address = f"/bookings/{made.public_id}/"
    browse(team.jo).post(f"{address}cancel/")
    page = browse(team.ada).get(address).content.decode()
    assert "We had to cancel this time, and we are sorry" in page
    assert page.count('name="start"') == 3
    assert "Other times, people and ways to talk" in page


def test_times_to_move_to_come_three_days_a_page(team, at, browse):
    made = book(team, at=at, start=sept(24, 10))
    address = f"/bookings/{made.public_id}/times/"
    page = browse(team.ada).get(address).content.decode()
    assert page.count('<section class="day">') == 3
    assert 'href="?from=2026-09-21"' in page
    later = browse(team.ada).get(f"{address}?from=2026-09-21").content.decode()
    assert "Monday 21\u00a0September" in later
    assert browse(team.ada).get(f"{address}?from=never").status_code == 200


def test_a_time_is_moved_from_the_list(team, at, browse):
    made = book(team, at=at, start=sept(24, 10))
    address = f"/bookings/{made.public_id}/"
    chosen = {"start": sept(25, 14).isoformat(), "mode": "video"}
    page = browse(team.ada).post(f"{address}times/", chosen, follow=True)
    assert page.redirect_chain == [(address, 302)]
    text = page.content.decode()
    assert "Friday 25\u00a0September" in text
    assert "It was moved from Thursday 24\u00a0September" in text


def test_a_stale_page_never_makes_a_second_booking(team, at, browse):
    made = book(team, at=at, start=sept(24, 10))
    address = f"/bookings/{made.public_id}/"
    for start in (sept(25, 14), sept(25, 15)):
        chosen = {"start": start.isoformat(), "mode": "phone"}
        browse(team.ada).post(f"{address}times/", chosen)
    assert Booking.objects.count() == 1
    bookings.cancel(booking=made, by=team.ada, at=at)
    answer = browse(team.ada).post(f"{address}times/", chosen, follow=True)
    assert answer.redirect_chain == [(address, 302)]


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ({}, "Choose one of the times."),
        ({"start": "x", "mode": "phone"}, "Choose one of the times."),
        ({"start": "2026-09-24T10:00", "mode": "phone"}, "Choose one of the times."),
        ({"start": "2026-09-24T03:00+00:00", "mode": "phone"}, "not open"),
        (
            {"start": "9999-12-31T23:59+00:00", "mode": "phone"},
            "Choose one of the times.",
        ),
        ({"start": "2099-12-31T23:00+00:00", "mode": "phone"}, "further ahead"),
        ({"start": "2000-01-01T00:00+00:00", "mode": "phone"}, "too soon"),
        ({"start": "2026-09-25T13:00+00:00", "mode": "x"}, "one of the ways"),
    ],
)
def test_what_cannot_be_chosen_is_said_beside_the_choice(
    team, at, browse, chosen, sentence
):
    made = book(team, at=at, start=sept(24, 10))
    page = browse(team.ada).post(f"/bookings/{made.public_id}/times/", chosen)
    assert page.status_code in {200, 409}
    assert sentence in page.content.decode()
    made.refresh_from_db()
    assert made.sequence == 0


def test_a_time_that_has_just_gone_leaves_the_others_in_sight(team, at, browse):
    mine = book(team, at=at, start=sept(24, 10))
    book(team, at=at, start=sept(25, 14), person=team.bem)
    chosen = {"start": sept(25, 14).isoformat(), "mode": "phone"}
    page = browse(team.ada).post(f"/bookings/{mine.public_id}/times/", chosen)
    assert page.status_code == 409
    assert "That time has just gone. These are free." in page.content.decode()


def test_either_of_the_two_says_what_became_of_it(team, at, browse, settings):
    made = book(team, at=at, start=sept(24, 10))
    address = f"/bookings/{made.public_id}/"
    settings.DEMO_AT = sept(24, 11)
    for person in strangers(team):
        assert browse(person).post(f"{address}outcome/").status_code == 404
    page = browse(team.ada).post(f"{address}outcome/", {"took_place": "?"}, follow=True)
    assert "Choose one of the two answers." in page.content.decode()
    page = browse(team.jo).post(f"{address}outcome/", {"took_place": "no"}, follow=True)
    assert "This did not happen" in page.content.decode()


def test_the_calendar_file_says_busy_and_nothing_more(team, at, browse):
    made = book(team, at=at, start=sept(24, 10))
    answer = browse(team.ada).get(f"/bookings/{made.public_id}/calendar.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    event = Calendar.from_ical(answer.content).walk("VEVENT")[0]
    assert str(event["SUMMARY"]) == "Busy"
    assert event.decoded("DTSTART") == datetime(2026, 9, 24, 9, tzinfo=UTC)
    assert "Jo" not in answer.content.decode()
    again = browse(team.ada).get(f"/bookings/{made.public_id}/calendar.ics")
    assert again.content == answer.content
    bookings.cancel(booking=made, by=team.ada, at=at)
    gone = browse(team.ada).get(f"/bookings/{made.public_id}/calendar.ics")
    assert gone.status_code == 404


# --- the supporter's desk ---

STAFF_PAGES = ["/requests/", "/week/", "/availability/", "/availability/time-off/"]


def test_the_desk_opens_for_supporters_only(team, browse):
    for path in STAFF_PAGES:
        for person in (team.jo, team.kim):
            assert browse(person).get(path).status_code == 200
        for person in (team.ada, team.gil, team.lou, team.fay, team.sam, team.charlie):
            assert browse(person).get(path).status_code == 404


def test_pages_lead_to_the_sign_in_without_one(client, team, at):
    made = book(team, at=at, start=sept(24, 10))
    for path in [*STAFF_PAGES, f"/bookings/{made.public_id}/"]:
        answer = client.get(path)
        assert answer["Location"] == f"/accounts/login/?next={path}"


def test_requests_stand_in_order_of_the_promise_then_of_arrival(team, at, browse):
    ask(team, at, person=team.gil, promised_by=at + timedelta(days=3))
    ask(team, at + timedelta(minutes=1), person=team.bem)
    ask(team, at, person=team.ada)
    ask(team, at, person=team.fay, holder=team.dr_kim)
    page = browse(team.jo).get("/requests/").content.decode()
    names = ["Ada Okafor", "Bem Adeyemi", "Gil Torres"]
    places = [page.index(f"<h2>{name}</h2>") for name in names]
    assert places == sorted(places)
    assert "3 need an answer from you." in page
    assert "Fay" not in page


def test_the_desk_costs_the_same_for_one_and_for_three(
    team, at, browse, django_assert_num_queries
):
    def add(number, person):
        ask(team, at, person=person)
        booking = book(team, at=at, start=sept(21 + number, 9, 30), person=person)
        requests.booked(person=person, booking=booking, at=at)

    add(0, team.ada)
    client = browse(team.jo)
    client.get("/requests/")  # The first visit also notes the sign-in.
    with CaptureQueriesContext(connection) as for_one:
        client.get("/requests/")
    add(1, team.bem)
    add(2, team.gil)
    with django_assert_num_queries(len(for_one)):
        client.get("/requests/")


def test_one_press_offers_the_first_time_that_suits_both(team, at, browse):
    book(team, at=at, start=sept(16, 9, 30), supporter=team.dr_kim)
    made = ask(team, at)
    page = browse(team.jo).get("/requests/").content.decode()
    first = sept(16, 10, 30).isoformat()
    assert f'name="start" value="{first}"' in page
    answer = browse(team.jo).post(
        f"/requests/{made.public_id}/offer/",
        {"start": first, "mode": "phone"},
        follow=True,
    )
    assert answer.redirect_chain == [("/requests/", 302)]
    text = answer.content.decode()
    assert "Nothing needs an answer from you." in text
    assert "turn to choose" in text
    kept = Booking.objects.get(person=team.ada, supporter=team.dr_jo)
    assert kept.pencilled_until == sept(16, 8, 30)
    assert kept.reminders == [["PT2H", "email"]]


def test_other_times_are_offered_from_a_list(team, at, browse):
    made = ask(team, at)
    path = f"/requests/{made.public_id}/offer/"
    assert browse(team.jo).get(path).content.decode().count('class="day"') == 3
    book(team, at=at, start=sept(25, 14), person=team.bem)
    taken = {"start": sept(25, 14).isoformat(), "mode": "phone"}
    answer = browse(team.jo).post(path, taken)
    assert answer.status_code == 409


def test_a_note_is_unlocked_by_its_holder_alone(team, at, browse):
    made = ask(team, at, note="About my sister & me.")
    path = f"/requests/{made.public_id}/note/"
    page = browse(team.jo).get("/requests/").content.decode()
    assert "sister" not in page
    assert browse(team.jo).get(path).status_code == 405
    opened = browse(team.jo).post(path)
    assert "About my sister &amp; me." in opened.content.decode()
    for person in (team.ada, *strangers(team)):
        assert browse(person).post(path).status_code == 404


def test_the_person_sees_who_holds_their_request(team, at, browse):
    made = ask(team, at)
    path = f"/requests/{made.public_id}/"
    page = browse(team.ada).get(path).content.decode()
    assert "Dr Jo Whitfield has held your request since today, 4pm" in page
    assert "we ask Dr Kim Sato, and nothing changes hands unless you say yes" in page
    for person in (team.jo, *strangers(team)):
        assert browse(person).get(path).status_code == 404
        for verb in ("cover", "close"):
            assert browse(person).post(f"{path}{verb}/").status_code == 404


def test_a_yes_to_cover_moves_the_request(team, at, browse):
    made = ask(team, at)
    path = f"/requests/{made.public_id}/"
    assert "Is that all right?" not in browse(team.ada).get(path).content.decode()
    requests.ask_cover(at=at + timedelta(hours=4))
    page = browse(team.ada).get(path).content.decode()
    assert "Dr Kim can answer sooner. Is that all right?" in page
    page = browse(team.ada).post(f"{path}cover/", follow=True).content.decode()
    assert "Dr Kim Sato has held your request" in page
    assert "Ada Okafor" in browse(team.kim).get("/requests/").content.decode()


def test_a_holder_can_ask_cover_who_learns_no_name_before_the_yes(team, at, browse):
    made = ask(team, at)
    path = f"/requests/{made.public_id}/"
    for person in strangers(team):
        assert browse(person).post(f"{path}pass/").status_code == 404
    browse(team.jo).post(f"{path}pass/", follow=True)
    before = browse(team.kim).get("/requests/").content.decode()
    assert "Dr Jo Whitfield asks you to hold a request" in before
    assert "Ada" not in before
    page = browse(team.ada).get(path).content.decode()
    assert "Dr Kim can answer sooner. Is that all right?" in page
    assert "longer than we promised" not in page
    again = browse(team.jo).post(f"{path}pass/", follow=True).content.decode()
    assert "has changed since" in again


def test_the_list_of_other_times_leaves_out_what_the_person_has_already(
    team, at, browse
):
    made = book(team, at=at, start=sept(24, 10))
    book(team, at=at, start=sept(16, 9, 30), supporter=team.dr_kim)
    page = browse(team.ada).get(f"/bookings/{made.public_id}/times/").content.decode()
    assert f'value="{sept(16, 10).isoformat()}"' not in page
    assert f'value="{sept(16, 10, 30).isoformat()}"' in page


def test_a_request_is_closed_by_who_asked(team, at, browse):
    made = ask(team, at)
    offer(team, at, made, sept(24, 10))
    path = f"/requests/{made.public_id}/"
    assert "See this time" in browse(team.ada).get(path).content.decode()
    page = browse(team.ada).post(f"{path}close/", follow=True).content.decode()
    assert "Your request is closed" in page
    assert "No requests" in browse(team.jo).get("/requests/").content.decode()


# --- week and hours ---


def test_the_week_shows_agreed_pencilled_and_open_on_the_grid(team, at, browse):
    book(team, at=at, start=sept(17, 11))
    pencil(team, at=at, start=sept(16, 14), person=team.bem)
    page = browse(team.jo).get("/week/").content.decode()
    assert '<ol class="wk">' in page
    assert "slot--agreed at-1100 for-2" in page
    assert "slot--pencil at-1400 for-2" in page
    assert "slot--open at-0930 for-2" in page
    assert "2 bookings" in page


def test_a_week_that_does_not_fit_the_grid_is_a_plain_list(team, at, browse):
    WorkingHours.objects.create(
        supporter=team.dr_jo,
        weekday=5,
        starts="07:00",
        ends="09:00",
        zone="Europe/London",
        from_date=at.date(),
        modes=["phone"],
    )
    page = browse(team.jo).get("/week/").content.decode()
    assert '<ol class="wk">' not in page
    assert " at-" not in page
    assert "Saturday" in page


@pytest.mark.parametrize("text", ["2026-09-21", "x", "0001-01-01", "9999-12-31", ""])
def test_any_week_can_be_asked_for(team, browse, text):
    assert browse(team.jo).get(f"/week/?from={text}").status_code == 200


def test_the_week_costs_the_same_for_one_and_for_three(
    team, at, browse, django_assert_num_queries
):
    book(team, at=at, start=sept(16, 10))
    client = browse(team.jo)
    client.get("/week/")  # The first visit also notes the sign-in.
    with CaptureQueriesContext(connection) as for_one:
        client.get("/week/")
    book(team, at=at, start=sept(16, 12), person=team.bem)
    book(team, at=at, start=sept(16, 14), person=team.gil)
    with django_assert_num_queries(len(for_one)):
        client.get("/week/")


def test_a_weeks_page_is_the_supporters_own(team, at, browse):
    book(team, at=at, start=sept(17, 11))
    assert "Ada" not in browse(team.kim).get("/week/").content.decode()


HOURS = {
    "weekday": "5",
    "starts": "10:00",
    "ends": "12:00",
    "modes": ["phone", "in_person"],
    "place": "room 4",
}


def test_hours_are_added_and_removed_on_the_page(team, browse):
    answer = browse(team.jo).post("/availability/", HOURS, follow=True)
    assert answer.redirect_chain == [("/availability/", 302)]
    assert "10am to noon. By phone or in person (room 4)." in answer.content.decode()
    made = WorkingHours.objects.get(supporter=team.dr_jo, weekday=5)
    browse(team.kim).post("/availability/remove/", {"hours": made.pk})
    assert WorkingHours.objects.filter(pk=made.pk).exists()
    browse(team.jo).post("/availability/remove/", {"hours": made.pk})
    assert not WorkingHours.objects.filter(pk=made.pk).exists()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"starts": ""}, "Enter when you start, like 9:30."),
        ({"ends": "noonish"}, "Enter when you stop, like 17:30."),
        ({"ends": "10:00"}, "Choose an end that is not the same as the start."),
        ({"modes": []}, "Choose at least one way in which people can reach you."),
        ({"weekday": "9"}, "Choose a day of the week."),
        ({"first": "soon"}, "Enter a day like 2026-09-18."),
        ({"last": "2026-09-01"}, "The last day comes before the first."),
        ({"last": "9999-12-31"}, "Choose a day that is nearer."),
    ],
)
def test_hours_that_cannot_be_read_keep_what_was_typed(team, browse, changed, sentence):
    page = browse(team.jo).post("/availability/", HOURS | changed)
    assert page.status_code == 200
    text = page.content.decode()
    assert sentence in text
    assert 'value="room 4"' in text
    assert not WorkingHours.objects.filter(weekday=5).exists()


@pytest.mark.parametrize("number", ["", "x", "²", "9" * 40])
def test_a_number_that_is_none_removes_nothing(team, browse, number):
    for path in ("/availability/remove/", "/availability/time-off/remove/"):
        answer = browse(team.jo).post(path, {"hours": number, "time_off": number})
        assert answer.status_code == 302
    assert WorkingHours.objects.filter(supporter=team.dr_jo).count() == 5


def test_time_off_names_cover_and_lists_what_it_touches(team, at, browse):
    made = book(team, at=at, start=sept(24, 10))
    typed = {
        "first": "2026-09-21",
        "last": "2026-09-25",
        "cover": team.kim.public_id,
    }
    first = browse(team.jo).post("/availability/time-off/", typed).content.decode()
    assert "1 booking in these days" in first
    assert "Ada Okafor" in first
    assert TimeOff.objects.count() == 0
    seen = typed | {"seen": "1"}
    page = browse(team.jo).post("/availability/time-off/", seen, follow=True)
    text = page.content.decode()
    assert "Cover: Dr Kim Sato" in text
    assert f"/bookings/{made.public_id}/" in text
    row = TimeOff.objects.get()
    browse(team.kim).post("/availability/time-off/remove/", {"time_off": row.pk})
    assert TimeOff.objects.count() == 1
    browse(team.jo).post("/availability/time-off/remove/", {"time_off": row.pk})
    assert TimeOff.objects.count() == 0


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"first": ""}, "Enter your first day away."),
        ({"last": "x"}, "Enter a day like 2026-10-16."),
        ({"last": "2026-09-20"}, "The last day comes before the first."),
        (
            {"first": "2026-09-01", "last": "2026-09-02"},
            "Choose days that are still to come.",
        ),
        ({"last": "9999-12-31"}, "Choose a day that is nearer."),
        ({"cover": ""}, "Choose who holds new requests while you are away."),
        ({"cover": "x"}, "Choose one of the people shown."),
    ],
)
def test_time_off_that_cannot_be_read_keeps_what_was_typed(
    team, browse, changed, sentence
):
    typed = {
        "first": "2026-09-21",
        "last": "2026-09-25",
        "cover": str(team.kim.public_id),
    } | changed
    page = browse(team.jo).post("/availability/time-off/", typed)
    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert TimeOff.objects.count() == 0


def test_an_outsider_is_not_offered_as_cover(team, browse):
    page = browse(team.jo).get("/availability/time-off/").content.decode()
    assert str(team.kim.public_id) in page
    assert "Charlie" not in page


def test_away_days_say_so_in_the_week(team, at, browse):
    availability.add_time_off(
        supporter=team.dr_jo,
        first=sept(18, 12).date(),
        last=sept(18, 12).date(),
        cover=None,
        at=at,
    )
    assert "<b>Away</b>" in browse(team.jo).get("/week/").content.decode()
