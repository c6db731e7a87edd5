"""What a person chose: which way, how much is said, and a page that says why."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.core import mail
from django.urls import reverse

from notifications import delivery, outbox, preferences, rendering, telling, try_out
from notifications.models import Message, State
from tests.factories import make_phone
from tests.notifications.makers import owe, times
from tests.notifications.test_rendering import FOLDER
from wellbeing.people.models import Contact

BY_MAIL = {
    "booking_notice": "email",
    "booking_reminder": "email",
    "offer": "email",
    "check_in": "email",
}


@pytest.fixture
def ada(team, client, at, settings):
    settings.DEMO_AT = at
    client.force_login(team.ada)
    return client


def _send(at):
    return delivery.send_due(clock=lambda: at)


def _texts_about_times(person, at):
    preferences.choose(
        person=person, purpose="booking_reminder", email=False, sms=True, at=at
    )


def test_a_kind_of_message_can_be_moved_to_texts_and_back(ada, team):
    make_phone(team.ada)
    url = reverse("settings_channels")
    ada.post(url, {**BY_MAIL, "booking_reminder": "sms", "check_in": "page"})
    assert preferences.refused(person=team.ada) == {
        ("booking_notice", "sms"),
        ("booking_reminder", "email"),
        ("offer", "sms"),
        ("check_in", "email"),
        ("check_in", "sms"),
    }
    page = ada.get(reverse("settings")).content.decode()
    assert '<option value="sms" selected>By text</option>' in page
    ada.post(url, BY_MAIL)
    assert ("booking_reminder", "email") not in preferences.refused(person=team.ada)


def test_offers_and_check_ins_can_be_moved_to_texts_as_well(ada, team):
    make_phone(team.ada)
    url = reverse("settings_channels")
    ada.post(url, {**BY_MAIL, "offer": "sms", "check_in": "sms"})
    assert preferences.by_text(person=team.ada) == {"offer", "check_in"}
    form = ada.get(reverse("settings")).context["channels"]
    assert form.initial == {**BY_MAIL, "offer": "sms", "check_in": "sms"}
    ada.post(url, {**BY_MAIL, "offer": "page"})
    assert preferences.by_text(person=team.ada) == set()
    form = ada.get(reverse("settings")).context["channels"]
    assert form.initial == {**BY_MAIL, "offer": "page"}


def _unasked_for(person, at, purpose, template):
    return owe(person, at, purpose=purpose, template=template, key=f"{template}:1")


OFFER, CHECK_IN = ("offer", "offer_open"), ("check_in", "check_in")


@pytest.mark.parametrize("what", [OFFER, CHECK_IN])
def test_what_was_moved_to_texts_comes_as_a_text_and_never_twice(team, at, texts, what):
    make_phone(team.ada)
    choose = partial(preferences.choose, person=team.ada, purpose=what[0], at=at)
    choose(email=False, sms=True)
    _unasked_for(team.ada, at, *what)
    for _ in range(3):
        _send(at)
    rows = Message.objects.order_by("pk").values_list("channel", "state")
    assert list(rows) == [("email", State.WITHHELD), ("sms", State.ACCEPTED)]
    assert (len(texts.texts), mail.outbox) == (1, [])


@pytest.mark.parametrize("what", [OFFER, CHECK_IN])
def test_no_mail_of_a_kind_is_no_wish_for_texts(team, at, texts, what):
    """On the page alone, or stopped with one click: a phone then rings no more."""
    make_phone(team.ada)
    preferences.stop(person=team.ada, purpose=what[0], channel="email", at=at)
    _unasked_for(team.ada, at, *what)
    preferences.choose(person=team.bem, purpose=what[0], email=False, sms=False, at=at)
    make_phone(team.bem, "+447700900124")
    owe(team.bem, at, purpose=what[0], template=what[1], key="bem")
    for _ in range(2):
        _send(at)
    assert (texts.texts, mail.outbox) == ([], [])
    assert Message.objects.filter(channel="sms").count() == 0


@pytest.mark.parametrize(("what", "mails"), [(OFFER, 1), (CHECK_IN, 0)])
def test_when_texts_end_an_offer_comes_by_mail_and_a_check_in_waits_on_the_page(
    team, at, texts, what, mails
):
    contact = make_phone(team.ada)
    preferences.choose(person=team.ada, purpose=what[0], email=False, sms=True, at=at)
    contact.sms_stopped_at = at
    contact.save()
    _unasked_for(team.ada, at, *what)
    _send(at)
    assert (len(mail.outbox), texts.texts) == (mails, [])


def test_without_a_number_nothing_can_be_moved_to_texts(ada, team):
    answer = ada.post(
        reverse("settings_channels"), {**BY_MAIL, "booking_notice": "sms"}
    )
    assert answer.status_code == 422
    assert "Choose from the list." in answer.content.decode()
    assert preferences.refused(person=team.ada) == set()


def test_agreed_times_are_told_by_mail_when_texts_end(team, at, texts):
    """By text, chosen; then STOP: the reminder must not fall between the two."""
    contact = make_phone(team.ada)
    _texts_about_times(team.ada, at)
    contact.sms_stopped_at = at
    contact.save()
    owe(team.ada, at)
    assert _send(at).sent == 1
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("what", [("booking_reminder", "booking_reminder"), OFFER])
def test_a_chosen_text_that_fails_comes_back_as_a_mail_and_ends_there(
    team, at, texts, what
):
    make_phone(team.ada, "+447700900000")
    preferences.choose(person=team.ada, purpose=what[0], email=False, sms=True, at=at)
    owe(team.ada, at, purpose=what[0], template=what[1])
    for _ in range(3):
        _send(at)
    rows = Message.objects.order_by("pk").values_list("channel", "state")
    assert list(rows) == [
        ("email", State.WITHHELD),
        ("sms", State.DEAD),
        ("email", State.ACCEPTED),
    ]
    last = Message.objects.latest("pk")
    assert outbox.plan_fallback(message=last, at=at) is None


@pytest.mark.parametrize(
    ("level", "said"),
    [("", ""), ("place", ", by video"), ("name", ", by video, with Jo Whitfield")],
)
def test_the_reader_chooses_how_much_is_said_where_others_look(team, at, level, said):
    Contact.objects.create(person=team.ada, discretion=level)
    start = at + timedelta(hours=6)
    row = owe(team.ada, at, context=times(start, mode="video", with_id=team.jo.pk))
    letter = rendering.letter(row, at=at, to="a@example.org")
    assert letter.subject.endswith(f", 10pm{said}")
    assert f"London time{said}. Change" in rendering.text(row, at=at)
    assert "Dr" not in letter.subject


def test_a_long_name_is_left_out_of_a_text_rather_than_making_two_of_it(team, at):
    Contact.objects.create(person=team.ada, discretion="name")
    team.jo.name = "Dr " + "Jo" * 50
    team.jo.save()
    row = owe(
        team.ada,
        at,
        context=times(at + timedelta(hours=6), mode="video", with_id=team.jo.pk),
    )
    assert "Jo" not in rendering.text(row, at=at)


@pytest.mark.parametrize(
    ("chosen", "title"),
    [("", "Busy"), ("appointment", "Appointment"), ("name", "Jo Whitfield")],
)
def test_the_calendar_entry_is_called_what_the_reader_chose(team, at, chosen, title):
    Contact.objects.create(person=team.ada, calendar_title=chosen)
    start = at + timedelta(days=2)
    entry = times(start) | {"uid": "booking-1", "sequence": 0, "method": "REQUEST"}
    row = owe(
        team.ada,
        at,
        template="booking_agreed",
        context=times(start, invitation=entry, with_id=team.jo.pk),
    )
    letter = rendering.letter(row, at=at, to="a@example.org")
    assert f"SUMMARY:{title}\r\n" in letter.calendar
    assert f"The calendar entry says {title}." in letter.text


def test_what_is_said_can_be_chosen_and_a_wrong_choice_saves_nothing(ada, team):
    url = reverse("settings_discretion")
    assert ada.post(url, {"discretion": "all"}).status_code == 422
    assert not Contact.objects.filter(person=team.ada).exists()
    ada.post(url, {"discretion": "place", "calendar_title": "appointment"})
    contact = Contact.objects.get(person=team.ada)
    assert (contact.discretion, contact.calendar_title) == ("place", "appointment")


def test_no_text_comes_on_a_public_holiday(team):
    contact = make_phone(team.ada)
    christmas = datetime(2026, 12, 25, 12, tzinfo=UTC)
    assert outbox.out_of_quiet(contact, christmas) == christmas
    contact.quiet_holidays = "GB-ENG"
    contact.sms_at_weekends = True
    found = outbox.out_of_quiet(contact, christmas)
    assert found == datetime(2026, 12, 27, 8, tzinfo=UTC)
    contact.quiet_holidays = "XX-nowhere"
    assert outbox.out_of_quiet(contact, christmas) == christmas


def test_a_test_comes_by_each_way_at_night_too_and_once(ada, team, at, texts):
    contact = make_phone(team.ada)
    contact.quiet_from, contact.quiet_until = "00:00", "23:59"
    contact.save()
    for _ in range(3):
        ada.post(reverse("settings_test"))
    _send(at)
    assert (len(mail.outbox), len(texts.texts)) == (1, 1)
    assert mail.outbox[0].subject == "A test from Alongside"


def test_an_address_that_works_again_is_written_to_again(ada, team, at):
    Contact.objects.create(
        person=team.ada, email_suspended_at=at, suspended_email=team.ada.email
    )
    page = ada.get(reverse("settings")).content.decode()
    assert "came back, so we stopped writing to it" in page
    ada.post(reverse("settings_email_again"))
    assert not Contact.objects.get(person=team.ada).email_is_suspended()
    assert _send(at).sent == 1


def test_the_page_says_why_each_message_was_or_was_not_sent(ada, team, at):
    owe(team.ada, at, key="sent")
    _send(at)
    owe(team.ada, at, key="stopped", purpose="check_in", template="check_in")
    preferences.stop(person=team.ada, purpose="check_in", channel="email", at=at)
    _send(at)
    owe(team.ada, at, key="moved", group="booking:2")
    outbox.withdraw(group="booking:2", at=at, reason="the time was moved")
    owe(team.ada, at, key="later", not_before=at + timedelta(hours=1))
    owe(team.bem, at, key="of Bem")
    said = [(line.what, line.state, line.why) for line in telling.told(team.ada, at=at)]
    assert said == [
        (
            "A reminder of your time",
            "Not sent, as it was no longer needed",
            "The time was moved.",
        ),
        (
            "A few questions, if you like",
            "Not sent this way",
            "You chose not to get these this way.",
        ),
        ("A reminder of your time", "Sent", ""),
    ]
    page = ada.get(reverse("settings_messages")).content.decode()
    for _, state, why in said:
        assert state in page
        assert why in page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_two_questions(team, at, rows, django_assert_num_queries):
    for number in range(rows):
        owe(team.ada, at, key=f"reminder:{number}")
    _send(at)
    with django_assert_num_queries(2):
        assert len(telling.told(team.ada, at=at)) == rows


def test_nobody_sees_what_another_person_was_told(client, team, at, settings):
    settings.DEMO_AT = at
    owe(team.ada, at)
    for other in (team.lou, team.jo, team.sam, team.charlie):
        client.force_login(other)
        page = client.get(reverse("settings_messages")).content.decode()
        assert "Nothing yet." in page


def test_every_kind_of_message_has_a_name_for_its_reader():
    folders = {path.name for path in FOLDER.iterdir() if path.is_dir()}
    assert folders == set(telling.WHAT)


@pytest.mark.parametrize(
    "reason",
    ["the person does not want these messages this way", "the person has quiet hours"],
)
def test_a_reason_speaks_to_its_reader(reason):
    assert "the person" not in telling.why(reason)


def test_the_test_message_is_not_for_an_account_that_is_closed(team, at):
    try_out.send(person=team.ada, at=at)
    team.ada.is_active = False
    team.ada.save()
    assert _send(at).not_sent == 1
