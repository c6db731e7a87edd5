"""A person's own settings, and a number that must be shown to be theirs."""

from datetime import time, timedelta

import pytest
import time_machine
from django.urls import reverse

from notifications.models import Message
from notifications.rendering import text
from tests.factories import make_phone
from wellbeing import phone
from wellbeing.people.models import Contact

NUMBER = "07700 900123"
ABOUT = {"name": "Ada O", "time_zone": "Africa/Nairobi", "theme": "dark"}


@pytest.fixture
def ada(team, as_, settings):
    settings.TWILIO_ACCOUNT_SID = "AC0"
    browser = as_(team.ada)
    browser.person = team.ada
    return browser


def code_for(person, at):
    message = Message.objects.filter(person=person, template="phone_code").latest("pk")
    return text(message, at=at).split("code is ")[1][:6]


def ask(browser, number=NUMBER):
    return browser.post(reverse("settings_phone"), {"phone": number})


def type_in(browser, code):
    return browser.post(reverse("settings_phone_code"), {"code": code})


def test_name_zone_and_colours_are_saved_and_used(ada):
    assert ada.post(reverse("settings"), ABOUT).status_code == 302
    page = ada.get(reverse("settings")).content.decode()
    assert '<html lang="en-gb" dir="ltr" data-theme="dark">' in page
    ada.person.refresh_from_db()
    assert (ada.person.name, ada.person.time_zone) == ("Ada O", "Africa/Nairobi")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": ""}, "Enter your name."),
        ({"name": "Ada\x1b[31m"}, "Use letters only"),
        ({"time_zone": "../../etc/passwd"}, "Choose a place from the list."),
        ({"theme": "loud"}, "Select a valid choice."),
    ],
)
def test_a_mistake_gets_a_sentence_and_saves_nothing(ada, changed, words):
    answer = ada.post(reverse("settings"), {**ABOUT, **changed})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "<title>Error: Your settings" in answer.content.decode()
    ada.person.refresh_from_db()
    assert ada.person.name == "Ada Okafor"


def test_a_number_counts_once_its_code_comes_back(ada, at):
    assert ask(ada).headers["Location"] == reverse("settings_phone_code")
    assert not Contact.objects.filter(person=ada.person).exclude(phone="").exists()
    type_in(ada, code_for(ada.person, at))
    contact = Contact.objects.get(person=ada.person)
    assert (contact.phone, contact.phone_verified_at) == ("+447700900123", at)
    assert contact.takes_sms()


def test_the_row_that_waits_holds_no_code(ada, at):
    ask(ada)
    message = Message.objects.get(person=ada.person)
    assert (message.address, message.channel) == ("+447700900123", "sms")
    assert code_for(ada.person, at) not in str(message.context)


def test_a_code_can_be_guessed_at_five_times(ada, at):
    ask(ada)
    right = code_for(ada.person, at)
    wrong = "000000" if right != "000000" else "000001"
    left = [type_in(ada, wrong).content.decode() for _ in range(phone.TRIES)]
    assert "You have 4 tries left." in left[0]
    assert "You have 1 try left." in left[3]
    assert "Go back to ask for a new one." in left[4]
    assert type_in(ada, right).headers["Location"] == reverse("settings")
    assert Contact.objects.get(person=ada.person).phone == ""


def test_a_code_runs_out(ada, at):
    ask(ada)
    code = code_for(ada.person, at)
    with time_machine.travel(at + phone.LASTS + timedelta(seconds=1)):
        type_in(ada, code)
    assert Contact.objects.filter(person=ada.person).exclude(phone="").count() == 0


def test_a_code_works_once_and_only_for_whom_it_was_sent_to(ada, team, as_, at):
    ask(ada)
    code = code_for(ada.person, at)
    bem = as_(team.bem)
    type_in(bem, code)
    assert not Contact.objects.filter(person=team.bem).exclude(phone="").exists()
    type_in(ada, code)
    with pytest.raises(phone.NoCodeWaiting):
        phone.verify(person=ada.person, code=code, at=at)


def test_codes_are_limited_in_a_day(ada):
    for _ in range(phone.CODES_PER_PERSON_A_DAY):
        assert ask(ada).status_code == 302
    answer = ask(ada)
    assert answer.status_code == 422
    assert "That was a lot of codes." in answer.content.decode()
    assert Message.objects.filter(person=ada.person).count() == 5


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("hello", "Enter a mobile number"),
        ("0909 879 0000", "Enter a mobile number"),
        ("+1 876 555 0123", "We cannot send text messages to that country."),
        ("+33 6 12 34 56 78", "We cannot send text messages to that country."),
        ("0" * 39, "Enter a mobile number"),
        ("", "Enter a phone number"),
    ],
)
def test_other_numbers_get_a_sentence_and_no_message(ada, number, words):
    answer = ask(ada, number)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Message.objects.count() == 0


def test_quiet_hours_and_weekends_are_saved(ada):
    make_phone(ada.person)
    form = {"quiet_from": "21:30", "quiet_until": "07:00", "sms_at_weekends": "on"}
    ada.post(reverse("settings_texts"), form)
    contact = Contact.objects.get(person=ada.person)
    assert (contact.quiet_from, contact.quiet_until) == (time(21, 30), time(7, 0))
    assert (contact.sms_at_weekends, contact.takes_sms()) == (True, False)
    ada.post(reverse("settings_texts"), {**form, "wanted": "on"})
    assert Contact.objects.get(person=ada.person).takes_sms()


def test_the_same_number_stays_stopped_after_a_new_code(ada, at):
    contact = make_phone(ada.person)
    Contact.objects.filter(pk=contact.pk).update(sms_stopped_at=at)
    ask(ada)
    type_in(ada, code_for(ada.person, at))
    assert not Contact.objects.get(person=ada.person).takes_sms()


def test_a_number_can_be_taken_away(ada):
    make_phone(ada.person)
    ada.post(reverse("settings_phone_remove"))
    contact = Contact.objects.get(person=ada.person)
    assert (contact.phone, contact.takes_sms()) == ("", False)


def test_nobody_sees_the_number_of_another(ada, team, as_):
    make_phone(ada.person)
    for other in (team.lou, team.jo, team.charlie):
        assert "+447700900123" not in as_(other).get("/settings/").content.decode()
