"""Choosing a time: the known person first, days in words, and the truth about none."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from notifications.models import Message
from sessions.models import Booking, UsualSupporter
from tests.factories import join, make_person, make_study, make_supporter
from tests.support_sessions.times import book
from tests.wellbeing.stories import (
    adopt,
    changed,
    fill,
    logged,
    sept,
    take,
    text_of,
)
from wellbeing import offers
from wellbeing.models import Offer

QUERIES = 16


@pytest.fixture
def ada(agreed, clock, browse):
    return browse(agreed.ada)


def times_of(client, **query):
    return client.get("/times/", query).context["times"]


def shown(times):
    return [
        choice for day in times.days for _, choices in day.parts for choice in choices
    ]


def slot(person, start, kind="debrief", mode="phone"):
    return f"{person.public_id} {kind} {start.isoformat()} {mode}"


def make_outside(team):
    return make_supporter(
        join(team.study, make_person("Dr Out Side"), "outside_psychologist"),
        title="Outside psychologist",
        outside=True,
    )


# --- who comes first ----------------------------------------------------------------


def test_who_knows_nobody_sees_the_first_time_with_anybody(ada, agreed):
    times = times_of(ada)
    assert (times.known, times.first_known) == (None, None)
    assert times.first_any.slot.start == sept(16, 9, 30)
    assert times.promised_by == sept(17, 16)
    assert [one.person.name for one in times.people] == [
        "Dr Jo Whitfield",
        "Dr Kim Sato",
    ]


def test_the_known_person_stands_first(ada, agreed, at):
    take(agreed, at - timedelta(days=5), start=sept(11, 10), supporter=agreed.dr_kim)
    times = times_of(ada)
    assert times.known == agreed.dr_kim
    assert times.first_known.supporter == agreed.dr_kim
    assert times.first_any.supporter == agreed.dr_jo
    page = text_of(ada.get("/times/"))
    known = page.index("With Dr Kim Sato, whom you know")
    assert known < page.index("With Dr Jo Whitfield")


def test_the_known_person_leads_at_one_and_the_same_time(ada, agreed, at):
    take(agreed, at - timedelta(days=5), start=sept(11, 10), supporter=agreed.dr_kim)
    first = [
        choice.supporter
        for choice in shown(times_of(ada))
        if choice.slot.start == sept(16, 9, 30)
    ]
    assert first == [agreed.dr_kim, agreed.dr_jo]


def test_someone_else_ends_the_tie_and_tells_nobody(ada, agreed, at):
    take(agreed, at - timedelta(days=5), start=sept(11, 10))
    before = Message.objects.count()
    answer = ada.post("/support/someone-else/", {"supporter": agreed.jo.public_id})
    assert answer.headers["Location"] == "/times/"
    assert Message.objects.count() == before
    tie = UsualSupporter.objects.get(person=agreed.ada)
    assert (tie.supporter, tie.ended_at) == (agreed.dr_jo, at)
    times = times_of(ada)
    assert times.known is None
    assert agreed.dr_jo in times.people
    assert logged(agreed, at).booking.supporter == agreed.dr_kim


def test_someone_else_twice_and_without_a_tie_is_no_error(ada, agreed):
    for _ in range(2):
        answer = ada.post("/support/someone-else/", {"supporter": agreed.kim.public_id})
        assert answer.status_code == 302
    assert UsualSupporter.objects.filter(ended_at__isnull=True).count() == 0


def test_a_supporter_of_another_study_is_as_unknown_as_none(ada, agreed):
    far = make_supporter(join(agreed.elsewhere, make_person("Dr Far"), "psychologist"))
    for value in (far.person.public_id, uuid4(), agreed.lou.public_id, "x", ""):
        answer = ada.post("/support/someone-else/", {"supporter": value})
        assert answer.status_code == 404
    assert UsualSupporter.objects.count() == 0


def test_the_outside_psychologist_stands_in_the_same_list(ada, agreed):
    """Scenario 20: the same list, and the same effort."""
    outside = make_outside(agreed)
    times = times_of(ada)
    assert outside in times.people
    assert outside in {choice.supporter for choice in shown(times)}
    assert "Dr Out Side, from outside" in text_of(ada.get("/times/"))


# --- filters and days ---------------------------------------------------------------


def test_only_one_person_when_one_is_chosen(ada, agreed):
    times = times_of(ada, who=agreed.kim.public_id)
    assert {choice.supporter for choice in shown(times)} == {agreed.dr_kim}
    assert len(times.days[0].parts[0][1]) == 5  # half past nine to half past eleven


def test_one_person_shows_every_time_and_all_together_only_a_few(ada):
    for day in times_of(ada).days:
        assert {len(choices) for _, choices in day.parts} == {3}


def test_a_way_of_talking_narrows_the_list(ada, agreed):
    agreed.dr_kim.hours.update(modes=["video"])
    by_video = {choice.supporter for choice in shown(times_of(ada, how="video"))}
    by_phone = {choice.supporter for choice in shown(times_of(ada, how="phone"))}
    assert (by_video, by_phone) == ({agreed.dr_jo, agreed.dr_kim}, {agreed.dr_jo})
    assert times_of(ada, how="in_person").days == []
    assert {c.supporter for c in shown(times_of(ada, how="shouting"))} == by_video


def test_the_short_call_shows_when_it_is_asked_for(ada):
    assert {choice.kind for choice in shown(times_of(ada))} == {"debrief"}
    short = shown(times_of(ada, kind="short_call"))
    assert {(choice.kind, choice.minutes) for choice in short} == {("short_call", 20)}
    assert {c.kind for c in shown(times_of(ada, kind="quiet_time"))} == {"debrief"}
    assert {c.kind for c in shown(times_of(ada, kind="nonsense"))} == {"debrief"}


def test_three_days_a_page_and_then_the_later_ones(ada):
    first = times_of(ada)
    assert [day.date.day for day in first.days] == [16, 17, 18]
    assert first.later == date(2026, 9, 21)
    page = text_of(ada.get("/times/", {"how": "phone"}))
    assert 'href="?how=phone&amp;from=2026-09-21">Show later days' in page
    second = times_of(ada, **{"from": "2026-09-21"})
    assert [day.date.day for day in second.days] == [21, 22, 23]


def test_after_four_weeks_there_is_no_later_page(ada):
    last = times_of(ada, **{"from": "2026-10-12"})
    assert [day.date.day for day in last.days] == [12, 13]
    assert last.later is None


def test_a_day_that_is_none_starts_at_the_first(ada):
    for day in ("nonsense", "", "2026-02-30", "0001-01-01"):
        assert times_of(ada, **{"from": day}).days[0].date.day == 16


def test_from_here_on_later_than_was_promised(ada):
    days = times_of(ada).days
    assert [(day.date.day, day.first_late) for day in days] == [
        (16, False),
        (17, False),
        (18, True),
    ]
    page = text_of(ada.get("/times/"))
    edge = "From here on, later than the 2 working days"
    assert page.count(edge) == 1
    assert page.index("Thursday 17 September</h2>") < page.index(edge)
    assert page.index(edge) < page.index("Friday 18 September</h2>")


def test_the_edge_stands_once_even_when_all_times_are_late(ada, agreed):
    for supporter in (agreed.dr_jo, agreed.dr_kim):
        supporter.time_off.create(starts_at=sept(15, 0), ends_at=sept(18, 0))
    days = times_of(ada).days
    assert [(day.date.day, day.first_late) for day in days] == [
        (18, True),
        (21, False),
        (22, False),
    ]


def test_the_promise_of_an_offer_counts_from_the_end_of_the_work(
    ada, agreed, at, clock
):
    offer = logged(agreed, at)
    clock(at + timedelta(days=1))
    assert times_of(ada, offer=offer.public_id).promised_by == sept(17, 16)
    assert times_of(ada).promised_by == sept(18, 16)


def test_a_day_reads_in_the_persons_own_zone(ada, agreed):
    agreed.ada.time_zone = "Asia/Kathmandu"
    agreed.ada.save()
    page = text_of(ada.get("/times/"))
    assert "All times are Kathmandu time." in page
    assert times_of(ada).days[0].parts[0][0] == "Afternoon"


def test_when_nobody_has_time_the_page_says_whose_fault_it_is(ada, agreed):
    for supporter in (agreed.dr_jo, agreed.dr_kim):
        supporter.hours.all().delete()
    page = ada.get("/times/")
    assert page.status_code == 200
    assert "There is no time just now" in text_of(page)
    assert "That is ours to put right, not yours." in text_of(page)
    assert 'href="/support/ask/">Ask somebody by name' in text_of(page)


def test_an_own_clash_is_left_out(ada, agreed, at):
    fill(agreed, agreed.dr_kim, agreed.ada, sept(16, 9, 30), sept(16, 10, 20), at)
    starts = {choice.slot.start for choice in shown(times_of(ada))}
    assert min(starts) == sept(16, 10, 30)
    assert times_of(ada, who=agreed.jo.public_id).days[0].parts[0][1][0].slot.start == (
        sept(16, 10, 30)
    )


# --- cost ---------------------------------------------------------------------------


def test_three_supporters_cost_as_many_queries_as_one(
    db, at, clock, browse, django_assert_num_queries
):
    study = make_study("A study of its own")
    adopt(study, changed())
    ada = browse(join(study, make_person("Ada Other"), "interviewer"))
    for number in range(3):
        make_supporter(join(study, make_person(f"Dr {number}"), "psychologist"))
        if number == 1:
            continue
        with django_assert_num_queries(QUERIES):
            page = ada.get("/times/")
        assert len(page.context["times"].people) == number + 1


# --- booking ------------------------------------------------------------------------


def test_a_time_is_booked_on_any_day_for_no_reason(ada, agreed, at):
    """Scenario 5: no interview, no offer, no field for a reason."""
    page = ada.get("/times/")
    assert "<textarea" not in page.content.decode()
    choice = shown(page.context["times"])[0]
    answer = ada.post("/times/", {"slot": choice.value})
    booked = Booking.objects.get()
    assert answer.headers["Location"] == f"/bookings/{booked.public_id}/"
    assert (booked.person, booked.agreed_at, booked.mode) == (agreed.ada, at, "phone")
    assert Offer.objects.count() == 0


def test_the_way_of_talking_is_the_one_chosen(ada, agreed):
    value = slot(agreed.jo, sept(16, 14))
    ada.post("/times/", {"slot": value, "mode": "video"})
    assert Booking.objects.get().mode == "video"


def test_a_way_that_this_time_cannot_have_is_said(ada, agreed):
    value = slot(agreed.jo, sept(16, 14))
    answer = ada.post("/times/", {"slot": value, "mode": "in_person"})
    assert answer.status_code == 422
    assert "This time cannot be held that way." in text_of(answer)
    assert Booking.objects.count() == 0


NOTHING = "Choose one of the times, or go back. Nothing has changed."


def refused(client, value, sentence=NOTHING):
    answer = client.post("/times/", {"slot": value})
    assert answer.status_code == 422
    assert answer.context["problem"] == sentence
    assert sentence in text_of(answer)
    assert "<title>Error: Choose a time" in text_of(answer)
    assert Booking.objects.count() == 0


def test_a_supporter_outside_the_study_is_not_booked(ada, agreed):
    far = make_supporter(join(agreed.elsewhere, make_person("Dr Far"), "psychologist"))
    refused(ada, slot(far.person, sept(16, 14)))


def test_a_supporter_who_left_yesterday_is_not_booked(ada, agreed, at):
    agreed.study.memberships.filter(person=agreed.jo).update(until_date=at.date())
    refused(ada, slot(agreed.jo, sept(16, 14)))


def test_a_kind_that_the_supporter_does_not_do_is_not_booked(ada, agreed):
    for kind in ("peer", "outside", "quiet_time", "supervision", "nonsense"):
        refused(ada, slot(agreed.jo, sept(16, 14), kind=kind))


GONE_QUERIES = 13
NONSENSE = (
    "",
    "x",
    "a b c d",
    "a b c d e",
    "{jo} debrief yesterday phone",
    "{jo} debrief 2026-09-16T14:00:00 phone",
    "{jo} debrief 0001-01-01T00:00:00+00:00 phone",
    "{jo} debrief 0001-01-01T00:00:00+14:00 phone",
    "{jo} debrief 9999-12-31T23:59:59-12:00 phone",
    "{nobody} debrief 2026-09-16T14:00:00+00:00 phone",
)


def test_nonsense_for_a_time_changes_nothing(ada, agreed):
    for value in NONSENSE:
        refused(ada, value.format(jo=agreed.jo.public_id, nobody=uuid4()))


def test_a_time_that_was_never_on_offer_is_said_so(ada, agreed):
    answer = ada.post("/times/", {"slot": slot(agreed.jo, sept(16, 7))})
    assert answer.status_code == 422
    assert answer.context["problem"] not in {"", NOTHING}
    assert Booking.objects.count() == 0


def test_a_time_that_has_just_gone_brings_the_nearest_ones(ada, agreed, at):
    """Scenario 15: no wording that blames, and the next times on the same page."""
    fill(agreed, agreed.dr_jo, agreed.bem, sept(16, 14), sept(16, 14, 50), at)
    answer = ada.post("/times/", {"slot": slot(agreed.jo, sept(16, 14))})
    assert answer.status_code == 422
    assert answer.context["problem"] == (
        "That time has just gone. Here are the next ones."
    )
    words = text_of(answer)
    assert [said for said in ("Error", "There is a problem") if said in words] == []
    nearest = [one.slot.start for one in answer.context["choices"]]
    assert nearest == [sept(16, 12, 30), sept(16, 13), sept(16, 15)]
    assert Booking.objects.count() == 1
    chosen = answer.context["choices"][0].value
    assert ada.post("/times/", {"slot": chosen}).status_code == 302
    assert Booking.objects.get(person=agreed.ada).starts_at == sept(16, 12, 30)


@pytest.mark.parametrize("many", [1, 3])
def test_the_page_of_a_time_that_has_gone_costs_a_fixed_number_of_queries(
    ada, agreed, at, many, django_assert_num_queries
):
    for number in range(many):
        begins = sept(16, 14 - 2 * number)
        fill(
            agreed, agreed.dr_jo, agreed.bem, begins, begins + timedelta(minutes=50), at
        )
    ada.get("/times/")
    with django_assert_num_queries(GONE_QUERIES):
        ada.post("/times/", {"slot": slot(agreed.jo, sept(16, 14))})


def test_an_offer_answered_in_another_window_is_said(ada, agreed, at, monkeypatch):
    offer = logged(agreed, at)
    monkeypatch.setattr("wellbeing.offers.take", _raise(offers.AlreadyAnswered))
    data = {"offer": offer.public_id, "slot": slot(agreed.jo, sept(16, 14))}
    answer = ada.post("/times/", data)
    assert (answer.status_code, answer.context["problem"]) == (
        422,
        "This offer has been answered in another window.",
    )


def _raise(problem):
    def refuse(**kwargs):
        raise problem

    return refuse


def test_an_answered_offer_turns_nobody_away(ada, agreed, at):
    offer = logged(agreed, at, answer="no")
    page = ada.get("/times/", {"offer": offer.public_id})
    assert (page.status_code, page.context["offer"]) == (200, None)


def test_the_pencil_is_kept_while_one_looks(ada, agreed, at):
    offer = logged(agreed, at)
    page = text_of(ada.get("/times/", {"offer": offer.public_id}))
    assert "We keep tomorrow, 9:30am for you while you look." in page
    assert "a quiet paid hour" in page


# --- who may look -------------------------------------------------------------------


def test_the_offer_of_another_is_as_unknown_as_none(agreed, at, clock, browse):
    offer = logged(agreed, at)
    for person in (agreed.bem, agreed.charlie):
        client = browse(person)
        for value in (offer.public_id, uuid4(), "nonsense"):
            assert client.get("/times/", {"offer": value}).status_code == 404
            assert client.post("/times/", {"offer": value}).status_code == 404


def test_times_are_for_people_whose_work_exposes_them(agreed, clock, browse):
    for person in (agreed.lou, agreed.jo, agreed.sam):
        assert browse(person).get("/times/").status_code == 404


def test_an_outsider_sees_no_supporter_of_this_study(agreed, clock, browse):
    times = times_of(browse(agreed.charlie))
    assert (times.people, times.days) == ([], [])


# --- several studies ----------------------------------------------------------------


def test_of_two_studies_the_one_asked_for_is_shown(ada, agreed):
    far = make_supporter(join(agreed.elsewhere, make_person("Dr Far"), "psychologist"))
    join(agreed.elsewhere, agreed.ada, "interviewer")
    assert far not in times_of(ada).people
    assert times_of(ada, study=agreed.elsewhere.public_id).people == [far]
    foreign = make_study("Nobody's")
    for value in (foreign.public_id, "nonsense"):
        assert ada.get("/times/", {"study": value}).status_code == 404


def test_who_is_in_two_studies_chooses_and_keeps_the_choice(ada, agreed):
    study = f"?study={agreed.elsewhere.public_id}"
    for page in ("/times/", "/support/"):
        assert agreed.elsewhere.name not in text_of(ada.get(page))
    join(agreed.elsewhere, agreed.ada, "interviewer")
    support = text_of(ada.get("/support/"))
    assert f'href="/times/{study}"' in support
    assert f'href="/support/ask/{study}"' in support
    make_supporter(join(agreed.elsewhere, make_person("Dr Far"), "psychologist"))
    page = text_of(ada.get(f"/times/{study}"))
    assert f'value="{agreed.elsewhere.public_id}" selected>Another study' in page
    assert f'action="/times/{study}"' in page
    assert f'href="/support/ask/{study}"' in page


def test_a_first_study_without_a_protocol_does_not_hide_the_second(
    team, at, clock, browse
):
    adopt(team.elsewhere, changed())
    join(team.elsewhere, team.ada, "interviewer")
    far = make_supporter(join(team.elsewhere, make_person("Dr Far"), "psychologist"))
    ada = browse(team.ada)
    assert times_of(ada).people == [far]
    assert ada.get("/support/").status_code == 200
    assert ada.get("/support/ask/").status_code == 200


@pytest.mark.parametrize(("minutes", "shown"), [({}, True), ({"debrief": 40}, False)])
def test_times_keep_the_minutes_that_their_kind_needs(
    agreed, at, clock, browse, minutes, shown
):
    agreed.dr_jo.buffers = minutes
    agreed.dr_jo.save()
    start = at.replace(hour=9, minute=0) + timedelta(days=1)
    book(agreed, at=at, start=start, person=agreed.bem, kind="short_call")
    page = browse(agreed.ada).get("/times/", {"who": str(agreed.jo.public_id)})
    after = (start + timedelta(hours=1)).isoformat()
    assert (f"debrief {after}" in page.content.decode()) is shown
