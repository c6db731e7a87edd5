"""An interview is logged: what is saved, what is offered, what goes out."""

from datetime import timedelta
from uuid import uuid4

import pytest

from checkins.models import Invitation
from notifications.models import Message
from sessions.models import Booking, SupportRequest
from tests.factories import join, make_person
from wellbeing.models import Activity, Offer, ServiceAlert
from wellbeing.ticking import tick

LONDON_2PM_TOMORROW = "2026-09-16T"


def _form(page, **changes):
    """What a browser would post from the page, with changes."""
    form = page.context["form"]
    data = {
        "submission": str(form["submission"].value()),
        "slot": page.context["proposal"].slot,
        "study": str(page.context["study"].public_id),
        "when": "now",
        "which": "other",
        "code": "209",
        "mode": "teams",
        "with_whom": "",
    }
    return data | changes


@pytest.fixture
def ada(agreed, clock, client):
    client.force_login(agreed.ada)
    return client


def test_keeping_the_pencilled_time_books_it_and_tells_both(ada, agreed, at):
    page = ada.get("/log/")
    choice = page.context["proposal"].choice
    answer = ada.post("/log/", _form(page, talk="keep"))
    activity = Activity.objects.get()
    assert answer.headers["Location"] == f"/activities/{activity.public_id}/"
    booking = Booking.objects.get()
    assert (booking.person, booking.starts_at) == (agreed.ada, choice.slot.start)
    assert booking.agreed_at == at
    told = Message.objects.filter(template="booking_agreed").values_list("person_id")
    assert set(told) == {(agreed.ada.pk,), (booking.supporter_id,)}
    assert SupportRequest.objects.get().answered_at == at


def test_the_day_after_check_in_is_asked_at_ten_and_once(ada, agreed):
    ada.post("/log/", _form(ada.get("/log/"), talk="no"))
    invitation = Invitation.objects.get()
    assert invitation.person == agreed.ada
    assert invitation.ask_at.isoformat() == "2026-09-16T09:00:00+00:00"
    message = Message.objects.get(template="check_in")
    assert message.not_before == invitation.ask_at


def test_no_answer_is_no_answer_and_the_time_is_kept_until_the_page_said(ada, agreed):
    page = ada.get("/log/")
    kept_until = page.context["proposal"].kept_until
    ada.post("/log/", _form(page))
    booking = Booking.objects.get()
    assert (booking.agreed_at, booking.pencilled_until) == (None, kept_until)
    offer = Offer.objects.get(rule="after_interview")
    assert (offer.accepted_at, offer.declined_at) == (None, None)
    waiting = Message.objects.filter(state="pending", person=agreed.ada)
    assert sorted(waiting.values_list("template", flat=True)) == [
        "check_in",
        "offer_reminder",
        "time_kept",
    ]


def test_what_answers_a_log_is_told_at_once_and_what_comes_later_shares_a_day(
    ada, agreed
):
    """The offer answers the person's own work; its reminder and a check-in do not."""
    ada.post("/log/", _form(ada.get("/log/")))
    rows = Message.objects.filter(person=agreed.ada).order_by("template")
    assert dict(rows.values_list("template", "unasked")) == {
        "check_in": True,
        "offer_reminder": True,
        "time_kept": False,
    }


def test_not_this_time_frees_the_hour_at_once_and_says_nothing_to_anyone(ada, agreed):
    ada.post("/log/", _form(ada.get("/log/"), talk="no"))
    assert Booking.objects.get().freed_because == "declined"
    assert Offer.objects.get(rule="after_interview").declined_at is not None
    waiting = Message.objects.filter(state="pending").exclude(template="check_in")
    assert list(waiting) == []


def test_looking_at_other_times_keeps_the_pencil_meanwhile(ada, agreed):
    answer = ada.post("/log/", _form(ada.get("/log/"), talk="times"))
    offer = Offer.objects.get(rule="after_interview")
    assert answer.headers["Location"] == f"/times/?offer={offer.public_id}"
    assert Booking.objects.get().freed_at is None
    page = ada.get(answer.headers["Location"])
    slot = page.context["times"].days[-1].parts[0][1][0]
    booked = ada.post("/times/", {"offer": str(offer.public_id), "slot": slot.value})
    agreed_row = Booking.objects.get(agreed_at__isnull=False)
    assert booked.headers["Location"] == f"/bookings/{agreed_row.public_id}/"
    assert Booking.objects.filter(freed_at__isnull=True).count() == 1


def test_the_facilitator_gets_an_own_offer_and_learns_nothing(ada, agreed, client):
    page = ada.get("/log/")
    ada.post("/log/", _form(page, talk="keep", with_whom=str(agreed.gil.public_id)))
    offers = Offer.objects.filter(rule="after_interview")
    assert {offer.person for offer in offers} == {agreed.ada, agreed.gil}
    kept = Booking.objects.get(person=agreed.ada)
    client.force_login(agreed.gil)
    activity = Activity.objects.get()
    seen = client.get(f"/activities/{activity.public_id}/").content.decode()
    assert str(kept.public_id) not in seen
    ada_offer = offers.get(person=agreed.ada)
    assert client.get(f"/offers/{ada_offer.public_id}/").status_code == 404


def test_the_same_form_posted_twenty_times_makes_one_activity(ada):
    data = _form(ada.get("/log/"), talk="keep")
    answers = {ada.post("/log/", data).headers["Location"] for _ in range(20)}
    assert len(answers) == 1
    assert Activity.objects.count() == 1
    assert Booking.objects.filter(agreed_at__isnull=False).count() == 1


def test_two_tabs_of_one_form_make_one_activity(ada):
    first, second = _form(ada.get("/log/")), _form(ada.get("/log/"))
    assert first["submission"] != second["submission"]
    ada.post("/log/", first)
    ada.post("/log/", second)
    assert Activity.objects.count() == 1


def test_a_planned_interview_is_filled_in_and_logged_once(ada, agreed, at):
    plan = Activity.objects.create(
        study=agreed.study,
        kind="interview",
        code="210",
        starts_at=at - timedelta(minutes=95),
        ends_at=at - timedelta(minutes=5),
        mode="zoom",
        planned_start=at - timedelta(minutes=95),
        planned_minutes=90,
    )
    plan.exposures.create(person=agreed.ada, role="interviewer")
    plan.exposures.create(person=agreed.gil, role="facilitator")
    page = ada.get("/log/")
    assert page.context["form"].initial["which"] == str(plan.public_id)
    data = _form(page, which=str(plan.public_id), code="", mode="")
    ada.post("/log/", data)
    ada.post("/log/", data | {"submission": str(uuid4())})
    row = Activity.objects.get()
    assert (row.minutes, row.mode, row.code) == (95, "zoom", "210")
    assert row.planned_start == at - timedelta(minutes=95)
    assert Offer.objects.filter(rule="after_interview").count() == 2


def test_a_second_interview_that_day_joins_the_first_offer(ada, agreed, clock, at):
    ada.post("/log/", _form(ada.get("/log/"), talk="keep"))
    clock(at + timedelta(hours=2))
    page = ada.get("/log/")
    assert page.context["proposal"].waiting is not None
    ada.post("/log/", _form(page, code="210"))
    first, second = Offer.objects.filter(rule="after_interview").order_by("pk")
    assert second.merged_into == first
    assert Booking.objects.count() == 1


def test_a_time_that_has_just_gone_is_said_and_the_interview_stands(
    ada, agreed, clock, at
):
    page = ada.get("/log/")
    choice = page.context["proposal"].choice
    Booking.objects.create(
        supporter=choice.supporter,
        person=agreed.bem,
        kind="debrief",
        starts_at=choice.slot.start,
        ends_at=choice.slot.end,
        mode="phone",
        made_at=at,
        agreed_at=at,
    )
    answer = ada.post("/log/", _form(page, talk="keep"))
    assert answer.headers["Location"].endswith("?gone=1")
    assert Activity.objects.count() == 1
    mine = Booking.objects.get(person=agreed.ada)
    assert mine.agreed_at is None
    assert (mine.supporter, mine.starts_at) != (choice.supporter, choice.slot.start)


def test_undo_takes_the_offer_the_pencil_and_the_check_in_along(ada, agreed, clock, at):
    ada.post("/log/", _form(ada.get("/log/")))
    activity = Activity.objects.get()
    ada.post(f"/activities/{activity.public_id}/take-back/")
    assert Activity.objects.done().count() == 0
    assert Offer.objects.get(rule="after_interview").withdrawn_at is not None
    assert Booking.objects.get().freed_at is not None
    assert Message.objects.filter(state="pending").count() == 0
    assert ada.get(f"/activities/{activity.public_id}/").status_code == 404


def test_after_a_day_a_log_is_no_longer_taken_back(ada, clock, at):
    ada.post("/log/", _form(ada.get("/log/")))
    clock(at + timedelta(hours=25))
    page = f"/activities/{Activity.objects.get().public_id}/"
    said = ada.post(f"{page}take-back/", follow=True).content.decode()
    assert "logged more than a day ago, so it stays in the log" in said
    assert Activity.objects.done().count() == 1


def test_without_a_free_time_the_truth_is_told_and_the_lead_hears_no_name(
    agreed, clock, client
):
    for supporter in (agreed.dr_jo, agreed.dr_kim):
        supporter.hours.all().delete()
    client.force_login(agreed.ada)
    page = client.get("/log/")
    assert page.context["proposal"].choice is None
    client.post("/log/", _form(page))
    offer = Offer.objects.get(rule="after_interview")
    assert (offer.booking, offer.time_in_window) == (None, False)
    alert = ServiceAlert.objects.get()
    assert (alert.kind, agreed.ada.name in str(alert)) == ("no_time_in_window", False)


def test_an_error_in_making_the_offer_never_loses_the_log(ada, agreed, monkeypatch, at):
    def broken(**kwargs):
        raise RuntimeError("broken")

    monkeypatch.setattr("wellbeing.activities.reconcile", broken)
    ada.post("/log/", _form(ada.get("/log/")))
    assert Activity.objects.done().count() == 1
    monkeypatch.undo()


def test_the_tick_makes_the_offer_that_a_broken_log_left_owing(
    ada, agreed, monkeypatch, at
):
    def broken(**kwargs):
        raise RuntimeError("broken")

    with monkeypatch.context() as patch:
        patch.setattr("wellbeing.activities.reconcile", broken)
        ada.post("/log/", _form(ada.get("/log/")))
    assert Offer.objects.filter(rule="after_interview").count() == 0
    tick(at=at)
    tick(at=at)
    assert Offer.objects.filter(rule="after_interview").count() == 1


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"when": ""}, "when", "Choose when it finished."),
        ({"when": "other"}, "day", "Choose the day on which it finished."),
        (
            {"when": "today", "finished": "23:30"},
            "finished",
            "That is still to come. Log it when it has finished.",
        ),
        ({"minutes": "0"}, "minutes", "Enter at least 1 minute."),
        ({"minutes": "abc"}, "minutes", "Enter the minutes as a number, like 60."),
        ({"which": ""}, "which", "Choose which interview it was."),
        ({"code": ""}, "code", "Enter the interview’s code, like 209."),
        ({"which": str(uuid4())}, "which", "Choose one of these, or a different one."),
    ],
)
def test_bad_input_is_told_beside_the_field_and_nothing_is_lost(
    ada, changes, field, sentence
):
    answer = ada.post("/log/", _form(ada.get("/log/"), talk="no") | changes)
    assert answer.status_code == 422
    assert answer.context["form"].errors[field][0] == sentence
    assert answer.content.decode().count(sentence) == 2
    assert 'value="no" checked' in answer.content.decode()
    assert Activity.objects.count() == 0


def test_nonsense_in_hidden_fields_is_no_error_page(ada):
    for slot in ("", "x", "x y", f"{uuid4()} 2026-01-01T10:00:00+00:00", "a b c"):
        page = ada.get("/log/")
        data = _form(page, slot=slot, talk="keep", code=slot[:5] or "1")
        assert ada.post("/log/", data).status_code == 302
    assert ada.post("/log/", {"submission": "x"}).status_code == 422
    assert ada.post("/log/", {"study": "x"}).status_code == 404


def test_a_coordinator_alone_and_an_outsider_cannot_log_here(agreed, clock, client):
    client.force_login(agreed.lou)
    assert client.get("/log/").status_code == 404
    client.force_login(agreed.charlie)
    assert str(agreed.study.public_id) not in client.get("/log/").content.decode()


def test_logging_takes_as_many_queries_for_a_full_log_as_for_an_empty_one(
    ada, agreed, clock, at, django_assert_max_num_queries
):
    for number in range(3):
        clock(at + timedelta(days=number))
        data = _form(ada.get("/log/"), talk="keep", code=str(number))
        with django_assert_max_num_queries(160) as queries:
            ada.post("/log/", data)
        print(len(queries))
        if number == 1:
            for q in queries.captured_queries:
                print(q["sql"][:160])
    someone = join(agreed.study, make_person("New Person"), "interviewer")
    assert someone.pk


def test_keeping_it_on_the_page_of_the_booking_answers_the_offer_too(ada, agreed, at):
    ada.post("/log/", _form(ada.get("/log/")))
    offer = Offer.objects.get(rule="after_interview")
    ada.post(f"/bookings/{offer.booking.public_id}/keep/")
    assert ada.get(f"/offers/{offer.public_id}/").context["panel"].state == "kept"
    tick(at=at)
    tick(at=at)
    offer.refresh_from_db()
    assert (offer.accepted_at, offer.accepted_as) == (at, "debrief")
    waiting = Message.objects.filter(state="pending", template="offer_reminder")
    assert waiting.count() == 0


def test_not_this_time_on_the_page_of_the_booking_answers_the_offer_too(
    ada, agreed, at
):
    ada.post("/log/", _form(ada.get("/log/")))
    offer = Offer.objects.get(rule="after_interview")
    ada.post(f"/bookings/{offer.booking.public_id}/not-this-time/")
    assert ada.get(f"/offers/{offer.public_id}/").context["panel"].state == "declined"
    tick(at=at)
    offer.refresh_from_db()
    assert offer.declined_at == at


def test_an_older_offer_whose_time_went_back_does_not_stand_in_the_way(
    ada, agreed, clock, at
):
    ada.post("/log/", _form(ada.get("/log/")))
    later = at + timedelta(days=2)
    clock(later)
    tick(at=later)
    page = ada.get("/log/")
    ada.post("/log/", _form(page, code="210", talk="keep"))
    new, old = Offer.objects.filter(rule="after_interview").order_by("-pk")
    assert (new.accepted_at, old.merged_into) == (later, new)
    waiting = Message.objects.filter(state="pending", template="offer_reminder")
    assert waiting.count() == 0
