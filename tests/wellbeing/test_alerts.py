"""Where the service fell short: told to the lead, in the morning, about nobody."""

from datetime import timedelta

import pytest

from notifications import rendering
from notifications.models import Message
from sessions import requests
from tests.factories import join, make_person
from tests.wellbeing.stories import asked, logged, sept, take, text_of
from wellbeing import alerts
from wellbeing.models import Membership, ServiceAlert
from wellbeing.ticking import tick

DUE = sept(16, 11, 30)  # four working hours after 4pm the day before


def to_leads():
    return Message.objects.filter(template="service_alert")


@pytest.fixture
def short(agreed, at):
    """No time was free for Ada, at 4pm on Tuesday."""
    for supporter in (agreed.dr_jo, agreed.dr_kim):
        supporter.hours.all().delete()
    logged(agreed, at)
    return ServiceAlert.objects.get()


# --- when ---------------------------------------------------------------------------


def test_the_lead_hears_the_next_morning_and_not_before(agreed, short):
    for early in (sept(15, 16, 1), sept(15, 23, 59), sept(16, 0, 1), sept(16, 8, 59)):
        assert alerts.tell_leads(at=early) == 0
    assert to_leads().count() == 0
    assert alerts.tell_leads(at=sept(16, 9)) == 1
    assert to_leads().get().created_at == sept(16, 9)


def test_what_happens_at_eight_in_the_morning_waits_for_the_next(agreed, short):
    ServiceAlert.objects.update(made_at=sept(16, 8))
    assert alerts.tell_leads(at=sept(16, 9)) == 0
    assert alerts.tell_leads(at=sept(17, 9)) == 1


@pytest.mark.parametrize(
    ("made", "first"),
    [
        (sept(18, 16), sept(21, 9)),  # Friday: not at the weekend
        (sept(19, 16), sept(21, 9)),
        (sept(20, 23), sept(21, 9)),
        (sept(21, 16), sept(22, 9)),
    ],
)
def test_the_next_morning_is_a_working_one(agreed, short, made, first):
    ServiceAlert.objects.update(made_at=made)
    at = made
    while at < first:
        assert alerts.tell_leads(at=at) == 0
        at += timedelta(hours=7)
    assert alerts.tell_leads(at=first) == 1


def test_a_bank_holiday_is_no_working_morning(agreed, short):
    august = sept(1, 0) - timedelta(days=1)  # Monday 31 August 2026
    ServiceAlert.objects.update(made_at=august - timedelta(days=3))
    assert alerts.tell_leads(at=august + timedelta(hours=10)) == 0
    assert alerts.tell_leads(at=august + timedelta(hours=34)) == 1


def test_the_lead_hears_once(agreed, short):
    for minutes in range(3):
        alerts.tell_leads(at=sept(16, 9, minutes))
    alerts.tell_leads(at=sept(17, 9))
    assert [message.person for message in to_leads()] == [agreed.sam]


def test_every_lead_hears_once_and_nobody_else(agreed, short):
    second = join(agreed.study, make_person("Lee Second"), "lead")
    join(agreed.elsewhere, make_person("Lead Elsewhere"), "lead")
    alerts.tell_leads(at=sept(16, 9))
    told = sorted(to_leads().values_list("person__name", flat=True))
    assert told == [second.name, agreed.sam.name]


def test_without_a_lead_it_waits_for_one(agreed, short):
    Membership.objects.filter(person=agreed.sam).update(until_date=sept(16, 9).date())
    assert alerts.tell_leads(at=sept(16, 9)) == 0
    join(agreed.study, make_person("Lee New"), "lead", since=sept(17, 9).date())
    assert alerts.tell_leads(at=sept(17, 9)) == 1


def test_two_on_one_day_come_in_one_message_with_a_number(agreed, short, at):
    logged(agreed, at + timedelta(hours=1), person=agreed.bem, code="210")
    assert alerts.tell_leads(at=sept(16, 9)) == 2
    message = to_leads().get()
    assert message.context == {"count": 2, "path": "/alerts/"}


# --- cover, at once -----------------------------------------------------------------


def test_cover_hears_at_once_and_without_a_name(agreed, short, at):
    row = Message.objects.get(template="no_time_free")
    assert (row.person, row.created_at) == (agreed.kim, at)
    letter = rendering.letter(row, at=at, to=agreed.kim.email)
    for word in ("Ada", "Okafor", "debrief", "interview"):
        assert word not in f"{letter.subject} {letter.text} {letter.html}"
    logged(agreed, at + timedelta(hours=1), person=agreed.bem, code="210")
    assert Message.objects.filter(template="no_time_free").count() == 2


def test_cover_hears_only_about_whom_the_person_knows(agreed, at):
    """Ada knows Dr Kim, who has no cover; Dr Jo's cover has nothing to do with it."""
    made = take(agreed, at, start=sept(16, 10), supporter=agreed.dr_kim)
    assert made.agreed_at == at
    for supporter in (agreed.dr_jo, agreed.dr_kim):
        supporter.hours.all().delete()
    logged(agreed, at)
    assert ServiceAlert.objects.count() == 1
    assert Message.objects.filter(template="no_time_free").count() == 0


# --- about whom ---------------------------------------------------------------------


def test_neither_message_nor_page_names_anybody(agreed, short, clock, browse):
    alerts.tell_leads(at=sept(16, 9))
    clock(sept(16, 9))
    page = text_of(browse(agreed.sam).get("/alerts/"))
    assert "Tuesday 15 September" in page
    assert "No time was free inside the promised window. Community support" in page
    stored = str(list(to_leads().values())) + str(short)
    for word in ("Ada", "Okafor", "debrief", "Jo Whitfield", "4pm", "15:00"):
        assert word not in page
        assert word not in stored.replace(str(agreed.sam.pk), "")


def test_the_page_shows_only_what_a_morning_has_told(agreed, short, clock, browse):
    clock(sept(15, 17))
    page = text_of(browse(agreed.sam).get("/alerts/"))
    assert "Nothing to tell. Every promise was kept so far." in page


def test_alerts_are_counted_by_day_and_kind(agreed, short, at, clock, browse):
    logged(agreed, at + timedelta(hours=1), person=agreed.bem, code="210")
    asked(agreed, at, holder=agreed.dr_kim)
    alerts.note_unanswered(at=DUE)
    alerts.tell_leads(at=sept(17, 9))
    rows = browse(agreed.sam).get("/alerts/").context["alerts"]
    assert [(row["day"].day, row["kind"], row["count"]) for row in rows] == [
        (16, "request_unanswered", 1),
        (15, "no_time_in_window", 2),
    ]


def test_only_leads_open_the_page_and_each_sees_the_own_study(
    agreed, short, clock, browse
):
    alerts.tell_leads(at=sept(16, 9))
    for person in (agreed.ada, agreed.jo, agreed.lou, agreed.charlie):
        assert browse(person).get("/alerts/").status_code == 404
    other = join(agreed.elsewhere, make_person("Lead Elsewhere"), "lead")
    assert browse(other).get("/alerts/").context["alerts"] == []


# --- a request that waits -----------------------------------------------------------


def test_a_request_unanswered_goes_to_cover_and_then_to_the_lead(agreed, at):
    request = asked(agreed, at)
    tick(at=DUE - timedelta(minutes=1))
    assert ServiceAlert.objects.count() == 0
    tick(at=DUE)
    to_cover = Message.objects.get(template="request_for_cover")
    assert to_cover.person == agreed.kim
    request.refresh_from_db()
    assert (request.holder, request.cover_asked_at) == (agreed.dr_jo, DUE)
    assert to_leads().count() == 0
    tick(at=sept(17, 8, 59))
    assert to_leads().count() == 0
    tick(at=sept(17, 9))
    assert [message.person for message in to_leads()] == [agreed.sam]
    assert Message.objects.filter(template="request_for_cover").count() == 1


def test_without_cover_the_lead_is_still_told(agreed, at):
    asked(agreed, at, holder=agreed.dr_kim)
    tick(at=DUE)
    tick(at=sept(17, 9))
    alert = ServiceAlert.objects.get()
    assert (alert.kind, alert.told_at) == ("request_unanswered", sept(17, 9))


def test_when_the_cover_is_who_asked_the_lead_is_still_told(agreed, at):
    join(agreed.study, agreed.kim, "interviewer")
    asked(agreed, at, person=agreed.kim, holder=agreed.dr_jo)
    tick(at=DUE)
    assert Message.objects.filter(template="request_for_cover").count() == 0
    assert ServiceAlert.objects.get().kind == "request_unanswered"


def test_passed_on_in_good_time_is_no_shortcoming(agreed, at):
    request = asked(agreed, at)
    requests.pass_on(request=request, at=at)
    tick(at=DUE - timedelta(minutes=1))
    assert ServiceAlert.objects.count() == 0


def test_an_answer_in_time_is_no_shortcoming(agreed, at):
    request = asked(agreed, at)
    requests.offer_time(
        request=request,
        start=sept(16, 14),
        mode="phone",
        until=sept(16, 12),
        reminders=[],
        by=agreed.jo,
        at=sept(16, 10),
    )
    tick(at=sept(16, 11))
    tick(at=sept(17, 9))
    assert ServiceAlert.objects.filter(kind="request_unanswered").count() == 0


def test_one_alert_for_one_request_however_often_it_is_looked_at(agreed, at):
    asked(agreed, at)
    for hours in range(4):
        tick(at=DUE + timedelta(hours=hours))
    assert ServiceAlert.objects.count() == 1
