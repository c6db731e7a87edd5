"""Time off that touches bookings: each person is asked, and nobody waits in vain."""

from datetime import date, timedelta

import pytest

from notifications import rendering
from notifications.models import Message
from sessions import away, ties, time_off
from sessions import booking as bookings
from sessions.models import AwayQuestion, Booking, UsualSupporter
from tests.support_sessions.times import book, pencil, sept
from wellbeing.ticking import tick

NOON = timedelta(hours=12)


@pytest.fixture(autouse=True)
def frozen(settings, at):
    settings.DEMO_AT = at


@pytest.fixture
def browse(client):
    def as_person(person):
        client.force_login(person)
        return client

    return as_person


def leave(team, at, first=21, last=25, cover=None):
    return time_off.add_time_off(
        supporter=team.dr_jo,
        first=date(2026, 9, first),
        last=date(2026, 9, last),
        cover=cover,
        at=at,
    )


def asked(booking):
    rows = Message.objects.filter(template="away_question", person=booking.person)
    return list(rows.values_list("state", flat=True))


def instead(booking, at):
    question = time_off.question_about(booking, at)
    return away.instead_of(question=question, booking=booking, at=at)


def test_each_person_is_asked_once_and_nothing_moves(team, at):
    hers = book(team, at=at, start=sept(24, 10))
    his = pencil(team, at=at, start=sept(23, 10), person=team.bem)
    elsewhere = book(team, at=at, start=sept(28, 10), person=team.gil)
    leave(team, at)
    assert (asked(hers), asked(his), asked(elsewhere)) == (["pending"], ["pending"], [])
    assert time_off.question_about(hers, at).answer_by == sept(23, 10)
    assert time_off.question_about(elsewhere, at) is None
    hers.refresh_from_db()
    assert (hers.starts_at, hers.freed_at) == (sept(24, 10), None)


def test_the_question_names_nobody_and_reads_well(team, at):
    hers = book(team, at=at, start=sept(24, 10))
    leave(team, at)
    row = Message.objects.select_related("person").get(template="away_question")
    letter = rendering.letter(row, at=at, to=row.person.email)
    assert letter.subject == "Your time on Thursday 24\u00a0September: earlier, later?"
    assert f"/bookings/{hers.public_id}/away/" in letter.text
    for private in ("Jo", "Whitfield", "Kim", "individual"):
        assert private not in f"{letter.subject} {letter.text} {letter.html}"


def test_the_times_are_earlier_later_and_with_cover(team, at):
    hers = book(team, at=at, start=sept(24, 10))
    leave(team, at)
    found = instead(hers, at)
    assert [time.slot.start for time in found.earlier] == [
        sept(17, 16, 30),
        sept(18, 11, 30),
        sept(18, 16, 30),
    ]
    assert {time.slot.start.day for time in found.later} == {28, 29}
    assert {time.supporter for time in found.earlier + found.later} == {team.dr_jo}
    assert sept(24, 10) in [time.slot.start for time in found.with_cover]
    assert {time.supporter for time in found.with_cover} == {team.dr_kim}


def test_cover_whom_the_person_turned_down_or_is_is_not_offered(team, at):
    hers = book(team, at=at, start=sept(24, 10))
    kims = book(team, at=at, start=sept(24, 13), person=team.kim)
    leave(team, at)
    ties.someone_else_please(person=team.ada, supporter=team.dr_kim, at=at)
    assert instead(hers, at).with_cover == []
    assert instead(kims, at).with_cover == []
    ties.remember(person=team.ada, supporter=team.dr_kim, at=at)
    assert instead(hers, at).with_cover != []


def test_a_time_with_cover_makes_no_tie_and_answers_the_question(team, at):
    hers = book(team, at=at, start=sept(24, 10))
    leave(team, at)
    (same,) = [
        time
        for time in instead(hers, at).with_cover
        if time.slot.start == hers.starts_at
    ]
    moved = away.choose(booking=hers, time=same, by=team.ada, at=at)
    assert (moved.supporter, moved.starts_at) == (team.dr_kim, sept(24, 10))
    assert moved.stands_in
    assert time_off.question_about(moved, at) is None
    usual = UsualSupporter.objects.filter(person=team.ada, ended_at=None)
    assert [tie.supporter for tie in usual] == [team.dr_jo]
    assert list(time_off.touched(team.dr_jo, at)) == []


def test_a_pencil_that_its_person_moves_is_agreed(team, at):
    kept = pencil(team, at=at, start=sept(24, 10))
    leave(team, at)
    later = instead(kept, at).later[0]
    moved = away.choose(booking=kept, time=later, by=team.ada, at=at)
    assert (moved.agreed_at, moved.starts_at) == (at, later.slot.start)


def test_a_cancel_takes_the_question_back_unsent(team, at):
    hers = book(team, at=at, start=sept(24, 10))
    leave(team, at)
    bookings.cancel(booking=hers, by=team.ada, at=at)
    assert asked(hers) == ["cancelled"]


def test_time_off_taken_back_takes_its_questions_along(team, at):
    hers = book(team, at=at, start=sept(24, 10))
    made = leave(team, at)
    time_off.remove_time_off(supporter=team.dr_kim, time_off=made.pk, at=at)
    assert asked(hers) == ["pending"]
    time_off.remove_time_off(supporter=team.dr_jo, time_off=made.pk, at=at)
    assert asked(hers) == ["cancelled"]
    assert time_off.question_about(hers, at) is None
    reminder = Message.objects.filter(template="booking_reminder", person=team.ada)
    assert {row.state for row in reminder} == {"pending"}


def test_the_supporter_may_be_there_after_all(team, at):
    hers = book(team, at=at, start=sept(24, 10))
    leave(team, at)
    assert not time_off.will_be_there(booking=hers, by=team.dr_kim, at=at)
    assert time_off.will_be_there(booking=hers, by=team.dr_jo, at=at)
    assert not time_off.will_be_there(booking=hers, by=team.dr_jo, at=at)
    assert time_off.question_about(hers, at) is None
    assert asked(hers) == ["cancelled"]
    tick(at=sept(24, 9))
    hers.refresh_from_db()
    assert hers.freed_at is None


def test_what_nobody_answers_is_cancelled_by_us_the_day_before(team, at):
    hers = book(team, at=at, start=sept(24, 10))
    leave(team, at)
    tick(at=sept(23, 10) - timedelta(seconds=1))
    hers.refresh_from_db()
    assert hers.freed_at is None
    for _twice in range(2):
        tick(at=sept(23, 10))
    hers.refresh_from_db()
    assert (hers.freed_at, hers.freed_because) == (sept(23, 10), "by_us")
    sorry = Message.objects.filter(template="booking_cancelled_by_us")
    assert [row.person for row in sorry] == [team.ada]


def test_who_chooses_at_the_last_moment_keeps_what_they_chose(team, at, monkeypatch):
    """The tick has read that nobody answered; before it cancels, the person moves."""
    hers = book(team, at=at, start=sept(24, 10))
    leave(team, at)
    last = sept(23, 10)
    later = instead(hers, last).later[0]
    real = away.lock_people

    def meanwhile(*keys):
        monkeypatch.setattr(away, "lock_people", real)
        away.choose(booking=hers, time=later, by=team.ada, at=last)
        real(*keys)

    monkeypatch.setattr(away, "lock_people", meanwhile)
    assert away.cancel_unanswered(at=last) == 0
    hers.refresh_from_db()
    assert (hers.starts_at, hers.freed_at) == (later.slot.start, None)


def test_somebody_ill_today_leaves_half_of_the_time_to_answer(team, at):
    soon = book(team, at=at, start=sept(16, 10))
    leave(team, at, first=16, last=16)
    half = at + (soon.starts_at - at) / 2
    assert time_off.question_about(soon, at).answer_by == half
    tick(at=half)
    soon.refresh_from_db()
    assert soon.freed_because == "by_us"


def test_a_booking_made_meanwhile_is_asked_about_or_turned_away(team, at):
    """The lock is the same, so there is no third way; here one after the other."""
    book(team, at=at, start=sept(24, 10))
    leave(team, at)
    with pytest.raises(bookings.NotInOfferedHours):
        book(team, at=at, start=sept(24, 12), person=team.bem)
    assert AwayQuestion.objects.count() == Booking.objects.count() == 1


# --- pages ---


def test_the_person_chooses_in_three_taps(team, at, browse):
    hers = book(team, at=at, start=sept(24, 10))
    leave(team, at)
    client = browse(team.ada)
    page = client.get(f"/bookings/{hers.public_id}/").content.decode()
    assert "Choose what suits me" in page
    page = client.get(f"/bookings/{hers.public_id}/away/").content.decode()
    assert "With Dr Kim Sato, who stands in" in page
    value = page.split('name="time" value="')[-1].split('"')[0]
    done = client.post(
        f"/bookings/{hers.public_id}/away/", {"time": value}, follow=True
    )
    assert "The new time is saved." in done.content.decode()
    hers.refresh_from_db()
    assert hers.supporter == team.dr_kim
    again = client.get(f"/bookings/{hers.public_id}/away/")
    assert (again.status_code, again.url) == (302, f"/bookings/{hers.public_id}/")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Choose one of the times."),
        ({"time": "x"}, "That time has just gone."),
        ({"time": "x" * 3000}, "That time has just gone."),
    ],
)
def test_a_choice_that_is_none_is_said(team, at, browse, typed, sentence):
    hers = book(team, at=at, start=sept(24, 10))
    leave(team, at)
    page = browse(team.ada).post(f"/bookings/{hers.public_id}/away/", typed)
    assert page.status_code == 200
    assert sentence in page.content.decode()


def test_a_time_that_goes_meanwhile_is_said_and_the_old_one_stands(team, at, browse):
    hers = book(team, at=at, start=sept(24, 10))
    leave(team, at)
    value = instead(hers, at).later[0].value
    start = instead(hers, at).later[0].slot.start
    book(team, at=at, start=start, person=team.bem)
    page = browse(team.ada).post(f"/bookings/{hers.public_id}/away/", {"time": value})
    assert "That time has just gone. These are free." in page.content.decode()
    hers.refresh_from_db()
    assert hers.starts_at == sept(24, 10)


def test_only_the_two_people_see_it_and_only_one_chooses(team, at, browse):
    hers = book(team, at=at, start=sept(24, 10))
    leave(team, at)
    for person in (team.jo, team.bem, team.kim, team.lou, team.sam, team.charlie):
        path = f"/bookings/{hers.public_id}/away/"
        assert browse(person).get(path).status_code == 404
    for person in (team.ada, team.bem, team.kim, team.lou, team.charlie):
        path = f"/bookings/{hers.public_id}/will-be-there/"
        assert browse(person).post(path).status_code == 404
    page = browse(team.jo).get(f"/bookings/{hers.public_id}/").content.decode()
    assert "You are away then." in page
    done = browse(team.jo).post(
        f"/bookings/{hers.public_id}/will-be-there/", follow=True
    )
    assert "Saved. This time stands." in done.content.decode()
