"""A supporter is ill, or many want a time: proposed at once, never moved unasked."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from notifications import rendering
from notifications.models import STILL_HERE, Message
from sessions import booking as bookings
from sessions import ties
from sessions.models import (
    Booking,
    Rearrangement,
    Suggestion,
    SupportRequest,
    TimeOff,
    UsualSupporter,
)
from sessions.planner import answering, asking, runs
from sessions.planner.asking import AskedAlready
from sessions.planner.gathering import gathered
from sessions.taking import NoLongerThere, TimeTaken
from sessions.wishes import wish
from tests.factories import make_person
from tests.support_sessions.test_requests import ask as ask_for_a_time
from tests.support_sessions.times import book, pencil, sept


def look(team, at, *, by=None, cannot_keep=False, first=24, last=25, also=None):
    """Dr Jo cannot keep 24 and 25 September; Dr Kim could help."""
    row = runs.ask_for(
        supporter=team.dr_jo,
        by=by or team.jo,
        first=date(2026, 9, first) if first else None,
        last=date(2026, 9, last) if last else None,
        also=[team.dr_kim] if also is None else also,
        cannot_keep=cannot_keep,
        at=at,
    )
    runs.work_through(at=at)
    row.refresh_from_db()
    return row


def only(row):
    return Suggestion.objects.select_related("booking", "supporter").get(
        rearrangement=row
    )


def say(team, suggestion, at, *, yes=True, start=None):
    if yes:
        return answering.accept(
            suggestion=suggestion,
            start=start or suggestion.starts_at,
            mode=suggestion.mode,
            by=suggestion.booking.person,
            at=at,
        )
    return answering.decline(suggestion=suggestion, at=at)


def letters(person):
    rows = Message.objects.filter(person=person, state__in=STILL_HERE)
    return list(rows.order_by("pk").values_list("template", flat=True))


def browser(person):
    client = Client()
    client.force_login(person)
    return client


NIGHT = {"start": "2026-09-23T03:00:00+00:00"}
APOLOGIES = ["booking_cancelled_by_us", "new_time_instead"]


# --- it proposes ---------------------------------------------------------------------


def test_a_search_moves_nothing_and_tells_nobody(team, at):
    made = book(team, at=at, start=sept(24, 10))
    before = Message.objects.count()
    row = look(team, at)
    made.refresh_from_db()
    assert (made.starts_at, made.agreed_at, made.sequence) == (sept(24, 10), at, 0)
    assert Message.objects.count() == before
    one = only(row)
    assert (one.booking, one.was_at, one.asked_at) == (made, sept(24, 10), None)


def test_the_same_person_on_a_near_day_comes_before_a_colleague(team, at):
    book(team, at=at, start=sept(24, 10))
    one = only(look(team, at))
    assert (one.supporter, one.starts_at, one.why) == (
        team.dr_jo,
        sept(23, 16, 30),
        "nearest",
    )


def test_when_the_days_off_are_long_a_colleague_is_suggested_at_the_same_time(team, at):
    book(team, at=at, start=sept(24, 10))
    one = only(look(team, at, first=16, last=30))
    assert (one.supporter, one.starts_at) == (team.dr_kim, sept(24, 10))


def test_two_people_are_never_suggested_one_time(team, at):
    for number, hour in enumerate((10, 11, 12, 14)):
        book(team, at=at, start=sept(24, hour), person=make_person(f"Person N{number}"))
    spans = sorted(
        (one.supporter_id, one.starts_at, one.ends_at)
        for one in look(team, at, first=16, last=30).suggestions.all()
    )
    assert len(spans) == 4
    for (who, _, end), (whom, start, _) in pairwise(spans):
        assert who != whom or start - end >= timedelta(minutes=10)


def test_whom_somebody_would_rather_not_meet_is_never_suggested(team, at):
    book(team, at=at, start=sept(24, 10))
    ties.someone_else_please(person=team.ada, supporter=team.dr_kim, at=at)
    one = only(look(team, at, first=16, last=30))
    assert one.supporter == team.dr_jo
    page = browser(team.jo).get(f"/week/new-times/{one.rearrangement.public_id}/")
    assert "Dr Kim" not in page.content.decode()


def test_a_liked_time_of_day_is_found_and_not_told(team, at, settings):
    settings.DEMO_AT = at
    book(team, at=at, start=sept(24, 10))
    wish(person=team.ada, weekdays=[], parts=["afternoon"], modes=[], at=at)
    one = only(look(team, at))
    assert one.starts_at == sept(23, 16, 30)
    wish(person=team.ada, weekdays=[], parts=["morning"], modes=[], at=at)
    one = only(look(team, at))
    assert one.starts_at == sept(23, 11, 30)
    page = browser(team.jo).get(f"/week/new-times/{one.rearrangement.public_id}/")
    assert "afternoon" not in page.content.decode().lower()


def test_a_wave_of_requests_is_placed_with_the_holder_alone(team, at):
    for number in range(5):
        ask_for_a_time(team, at, person=make_person(f"Person N{number}"))
    row = look(team, at, first=None, last=None)
    found = list(row.suggestions.all())
    assert {one.supporter for one in found} == {team.dr_jo}
    assert len({one.starts_at for one in found}) == 5


def test_a_pencil_stays_with_its_supporter(team, at):
    pencil(team, at=at, start=sept(24, 10))
    assert only(look(team, at, first=16, last=30)).supporter == team.dr_jo


def test_what_was_asked_about_is_not_suggested_to_others(team, at):
    book(team, at=at, start=sept(24, 10))
    first = only(look(team, at))
    asking.ask(suggestion=first, by=team.jo, at=at)
    book(team, at=at, start=sept(24, 11, 30), person=team.bem)
    second = only(look(team, at))
    assert second.booking.person == team.bem
    assert second.starts_at != first.starts_at


def test_three_people_cost_as_many_queries_as_one(team, at):
    counts = []
    for number in range(3):
        book(
            team,
            at=at,
            start=sept(24, 10 + 2 * number),
            person=make_person(f"Person N{number}"),
        )
        if number == 1:
            continue
        row = runs.ask_for(
            supporter=team.dr_jo,
            by=team.jo,
            first=date(2026, 9, 24),
            last=date(2026, 9, 24),
            also=[team.dr_kim],
            cannot_keep=False,
            at=at,
        )
        with CaptureQueriesContext(
            connection,
        ) as heard:
            assert len(gathered(row, at).needs) == number + 1
        counts.append(len(heard))
    assert counts[0] == counts[1]


# --- in the background ---------------------------------------------------------------


def test_a_search_is_done_once_and_taken_up_again_when_a_worker_died(team, at):
    book(team, at=at, start=sept(24, 10))
    row = runs.ask_for(
        supporter=team.dr_jo,
        by=team.jo,
        first=date(2026, 9, 24),
        last=None,
        also=[],
        cannot_keep=False,
        at=at,
    )
    Rearrangement.objects.update(claimed_until=at + runs.LEASE)
    assert runs.work_through(at=at) == 0
    assert runs.work_through(at=at + runs.LEASE) == 1
    assert runs.work_through(at=at + 2 * runs.LEASE) == 0
    assert row.suggestions.count() == 1


def test_the_page_shows_how_far_it_is_and_then_the_times(team, at, settings):
    settings.DEMO_AT = at
    book(team, at=at, start=sept(24, 10))
    client = browser(team.jo)
    answer = client.post(
        "/week/new-times/",
        {
            "whose": team.jo.public_id,
            "first": "2026-09-24",
            "last": "2026-09-25",
            "cannot_keep": "no",
            "also": [team.kim.public_id],
        },
    )
    address = answer.headers["Location"]
    Rearrangement.objects.update(steps=400, steps_done=100)
    page = client.get(address).content.decode()
    assert '<progress value="25" max="100">' in page
    assert "data-look-again" in page
    runs.work_through(at=at)
    page = client.get(address).content.decode()
    assert "data-look-again" not in page
    assert "Ada Okafor" in page
    assert "The time nearest to the one agreed." in page


def test_the_tick_finds_what_no_worker_has(team, at):
    from wellbeing.ticking import tick  # noqa: PLC0415

    book(team, at=at, start=sept(24, 10))
    runs.ask_for(
        supporter=team.dr_jo,
        by=team.jo,
        first=date(2026, 9, 24),
        last=None,
        also=[],
        cannot_keep=False,
        at=at,
    )
    tick(at=at)
    assert Suggestion.objects.count() == 1


def test_old_searches_are_let_go(team, at):
    look(team, at)
    assert runs.forget(made_before=at) == 0
    assert runs.forget(made_before=at + timedelta(seconds=1)) == 1


# --- asking and answering ------------------------------------------------------------


def test_an_agreed_time_stands_until_its_person_says_yes(team, at):
    made = book(team, at=at, start=sept(24, 10))
    one = only(look(team, at))
    asking.ask(suggestion=one, by=team.jo, at=at)
    made.refresh_from_db()
    assert made.starts_at == sept(24, 10)
    assert letters(team.ada)[-1] == "new_time_asked"
    moved = say(team, one, at)
    assert (moved.pk, moved.starts_at, moved.sequence) == (made.pk, one.starts_at, 1)
    assert "booking_moved" in letters(team.ada)
    assert "booking_moved" in letters(team.jo)


def test_no_is_fine_and_nothing_changes(team, at):
    made = book(team, at=at, start=sept(24, 10))
    one = only(look(team, at))
    asking.ask(suggestion=one, by=team.jo, at=at)
    before = letters(team.jo)
    say(team, one, at, yes=False)
    say(team, one, at, yes=False)
    made.refresh_from_db()
    assert (made.starts_at, made.freed_at) == (sept(24, 10), None)
    assert letters(team.jo) == before
    with pytest.raises(NoLongerThere):
        say(team, one, at)


def test_a_colleague_stands_in_and_the_usual_person_stays_the_usual(team, at):
    """Scenario 12: cover is not who somebody knows, unless they say so."""
    book(team, at=at, start=sept(24, 10))
    one = only(look(team, at, first=16, last=30))
    asking.ask(suggestion=one, by=team.jo, at=at)
    moved = say(team, one, at)
    assert (moved.supporter, moved.stands_in) == (team.dr_kim, True)
    ties_of_ada = UsualSupporter.objects.filter(person=team.ada, ended_at=None)
    assert [tie.supporter for tie in ties_of_ada] == [team.dr_jo]
    assert "booking_agreed" in letters(team.kim)


def test_a_colleague_learns_no_name_before_the_yes(team, at, settings):
    settings.DEMO_AT = at
    book(team, at=at, start=sept(24, 10))
    one = only(look(team, at, first=16, last=30))
    asking.ask(suggestion=one, by=team.jo, at=at)
    kim = browser(team.kim)
    for address in ("/week/?from=2026-09-24", "/requests/", "/availability/"):
        assert "Ada" not in kim.get(address).content.decode()
    assert letters(team.kim) == []


def test_a_request_of_the_booking_goes_along_to_the_colleague(team, at):
    asked = ask_for_a_time(team, at)
    from tests.support_sessions.test_requests import offer  # noqa: PLC0415

    kept = offer(team, at, asked, sept(24, 10))
    bookings.agree(booking=kept, by=team.ada, at=at)
    one = only(look(team, at, first=16, last=30))
    asking.ask(suggestion=one, by=team.jo, at=at)
    say(team, one, at)
    assert SupportRequest.objects.get().holder == team.dr_kim


def test_called_off_is_one_apology_with_the_new_time_in_it(team, at):
    """Scenario 13: cancelled by us, said at once, and not counted against anyone."""
    made = book(team, at=at, start=sept(24, 10))
    one = only(look(team, at, cannot_keep=True))
    asking.ask(suggestion=one, by=team.jo, at=at)
    made.refresh_from_db()
    assert made.freed_because == "by_us"
    told = Message.objects.filter(person=team.ada, state__in=STILL_HERE)
    [message] = told.filter(
        template__in=["booking_cancelled_by_us", "new_time_instead"]
    )
    assert message.template == "new_time_instead"
    letter = rendering.letter(message, at=at, to=team.ada.email)
    assert letter.calendar_method == "CANCEL"
    assert "Thursday 24" in letter.text.replace("\u00a0", " ")
    assert "booking_reminder" not in letters(team.ada)
    again = say(team, one, at)
    assert (again.person, again.starts_at) == (team.ada, one.starts_at)
    assert again.pk != made.pk


def test_days_that_cannot_be_kept_become_time_off(team, at):
    book(team, at=at, start=sept(24, 10))
    look(team, at, cannot_keep=True)
    away = TimeOff.objects.get()
    assert (away.supporter, away.cover) == (team.dr_jo, team.dr_kim)
    assert (away.starts_at, away.ends_at) == (sept(24, 0), sept(26, 0))
    look(team, at, cannot_keep=True)
    assert TimeOff.objects.count() == 1


def test_without_cover_days_are_not_taken_off(team, at):
    team.dr_jo.cover = None
    team.dr_jo.save()
    with pytest.raises(runs.NoSuchDays):
        look(team, at, cannot_keep=True)
    assert (Rearrangement.objects.count(), TimeOff.objects.count()) == (0, 0)


def test_a_request_is_offered_the_time_that_was_found(team, at):
    asked = ask_for_a_time(team, at)
    one = only(look(team, at, first=None, last=None))
    asking.ask(suggestion=one, by=team.jo, at=at)
    asked.refresh_from_db()
    assert (asked.answered_at, asked.booking.starts_at) == (at, one.starts_at)
    assert "time_offered" in letters(team.ada)


def test_a_pencil_is_offered_anew(team, at):
    kept = pencil(team, at=at, start=sept(24, 10))
    one = only(look(team, at))
    asking.ask(suggestion=one, by=team.jo, at=at)
    kept.refresh_from_db()
    assert (kept.starts_at, kept.agreed_at) == (one.starts_at, None)
    assert "time_offered" in letters(team.ada)


def test_asked_twice_is_asked_once(team, at):
    book(team, at=at, start=sept(24, 10))
    one = only(look(team, at))
    asking.ask(suggestion=one, by=team.jo, at=at)
    with pytest.raises(AskedAlready):
        asking.ask(suggestion=one, by=team.jo, at=at)
    assert letters(team.ada).count("new_time_asked") == 1


def test_a_booking_that_changed_meanwhile_is_left_alone(team, at):
    made = book(team, at=at, start=sept(24, 10))
    one = only(look(team, at))
    bookings.move(booking=made, start=sept(28, 10), mode="phone", by=team.ada, at=at)
    with pytest.raises(NoLongerThere):
        asking.ask(suggestion=one, by=team.jo, at=at)
    asked = only(look(team, at, first=28, last=28))
    asking.ask(suggestion=asked, by=team.jo, at=at)
    bookings.cancel(booking=made, by=team.ada, at=at)
    with pytest.raises(NoLongerThere):
        say(team, asked, at)
    assert Booking.objects.holding(at).count() == 0


# --- a time that has just gone -------------------------------------------------------


def test_a_time_that_went_before_asking_is_told_with_the_next(team, at, settings):
    settings.DEMO_AT = at
    book(team, at=at, start=sept(24, 10))
    row = look(team, at)
    one = only(row)
    book(team, at=at, start=one.starts_at, person=team.bem)
    page = browser(team.jo).post(
        f"/week/new-times/{row.public_id}/ask/", {"line": one.public_id}
    )
    assert page.status_code == 409
    said = page.content.decode()
    assert "has just gone. The next free time now stands in its place." in said
    after = only(row)
    assert (after.asked_at, after.starts_at) != (None, one.starts_at)
    assert after.asked_at is None
    asking.ask(suggestion=after, by=team.jo, at=at)


def test_a_time_that_went_before_the_yes_leaves_the_next_in_sight(team, at, settings):
    settings.DEMO_AT = at
    made = book(team, at=at, start=sept(24, 10))
    one = only(look(team, at))
    asking.ask(suggestion=one, by=team.jo, at=at)
    book(team, at=at, start=one.starts_at, person=team.bem)
    ada = browser(team.ada)
    address = f"/new-time/{one.public_id}/"
    page = ada.post(f"{address}yes/", {"start": one.starts_at.isoformat()})
    assert page.status_code == 409
    assert "That time has just gone. Here are the next ones." in page.content.decode()
    made.refresh_from_db()
    assert made.starts_at == sept(24, 10)
    following = page.context["times"][0]
    answer = ada.post(f"{address}yes/", {"start": following.start.isoformat()})
    assert answer.headers["Location"] == f"/bookings/{made.public_id}/"
    made.refresh_from_db()
    assert made.starts_at == following.start


def test_two_who_were_asked_about_one_time_do_not_both_get_it(team, at):
    book(team, at=at, start=sept(24, 10))
    book(team, at=at, start=sept(24, 14), person=team.bem)
    row = look(team, at)
    first, second = row.suggestions.all()
    Suggestion.objects.filter(pk=second.pk).update(
        supporter=first.supporter, starts_at=first.starts_at, ends_at=first.ends_at
    )
    asking.ask(suggestion=first, by=team.jo, at=at)
    second.refresh_from_db()
    with pytest.raises(TimeTaken) as gone:
        asking.ask(suggestion=second, by=team.jo, at=at)
    found = asking.take_next(suggestion=second, next_times=gone.value.next_times, at=at)
    assert found.start != first.starts_at


def test_ask_everybody_asks_each_and_one_conflict_stops_no_other(team, at, settings):
    settings.DEMO_AT = at
    for number, hour in enumerate((10, 12, 14)):
        book(team, at=at, start=sept(24, hour), person=make_person(f"Person N{number}"))
    row = look(team, at)
    gone = row.suggestions.first()
    book(
        team,
        at=at,
        start=gone.starts_at,
        supporter=gone.supporter,
        person=team.bem,
    )
    page = browser(team.jo).post(f"/week/new-times/{row.public_id}/ask/", {"all": "1"})
    assert page.status_code == 409
    assert row.suggestions.filter(asked_at__isnull=False).count() == 2


# --- who may ------------------------------------------------------------------------


def test_cover_steps_in_without_names_and_the_supporter_is_told(team, at, settings):
    settings.DEMO_AT = at
    book(team, at=at, start=sept(24, 10))
    ask_for_a_time(team, at, person=team.bem)
    row = look(team, at, by=team.kim)
    assert "cover_steps_in" in letters(team.jo)
    assert row.suggestions.filter(request__isnull=False).count() == 0
    page = browser(team.kim).get(f"/week/new-times/{row.public_id}/").content.decode()
    assert "Ada" not in page
    assert "Bem" not in page
    assert "Somebody, Thursday 24" in page.replace("\u00a0", " ")


def test_cover_does_not_decide_about_their_own_talks(team, at):
    book(team, at=at, start=sept(24, 10), person=team.kim)
    row = look(team, at, by=team.kim)
    assert row.suggestions.count() == 0


def test_only_cover_can_step_in(team, at, settings):
    settings.DEMO_AT = at
    client = browser(team.jo)
    data = {"whose": team.kim.public_id, "first": "2026-09-24", "cannot_keep": "no"}
    page = client.post("/week/new-times/", data)
    assert page.status_code == 422
    assert "Choose one of the people shown." in page.content.decode()
    assert Rearrangement.objects.count() == 0


def test_nobody_else_opens_a_search_or_an_answer(team, at, settings):
    settings.DEMO_AT = at
    book(team, at=at, start=sept(24, 10))
    row = look(team, at)
    one = only(row)
    found = f"/week/new-times/{row.public_id}/"
    own = f"/new-time/{one.public_id}/"
    assert browser(team.ada).get(own).status_code == 404  # not asked yet
    asking.ask(suggestion=one, by=team.jo, at=at)
    assert browser(team.ada).get(own).status_code == 200
    for person in (team.kim, team.bem, team.lou, team.fay, team.sam, team.charlie):
        client = browser(person)
        assert client.get(found).status_code == 404
        assert client.post(f"{found}ask/", {"all": "1"}).status_code == 404
        for door in (own, f"{own}yes/", f"{own}no/"):
            answer = client.post(door) if door != own else client.get(door)
            assert answer.status_code == 404
    assert Suggestion.objects.get().answered_at is None


def test_nothing_happens_when_the_link_of_a_mail_is_opened(team, at, settings):
    settings.DEMO_AT = at
    book(team, at=at, start=sept(24, 10))
    one = only(look(team, at))
    asking.ask(suggestion=one, by=team.jo, at=at)
    ada = browser(team.ada)
    for door in ("yes/", "no/"):
        address = f"/new-time/{one.public_id}/{door}"
        assert ada.get(address).status_code == 405


# --- bad input ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"first": "2026-09-25", "last": "2026-09-24"}, "The last day comes before"),
        ({"first": "2026-09-01", "last": "2026-09-02"}, "still to come"),
        ({"first": "soon"}, "Enter a day, like"),
        ({"cannot_keep": "maybe"}, "Choose one of the two answers."),
        ({"whose": "x"}, "Choose one of the people shown."),
        ({"also": ["x"]}, "Choose among the people shown."),
    ],
)
def test_bad_input_gets_a_sentence(team, at, settings, data, sentence):
    settings.DEMO_AT = at
    whole = {"whose": team.jo.public_id, "cannot_keep": "no"} | data
    page = browser(team.jo).post("/week/new-times/", whole)
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert Rearrangement.objects.count() == 0


def test_nonsense_for_a_line_or_a_time_changes_nothing(team, at, settings):
    settings.DEMO_AT = at
    book(team, at=at, start=sept(24, 10))
    row = look(team, at)
    one = only(row)
    jo, ada = browser(team.jo), browser(team.ada)
    for line in ("", "x", str(row.public_id)):
        jo.post(f"/week/new-times/{row.public_id}/ask/", {"line": line})
    assert only(row).asked_at is None
    asking.ask(suggestion=one, by=team.jo, at=at)
    for start in ("", "x", "2026-09-23T10:00", "9999-12-31T00:00:00+00:00"):
        page = ada.post(f"/new-time/{one.public_id}/yes/", {"start": start})
        assert page.status_code == 409
    page = ada.post(
        f"/new-time/{one.public_id}/yes/",
        NIGHT,
    )
    assert page.status_code == 409
    assert only(row).answered_at is None
