"""What suits a person: it orders and narrows, it is theirs alone, and it is no filter
that could leave them without a time."""

import pytest

from notifications.models import Message
from sessions.models import TimeWish
from sessions.wishes import liked_by, wish
from tests.wellbeing.stories import fill, logged, sept, take, text_of
from tests.wellbeing.test_times_page import make_outside, shown, times_of


@pytest.fixture
def ada(agreed, clock, browse):
    return browse(agreed.ada)


def like(person, at, *, weekdays=(), parts=(), modes=()):
    wish(person=person, weekdays=weekdays, parts=parts, modes=modes, at=at)


# --- wishes -------------------------------------------------------------------------


def test_only_times_that_suit_are_shown_until_every_time_is_asked_for(ada, agreed, at):
    like(agreed.ada, at, weekdays=[3], parts=["afternoon"])
    times = times_of(ada)
    assert {day.date.weekday() for day in times.days} == {3}
    assert {name for day in times.days for name, _ in day.parts} == {"Afternoon"}
    assert times.first_any.slot.start == sept(17, 12)
    page = text_of(ada.get("/times/"))
    assert "Only the times that you like are shown." in page
    assert times_of(ada, every="yes").days[0].date.day == 16


def test_when_nothing_suits_every_time_is_shown_and_said(ada, agreed, at):
    like(agreed.ada, at, weekdays=[6])
    times = times_of(ada)
    assert (times.narrowed, times.none_liked) == (False, True)
    assert times.days[0].date.day == 16
    assert "No time is free that is as you like it" in text_of(ada.get("/times/"))


def test_a_way_of_talking_is_a_wish_too(ada, agreed, at):
    agreed.dr_jo.hours.update(modes=["video"])
    like(agreed.ada, at, modes=["phone"])
    assert {choice.supporter for choice in shown(times_of(ada))} == {agreed.dr_kim}


def test_a_time_that_suits_is_pencilled_while_it_keeps_the_promise(agreed, at, clock):
    like(agreed.ada, at, parts=["afternoon"])
    assert logged(agreed, at).booking.starts_at == sept(16, 12)
    like(agreed.bem, at, weekdays=[4])
    offer = logged(agreed, at, person=agreed.bem, code="210")
    assert offer.booking.starts_at == sept(16, 9, 30)


def test_wishes_are_kept_changed_and_let_go(ada, agreed, at):
    data = {"weekdays": ["1", "3"], "parts": ["morning"], "modes": ["phone"]}
    before = Message.objects.count()
    assert ada.post("/times/wishes/", data).headers["Location"] == "/times/"
    liked = liked_by(agreed.ada)
    assert (liked.weekdays, liked.parts, liked.modes) == (
        {1, 3},
        {"morning"},
        ("phone",),
    )
    page = ada.get("/times/wishes/").content.decode()
    assert page.count(" checked") == 4
    ada.post("/times/wishes/", {})
    assert TimeWish.objects.count() == 0
    assert Message.objects.count() == before


def test_a_wish_that_is_none_gets_a_sentence(ada):
    page = ada.post("/times/wishes/", {"weekdays": ["9"], "parts": ["night"]})
    assert page.status_code == 422
    assert text_of(page).count("Choose among those that are shown.") == 4
    assert TimeWish.objects.count() == 0


def test_the_way_back_leads_to_the_same_offer_and_nowhere_else(ada, agreed, at):
    offer = logged(agreed, at)
    answer = ada.post("/times/wishes/", {"offer": offer.public_id})
    assert answer.headers["Location"] == f"/times/?offer={offer.public_id}"
    answer = ada.post("/times/wishes/", {"offer": "//elsewhere.example"})
    assert answer.headers["Location"] == "/times/"


def test_nobody_else_sees_what_a_person_likes(agreed, at, clock, browse):
    like(agreed.ada, at, parts=["evening"])
    for person in (agreed.bem, agreed.charlie):
        page = browse(person).get("/times/wishes/").content.decode()
        assert " checked" not in page
    for person in (agreed.lou, agreed.jo, agreed.sam):
        assert browse(person).get("/times/wishes/").status_code == 404


# --- the order, and why -------------------------------------------------------------


def test_after_cover_stood_in_the_usual_person_is_still_first(ada, agreed, at):
    met = take(agreed, at, start=sept(16, 10))
    met.stands_in = True
    assert times_of(ada).known == agreed.dr_jo
    fill(agreed, agreed.dr_kim, agreed.ada, sept(14, 10), sept(14, 10, 50), at)
    assert times_of(ada).known == agreed.dr_jo
    assert "Whom you know comes first." in text_of(ada.get("/times/"))


def test_at_one_time_the_protocols_order_comes_first_and_is_said(ada, agreed):
    make_outside(agreed)
    times = times_of(ada)
    at_one = [c for c in shown(times) if c.slot.start == sept(16, 9, 30)]
    assert [choice.kind for choice in at_one] == ["debrief", "debrief", "outside"]
    assert times.why_any == "Of the soonest, the one that your protocol names first."


def test_of_two_alike_the_one_with_more_room_comes_first(ada, agreed, at):
    fill(agreed, agreed.dr_jo, agreed.bem, sept(23, 14), sept(23, 14, 50), at)
    times = times_of(ada)
    assert times.first_any.supporter == agreed.dr_kim
    assert times.why_any == "Of the soonest, with whoever has the most room just now."


def test_whom_they_would_rather_not_meet_is_in_the_list_and_never_put_first(
    ada, agreed, at
):
    ada.post("/support/someone-else/", {"supporter": agreed.jo.public_id})
    times = times_of(ada)
    assert times.first_any.supporter == agreed.dr_kim
    assert agreed.dr_jo in times.people


def test_the_first_inside_the_promise_is_marked_once(ada, agreed):
    page = text_of(ada.get("/times/"))
    assert page.count("The first inside the 2 working days") == 1
    for supporter in (agreed.dr_jo, agreed.dr_kim):
        supporter.time_off.create(starts_at=sept(15, 0), ends_at=sept(18, 0))
    assert "The first inside the" not in text_of(ada.get("/times/"))
