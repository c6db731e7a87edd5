"""Calling a group, being invited, and what nobody else learns of it."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications import rendering
from notifications.models import Message
from sessions.models import Booking, GroupRound
from tests.factories import join, make_person
from tests.support_sessions.test_groups import told
from tests.wellbeing.stories import logged, sept, text_of
from tests.wellbeing.test_outreach import bare
from wellbeing import groups

FORM = {
    "kind": "group_reflection",
    "day": "2026-09-24",
    "starts": "14:00",
    "minutes": "75",
    "most": "8",
    "mode": "video",
    "place": "",
}


@pytest.fixture
def call(agreed, at, clock, browse):
    """Dr Jo fills in the form; what it leads to."""

    def filled(by=None, **changed):
        clock(at)
        data = FORM | {"study": str(agreed.study.public_id), "submission": uuid4()}
        return browse(by or agreed.jo).post("/groups/new/", data | changed, follow=True)

    return filled


def choose(browse, person, round, choice):
    return browse(person).post(
        f"/groups/{round.public_id}/choose/", {"choice": str(choice)}, follow=True
    )


def test_everybody_who_does_the_work_is_invited_each_alone(agreed, call):
    page = call()
    assert "4 people are invited, each alone" in text_of(page)
    round = GroupRound.objects.get()
    invited = sorted(one.person.name for one in round.invitations.all())
    assert invited == ["Ada Okafor", "Bem Adeyemi", "Fay Lindqvist", "Gil Torres"]
    for message in Message.objects.filter(template="group_invitation"):
        letter = rendering.letter(message, at=message.created_at, to="a@example.org")
        for name in ("Okafor", "Adeyemi", "Torres", "Whitfield"):
            assert name in message.person.name or name not in letter.text


def test_the_same_form_sent_twice_calls_one_group(agreed, call):
    submission = uuid4()
    call(submission=submission)
    call(submission=submission)
    assert GroupRound.objects.count() == 1


def test_fifteen_for_a_closing_round_are_two_groups_of_eight_and_seven(
    agreed, at, call, browse
):
    """Scenario 46: the split is suggested, and quiet time is an equal choice."""
    for number in range(15):
        person = make_person(f"Person Number{number}")
        join(agreed.study, person, "interviewer")
        logged(agreed, sept(15, 15), person=person, code=str(300 + number))
    asked = {"kind": "team_close", "day": "2026-09-15", "starts": "17:00"}
    asked |= {"minutes": "30", "most": "13"}
    page = call(**asked)
    assert page.status_code == 422
    said = "15 people are invited, so we suggest two groups, of 8 and 7."
    assert said in text_of(page)
    assert 'value="17:00"' in page.content.decode()
    call(**asked, second_day="2026-09-15", second_starts="17:45")
    round = GroupRound.objects.get()
    rooms = round.gatherings.order_by("starts_at").values_list("most", flat=True)
    assert list(rooms) == [8, 7]
    page = browse(person).get(f"/groups/{round.public_id}/").content.decode()
    assert page.count('type="radio" name="choice"') == 4
    assert "Quiet time for yourself" in page
    assert "Each is as good as the others." in page


def test_a_team_close_is_for_those_who_worked_on_its_day(agreed, at, call):
    logged(agreed, sept(15, 15))
    day = {"kind": "team_close", "day": "2026-09-15", "starts": "17:00"}
    call(**day)
    assert [one.person for one in GroupRound.objects.get().invitations.all()] == [
        agreed.ada
    ]
    page = call(**day | {"day": "2026-09-16"})
    assert "Nobody has logged or planned work on that day." in text_of(page)


def test_supporters_have_groups_of_their_own(agreed, call):
    call(kind="group_supervision")
    round = GroupRound.objects.get()
    assert [one.person for one in round.invitations.all()] == [agreed.kim]
    assert round.quiet_minutes == 0


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"study": ""}, "Choose for whom it is."),
        ({"day": "2026-09-14"}, "Choose a time that is still to come."),
        ({"day": "soon"}, "Enter a day like 2026-10-05."),
        ({"day": "9999-12-31"}, "Choose a day that is nearer."),
        ({"starts": ""}, "Enter when it starts, like 14:00."),
        ({"day": "2027-03-28", "starts": "01:30"}, "The clocks change then"),
        ({"minutes": "0"}, "At least 10 minutes."),
        ({"most": "x"}, "Enter a number of people, like 8."),
        ({"most": "1"}, "A group has room for two people at least."),
        ({"second_day": "2026-09-25"}, "Enter its day and its time, or none."),
        ({"second_starts": "15:00"}, "Enter its day and its time, or none."),
        ({"kind": "x"}, "Choose one of these."),
        ({"study": "x"}, "Choose one of these."),
        ({"mode": "pigeon"}, "Choose one of the ways that are shown."),
        ({"submission": "x"}, "Open the page again, please."),
        (
            {"second_day": "2026-09-24", "second_starts": "14:30"},
            "You have another booking",
        ),
    ],
)
def test_a_slip_is_said_beside_its_field_and_calls_nothing(
    agreed, call, changed, sentence
):
    page = call(**changed)
    assert page.status_code == 422
    assert sentence in text_of(page)
    assert GroupRound.objects.count() == 0


def test_nobody_calls_a_group_for_the_study_of_others(agreed, call):
    page = call(study=str(agreed.elsewhere.public_id))
    assert page.status_code == 422
    assert call(by=agreed.ada).status_code == 404
    assert GroupRound.objects.count() == 0


# --- being there --------------------------------------------------------------------


def test_people_choose_and_see_nobody_but_the_facilitator(agreed, call, browse):
    call()
    round = GroupRound.objects.get()
    gathering = round.gatherings.get()
    assert "You have a place." in text_of(
        choose(browse, agreed.ada, round, gathering.public_id)
    )
    page = choose(browse, agreed.bem, round, gathering.public_id)
    for reader in (agreed.ada, agreed.bem, agreed.gil):
        mine = Booking.objects.for_person(reader).first()
        paths = [f"/groups/{round.public_id}/", "/support/", "/"]
        if mine:
            paths += [f"/bookings/{mine.public_id}/"]
            paths += [f"/bookings/{mine.public_id}/calendar.ics"]
        for path in paths:
            page = browse(reader).get(path)
            assert page.status_code == 200
            for other in (agreed.ada, agreed.bem, agreed.gil, agreed.fay):
                if other != reader:
                    assert other.name not in text_of(page)
    lead = text_of(browse(agreed.jo).get(f"/groups/{round.public_id}/"))
    assert "Ada Okafor" in lead
    assert "Bem Adeyemi" in lead
    assert "Gil" not in lead


def test_no_calendar_entry_names_who_comes(agreed, call, browse):
    call()
    gathering = GroupRound.objects.get().gatherings.get()
    for person in (agreed.ada, agreed.bem):
        choose(browse, person, gathering.round, gathering.public_id)
    for message in Message.objects.filter(template="booking_agreed"):
        letter = rendering.letter(
            message, at=message.created_at, to=message.person.email
        )
        for other in (agreed.ada, agreed.bem, agreed.jo):
            if other != message.person:
                assert other.email not in letter.calendar
                assert other.name not in f"{letter.calendar}{letter.text}"
        assert "group" not in letter.calendar.lower()


def test_a_facilitator_sees_who_comes_and_not_what_others_chose(agreed, call, browse):
    call()
    round = GroupRound.objects.get()
    path = f"/groups/{round.public_id}/"
    before = bare(browse(agreed.jo).get(path))
    choose(browse, agreed.ada, round, "quiet")
    choose(browse, agreed.bem, round, "no")
    assert bare(browse(agreed.jo).get(path)) == before
    assert told(agreed.jo) == ["booking_agreed", "booking_reminder"]


@pytest.mark.parametrize("path", ["/load/", "/people/", "/plan/", "/studies/"])
def test_a_coordinator_sees_the_same_whoever_comes(agreed, call, browse, path):
    call()
    round = GroupRound.objects.get()
    browser = browse(agreed.lou)
    browser.get(path)
    before = bare(browser.get(path))
    choose(browse, agreed.ada, round, round.gatherings.get().public_id)
    choose(browse, agreed.gil, round, "quiet")
    assert bare(browser.get(path)) == before


def test_strangers_find_nothing(agreed, call, browse):
    call()
    round = GroupRound.objects.get()
    gathering = round.gatherings.get()
    choose(browse, agreed.ada, round, gathering.public_id)
    seat = Booking.objects.get(person=agreed.ada)
    for person in (agreed.lou, agreed.sam, agreed.kim, agreed.charlie):
        path = f"/groups/{round.public_id}/"
        unknown = browse(person).get(f"/groups/{uuid4()}/")
        found = browse(person).get(path)
        assert (found.status_code, found.content) == (404, unknown.content)
        assert browse(person).post(f"{path}choose/").status_code == 404
        assert browse(person).post(f"{path}call-off/").status_code == 404
    # A facilitator's own page is the group's; the places of others are theirs.
    for person in (agreed.jo, agreed.bem, agreed.lou, agreed.charlie):
        assert browse(person).get(f"/bookings/{seat.public_id}/").status_code == 404
    lead = Booking.objects.get(seat=0)
    assert browse(agreed.jo).get(f"/bookings/{lead.public_id}/").status_code == 302
    assert browse(agreed.ada).get(f"/bookings/{lead.public_id}/").status_code == 404
    for verb in ("cancel", "outcome", "keep", "restore"):
        answer = browse(agreed.jo).post(f"/bookings/{lead.public_id}/{verb}/")
        assert answer.status_code == 404


def test_a_place_is_given_up_and_taken_again_on_its_page(agreed, call, browse):
    call()
    round = GroupRound.objects.get()
    choose(browse, agreed.ada, round, round.gatherings.get().public_id)
    path = f"/bookings/{Booking.objects.get(person=agreed.ada).public_id}/"
    page = browse(agreed.ada).get(path).content.decode()
    assert "Give up my place" in page
    assert "Choose a different time" not in page
    page = browse(agreed.ada).post(f"{path}cancel/", follow=True).content.decode()
    assert "Undo" in page
    page = browse(agreed.ada).post(f"{path}restore/", follow=True).content.decode()
    assert "This time is yours" in page


@pytest.mark.parametrize("choice", ["", "x", uuid4()])
def test_nonsense_changes_nothing(agreed, call, browse, choice):
    call()
    page = choose(browse, agreed.ada, GroupRound.objects.get(), choice)
    assert "Nothing has changed." in text_of(page)


def test_a_group_called_off_is_said_on_every_page(agreed, call, browse):
    call()
    round = GroupRound.objects.get()
    gathering = round.gatherings.get()
    choose(browse, agreed.ada, round, gathering.public_id)
    browse(agreed.jo).post(
        f"/groups/{round.public_id}/call-off/", {"gathering": gathering.public_id}
    )
    path = f"/groups/{round.public_id}/"
    assert "You called this off." in text_of(browse(agreed.jo).get(path))
    assert "Called off. We are sorry." in text_of(browse(agreed.ada).get(path))
    page = choose(browse, agreed.ada, round, gathering.public_id)
    assert "has changed since" in text_of(page)


def test_a_supporters_week_shows_the_group_once(agreed, call, browse):
    call()
    round = GroupRound.objects.get()
    for person in (agreed.ada, agreed.bem):
        choose(browse, person, round, round.gatherings.get().public_id)
    page = text_of(browse(agreed.jo).get("/week/?from=2026-09-24"))
    assert page.count("See who comes") == 1
    assert "1 booking," in page
    assert "Ada" not in page


def test_the_page_of_a_group_costs_the_same_for_one_and_for_three(
    agreed, call, browse, django_assert_num_queries
):
    call()
    round = GroupRound.objects.get()
    choices = [(agreed.ada, 0), (agreed.bem, 0), (agreed.gil, 0)]
    jo, path = browse(agreed.jo), f"/groups/{round.public_id}/"
    choose(browse, agreed.ada, round, round.gatherings.get().public_id)
    jo.get(path)
    with CaptureQueriesContext(connection) as queries:
        jo.get(path)
    for_one = len(queries)
    for person, _ in choices[1:]:
        choose(browse, person, round, round.gatherings.get().public_id)
    with django_assert_num_queries(for_one):
        jo.get(path)


def test_an_invitation_stands_on_the_support_page_until_it_is_answered(
    agreed, call, browse
):
    call()
    round = GroupRound.objects.get()
    ada = browse(agreed.ada)
    assert "Times together, if you like" in text_of(ada.get("/support/"))
    choose(browse, agreed.ada, round, round.gatherings.get().public_id)
    page = text_of(ada.get("/support/"))
    assert "Times together, if you like" not in page
    assert "Group reflection" in page


def test_who_has_left_is_not_invited(agreed, call):
    agreed.bem.memberships.update(until_date=date(2026, 9, 1))
    call()
    names = [one.person.name for one in GroupRound.objects.get().invitations.all()]
    assert "Bem Adeyemi" not in names
    assert groups.KINDS["group_reflection"].startswith("Reflective group")
