"""Texts against a stand-in that answers like the real service."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from notifications import delivery
from notifications.channels import sms
from notifications.channels.base import Result
from notifications.channels.sms_codes import outcome_of_code
from notifications.models import Attempt, ChannelState, Message, State
from tests.factories import make_phone
from tests.notifications.makers import PATH, free_port, owe
from wellbeing.people.models import Contact


@pytest.fixture
def number(team):
    return make_phone(team.ada).phone


def _send(at) -> delivery.Counts:
    return delivery.send_due(clock=lambda: at)


def _text() -> Message:
    return Message.objects.get(channel="sms")


def _with_number(team, last: str) -> None:
    make_phone(team.ada, f"+44770090{last}")


def test_a_text_is_handed_over_with_our_own_id_and_an_end(team, at, texts, number):
    owe(team.ada, at, channel="sms", expires_at=at + timedelta(minutes=50))
    assert _send(at).sent == 1
    found = _text()
    [kept] = texts.texts
    assert (found.state, found.settled_at) == (State.ACCEPTED, None)
    assert found.provider_sid == kept["sid"]
    assert (kept["to"], kept["validity"]) == (number, "3000")
    attempt = Attempt.objects.get()
    callback = f"http://testserver/hooks/sms/status/{attempt.public_id}/"
    assert kept["callback"] == callback
    when = "Tuesday 15 September, 10pm, London time"
    assert kept["body"] == f"Alongside: Your time: {when}. Change: testserver{PATH}"


@pytest.mark.parametrize(
    ("last", "state", "code", "mails"),
    [
        ("0000", State.DEAD, "21211", 1),
        ("0610", State.DEAD, "21610", 1),
        ("0429", State.RETRY, "20429", 0),
        ("0500", State.RETRY, "20500", 0),
    ],
)
def test_what_the_service_says_decides_what_then(
    team, at, texts, last, state, code, mails
):
    _with_number(team, last)
    owe(team.ada, at, channel="sms")
    _send(at)
    found = _text()
    assert (found.state, found.last_code, len(texts.texts)) == (state, code, 0)
    assert found.reason != ""
    assert len(mail.outbox) == mails


def test_the_service_may_ask_for_a_longer_wait(team, at, texts):
    _with_number(team, "0429")
    owe(team.ada, at, channel="sms")
    _send(at)
    assert _text().next_try == at + timedelta(seconds=20)


def test_a_number_that_is_none_has_to_be_checked_again(team, at, texts):
    _with_number(team, "0000")
    owe(team.ada, at, channel="sms")
    _send(at)
    assert Contact.objects.get().phone_verified_at is None


def test_stop_at_the_service_is_stop_here(team, at, texts):
    _with_number(team, "0610")
    owe(team.ada, at, channel="sms")
    _send(at)
    assert Contact.objects.get().sms_stopped_at == at


def test_a_text_that_was_taken_but_not_answered_is_found_not_sent_again(
    team, at, texts
):
    _with_number(team, "0408")
    owe(team.ada, at, channel="sms")
    assert _send(at).in_doubt == 1
    assert _text().state == State.UNCERTAIN
    later = at + timedelta(minutes=6)
    assert delivery.reconcile_uncertain(clock=lambda: later) == 1
    found = _text()
    assert (found.state, found.provider_sid) == (
        State.ACCEPTED,
        texts.texts[0]["sid"],
    )
    assert (len(texts.texts), mail.outbox) == (1, [])


def test_a_text_that_cannot_be_found_is_sent_again_once(team, at, texts):
    _with_number(team, "0408")
    owe(team.ada, at, channel="sms")
    moment = at
    for _ in range(2):
        _send(moment)
        texts.texts.clear()
        moment += timedelta(minutes=6)
        delivery.reconcile_uncertain(clock=lambda now=moment: now)
    found = _text()
    assert (found.state, found.attempts) == (State.DEAD, 2)
    assert found.reason == "it is not known whether it arrived"


def test_a_text_to_the_same_number_that_we_know_is_not_taken_for_the_lost_one(
    team, at, texts
):
    _with_number(team, "0408")
    twin = owe(team.ada, at, channel="sms", key="twin")
    owe(team.ada, at, channel="sms", key="lost")
    _send(at)
    later = at + timedelta(minutes=6)
    delivery.reconcile_uncertain(clock=lambda: later)
    sids = Message.objects.order_by("pk").values_list("provider_sid", flat=True)
    assert set(sids) == {text["sid"] for text in texts.texts}
    assert len(set(sids)) == 2
    assert twin.tries.count() == 1


def test_doubt_stays_while_the_service_cannot_be_asked(
    team, at, texts, sms_settings, caplog
):
    _with_number(team, "0408")
    owe(team.ada, at, channel="sms")
    _send(at)
    sms_settings.TWILIO_BASE_URL = f"http://127.0.0.1:{free_port()}"
    later = at + timedelta(minutes=6)
    delivery.reconcile_uncertain(clock=lambda: later)
    found = _text()
    assert found.state == State.UNCERTAIN
    assert found.next_try == later + timedelta(minutes=5)
    delivery.reconcile_uncertain(clock=lambda: at + timedelta(days=2))
    assert _text().state == State.DEAD


def test_a_service_that_is_down_took_nothing(team, at, texts, sms_settings, number):
    sms_settings.TWILIO_BASE_URL = f"http://127.0.0.1:{free_port()}"
    owe(team.ada, at, channel="sms")
    _send(at)
    found = _text()
    assert (found.state, found.last_code) == (State.RETRY, "ConnectionError")


def test_a_wrong_secret_closes_the_channel_and_email_takes_over_in_time(
    team, at, texts, sms_settings, number
):
    sms_settings.TWILIO_AUTH_TOKEN = "wrong"
    owe(team.ada, at, channel="sms", expires_at=at + timedelta(minutes=40))
    _send(at)
    assert ChannelState.objects.get().closed_until == at + timedelta(minutes=15)
    assert (_text().state, len(mail.outbox)) == (State.DEAD, 1)
    assert Message.objects.get(channel="email").fallback_of == _text()


def test_a_row_behind_a_closed_channel_becomes_email_half_an_hour_before_its_end(
    team, at, texts, number
):
    ChannelState.objects.create(channel="sms", closed_until=at + timedelta(hours=3))
    owe(team.ada, at, channel="sms", expires_at=at + timedelta(hours=1))
    _send(at)
    assert (_text().state, mail.outbox) == (State.PENDING, [])
    _send(at + timedelta(minutes=31))
    assert (_text().state, len(mail.outbox)) == (State.DEAD, 1)


def test_without_a_service_the_message_goes_by_email_once(team, at, settings, number):
    settings.TWILIO_ACCOUNT_SID = ""
    owe(team.ada, at, channel="sms")
    _send(at)
    _send(at)
    assert _text().reason == "text messages are not set up"
    assert len(mail.outbox) == 1


def test_quiet_hours_are_looked_at_again_when_it_leaves(team, at, texts, number):
    owe(team.ada, at, channel="sms", expires_at=at + timedelta(days=1))
    Contact.objects.update(quiet_from="15:00", quiet_until="17:30")
    assert _send(at).put_off == 1
    assert _text().next_try == at + timedelta(minutes=90)
    _send(at + timedelta(minutes=90))
    assert _text().state == State.ACCEPTED


def test_quiet_hours_that_last_too_long_turn_it_into_email(team, at, texts, number):
    owe(team.ada, at, channel="sms", expires_at=at + timedelta(hours=1))
    Contact.objects.update(quiet_from="15:00", quiet_until="17:30")
    _send(at)
    assert (_text().state, len(mail.outbox)) == (State.WITHHELD, 1)
    assert texts.texts == []


def test_who_travels_between_plan_and_text_is_not_woken_where_they_are(
    team, at, texts, number
):
    """4pm in London when it was planned; in Auckland it is 3am when it would leave."""
    owe(team.ada, at, channel="sms", expires_at=at + timedelta(days=1))
    team.ada.time_zone = "Pacific/Auckland"
    team.ada.save()
    assert _send(at).put_off == 1
    assert (_text().reason, texts.texts) == ("the person has quiet hours", [])
    morning = datetime(2026, 9, 15, 20, tzinfo=UTC)  # 8am on the 16th in Auckland
    assert _text().next_try == morning
    _send(morning)
    assert (_text().state, len(texts.texts)) == (State.ACCEPTED, 1)


def test_who_comes_home_before_it_leaves_gets_it_when_it_was_meant(
    team, at, texts, number
):
    """Planned for the end of the night in Auckland; she is in London by then."""
    team.ada.time_zone = "Pacific/Auckland"
    team.ada.save()
    owe(team.ada, at, channel="sms", expires_at=at + timedelta(days=2))
    assert _text().next_try == datetime(2026, 9, 15, 20, tzinfo=UTC)
    team.ada.time_zone = "Europe/London"
    team.ada.save()
    night = datetime(2026, 9, 15, 20, tzinfo=UTC)  # 9pm in London
    assert _send(night).put_off == 1
    assert _text().next_try == datetime(2026, 9, 16, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("planned", "leaves"),
    [
        # The night of 28 to 29 March has an hour less, that of 24 to 25 October one
        # more; the end of quiet hours stays 8am on the wall.
        (datetime(2026, 3, 28, 22, tzinfo=UTC), datetime(2026, 3, 29, 7, tzinfo=UTC)),
        (datetime(2026, 10, 24, 21, tzinfo=UTC), datetime(2026, 10, 25, 8, tzinfo=UTC)),
    ],
)
def test_a_text_planned_on_a_night_when_the_clocks_change_leaves_at_8am(
    team, texts, number, planned, leaves
):
    team.ada.contact.sms_at_weekends = True
    team.ada.contact.save()
    owe(team.ada, planned, channel="sms", expires_at=planned + timedelta(days=1))
    _send(leaves - timedelta(minutes=1))
    assert texts.texts == []
    _send(leaves)
    assert len(texts.texts) == 1


def test_a_service_with_a_fault_leaves_doubt_and_is_asked_before_a_second_try(
    team, at, texts, number, monkeypatch
):
    """A 5xx without a code: it may have the text, so it is looked up, and found."""
    honest = sms.SmsChannel.send

    def faulty(self, parcel):
        honest(self, parcel)
        return outcome_of_code(None, status=503)

    monkeypatch.setattr(sms.SmsChannel, "send", faulty)
    owe(team.ada, at, channel="sms")
    assert _send(at).in_doubt == 1
    assert (_text().state, _text().last_code) == (State.UNCERTAIN, "503")
    later = at + timedelta(minutes=6)
    delivery.reconcile_uncertain(clock=lambda: later)
    assert (_text().state, _text().provider_sid, len(texts.texts)) == (
        State.ACCEPTED,
        texts.texts[0]["sid"],
        1,
    )


def test_a_code_to_a_number_never_becomes_an_email(team, at, texts):
    owe(team.ada, at, channel="sms", address="+447700900000", purpose="account")
    _send(at)
    assert (_text().state, mail.outbox) == (State.DEAD, [])
    assert Message.objects.count() == 1


def test_an_accepted_text_without_a_receipt_is_asked_about_once(
    team, at, texts, number
):
    owe(team.ada, at, channel="sms")
    _send(at)
    texts.texts[0]["status"] = "delivered"
    soon, later = at + timedelta(hours=23), at + timedelta(hours=25)
    assert delivery.reconcile_uncertain(clock=lambda: soon) == 0
    assert delivery.reconcile_uncertain(clock=lambda: later) == 1
    assert _text().state == State.DELIVERED
    assert delivery.reconcile_uncertain(clock=lambda: later) == 0


@pytest.mark.parametrize(
    ("code", "status", "result", "address"),
    [
        (20003, 401, Result.CONFIGURATION, ""),
        (20429, 429, Result.QUICK, ""),
        (None, 429, Result.QUICK, ""),
        (None, 500, Result.UNCERTAIN, ""),
        (None, 503, Result.UNCERTAIN, ""),
        (None, 401, Result.CONFIGURATION, ""),
        (21211, 400, Result.PERMANENT, "invalid"),
        (21408, 400, Result.PERMANENT, ""),
        (21610, 400, Result.PERMANENT, "stopped"),
        (30003, 400, Result.UNREACHABLE, ""),
        (30007, 400, Result.PERMANENT, ""),
        (30036, 400, Result.EXPIRED, ""),
        (99999, 400, Result.PERMANENT, ""),
    ],
)
def test_each_code_has_its_meaning(code, status, result, address):
    outcome = outcome_of_code(code, status=status)
    assert (outcome.result, outcome.address) == (result, address)
    assert outcome.reason != ""


@pytest.mark.parametrize("url", ["https://api.example.org", "http://10.0.0.1:80"])
def test_the_secret_never_leaves_this_machine_by_a_base_url(sms_settings, url):
    sms_settings.TWILIO_BASE_URL = url
    with pytest.raises(sms.NotLoopback):
        sms.SmsChannel().look_up("SM" + "0" * 32)


def test_neither_number_nor_words_come_into_the_log(team, at, texts, number, caplog):
    caplog.set_level("DEBUG")
    owe(team.ada, at, channel="sms")
    _send(at)
    assert len(texts.texts) == 1
    assert number not in caplog.text
    assert "Your time" not in caplog.text


def test_the_client_has_a_time_out_and_no_retries_of_its_own(sms_settings):
    client = sms._HttpClient()
    assert client.timeout == 10
    adapter = client.session.get_adapter("https://api.example.org")
    assert adapter.max_retries.total == 0


def test_a_day_brings_no_more_than_ten_texts_and_the_rest_comes_by_mail(
    team, at, texts, number
):
    for count in range(12):
        owe(team.ada, at, channel="sms", key=f"reminder:{count}")
    _send(at)
    _send(at)
    assert (len(texts.texts), len(mail.outbox)) == (10, 2)
    reasons = set(Message.objects.filter(state=State.WITHHELD).values_list("reason"))
    assert reasons == {("that would be more texts than a day should bring",)}
    next_day = at + timedelta(hours=24)
    owe(team.ada, next_day, channel="sms", key="next day")
    _send(next_day)
    assert len(texts.texts) == 11


def test_a_country_that_is_not_served_any_more_gets_mail(
    team, at, texts, number, sms_settings
):
    owe(team.ada, at, channel="sms")
    sms_settings.SMS_COUNTRIES = ["IE"]
    _send(at)
    assert (_text().state, len(texts.texts), len(mail.outbox)) == (
        State.WITHHELD,
        0,
        1,
    )
    assert _text().reason == "texts to this country are not set up"


def test_a_closed_account_gets_no_text(team, at, texts, number):
    owe(team.ada, at, channel="sms")
    team.ada.is_active = False
    team.ada.save()
    _send(at)
    assert (texts.texts, mail.outbox) == ([], [])
    assert _text().reason == "the account is closed"
