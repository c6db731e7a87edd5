"""Calls from the text message service: believed signed, counted once, only upwards."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from twilio.request_validator import RequestValidator

from notifications import delivery
from notifications.models import Attempt, Message, ProviderEvent, State
from tests.factories import make_phone
from tests.notifications.makers import owe
from wellbeing.demo.sms_stand_in import ACCOUNT_SID, AUTH_TOKEN, signature
from wellbeing.people.models import Contact

SID = "SM" + "a" * 32
INBOUND = "/hooks/sms/inbound"


@pytest.fixture
def sent(team, at, texts, settings) -> Attempt:
    """A text to Ada that the service took."""
    settings.DEMO_AT = at + timedelta(minutes=1)
    make_phone(team.ada)
    owe(team.ada, at, channel="sms")
    delivery.send_due(clock=lambda: at)
    return Attempt.objects.get()


def _post(client, path, form, token=AUTH_TOKEN, url=None):
    form = {"AccountSid": ACCOUNT_SID, **form}
    validator = RequestValidator(token)
    signed = validator.compute_signature(url or f"http://testserver{path}", form)
    return client.post(path, form, headers={"X-Twilio-Signature": signed})


def _status(client, attempt, status, **extra):
    path = f"/hooks/sms/status/{attempt.public_id}/"
    form = {"MessageSid": attempt.provider_sid or SID, "MessageStatus": status}
    return _post(client, path, form | extra)


def _state() -> str:
    return Message.objects.get(channel="sms").state


def test_a_signed_call_moves_the_row_up(client, sent):
    assert _status(client, sent, "delivered").status_code == 204
    assert _state() == State.DELIVERED


def test_the_general_address_finds_the_row_by_its_sid(client, sent):
    form = {"MessageSid": sent.provider_sid, "MessageStatus": "delivered"}
    assert _post(client, "/hooks/sms/status", form).status_code == 204
    assert _state() == State.DELIVERED


def test_no_signature_or_a_wrong_one_changes_nothing(client, sent):
    path = f"/hooks/sms/status/{sent.public_id}/"
    form = {
        "AccountSid": ACCOUNT_SID,
        "MessageSid": sent.provider_sid,
        "MessageStatus": "delivered",
    }
    assert client.post(path, form).status_code == 403
    assert _post(client, path, form, token="other").status_code == 403
    elsewhere = f"http://testserver/hooks/sms/status/{uuid4()}/"
    assert _post(client, path, form, url=elsewhere).status_code == 403
    assert client.post(INBOUND, {"Body": "STOP"}).status_code == 403
    assert (_state(), ProviderEvent.objects.count()) == (State.ACCEPTED, 0)


def test_an_empty_secret_opens_nothing(client, sent, sms_settings):
    sms_settings.TWILIO_AUTH_TOKEN = ""
    path = f"/hooks/sms/status/{sent.public_id}/"
    form = {"MessageSid": sent.provider_sid, "MessageStatus": "delivered"}
    assert _post(client, path, form, token="").status_code == 403


def test_the_second_secret_counts_during_a_change(client, sent, sms_settings):
    sms_settings.TWILIO_AUTH_TOKEN_SECONDARY = AUTH_TOKEN
    sms_settings.TWILIO_AUTH_TOKEN = "the-next-one"
    assert _status(client, sent, "delivered").status_code == 204


def test_the_public_address_is_signed_whatever_the_host_header_says(
    client, sent, settings
):
    settings.PUBLIC_BASE_URL = "https://alongside.example"
    path = f"/hooks/sms/status/{sent.public_id}/"
    form = {"MessageSid": sent.provider_sid, "MessageStatus": "delivered"}
    url = f"https://alongside.example{path}"
    assert _post(client, path, form, url=url).status_code == 204
    assert _post(client, path, form).status_code == 403


@pytest.mark.parametrize(
    "form",
    [
        {"MessageStatus": "delivered"},
        {"MessageSid": "SM123", "MessageStatus": "delivered"},
        {"MessageSid": SID, "MessageStatus": "arrived"},
        {"MessageSid": SID, "MessageStatu": "sdelivered"},
        {"MessageSid": SID, "MessageStatus": "delivered", "Extra": "1"},
        {"MessageSid": SID, "MessageStatus": ["delivered", "delivered"]},
        {"MessageSid": SID, "MessageStatus": "failed", "ErrorCode": "x"},
        {"MessageSid": SID, "MessageStatus": "delivered", "AccountSid": "AC1"},
    ],
)
def test_a_signed_call_of_another_shape_is_turned_down(client, sent, form):
    path = f"/hooks/sms/status/{sent.public_id}/"
    form = {"AccountSid": ACCOUNT_SID, **form}
    plain = {
        name: value[0] if isinstance(value, list) else value
        for name, value in form.items()
    }
    signed = signature(f"http://testserver{path}", plain)
    answer = client.post(path, form, headers={"X-Twilio-Signature": signed})
    assert answer.status_code == 400
    assert ProviderEvent.objects.count() == 0


def test_a_replay_counts_once(client, sent):
    for _ in range(3):
        assert _status(client, sent, "delivered").status_code == 204
    assert ProviderEvent.objects.count() == 1


def test_an_unknown_id_is_answered_and_not_kept(client, sent):
    stranger = Attempt(public_id=uuid4(), provider_sid=SID)
    assert _status(client, stranger, "delivered").status_code == 204
    form = {"MessageSid": SID, "MessageStatus": "delivered"}
    assert _post(client, "/hooks/sms/status", form).status_code == 204
    assert (_state(), ProviderEvent.objects.count()) == (State.ACCEPTED, 0)


def test_the_sid_of_another_text_does_not_count_for_this_one(client, sent):
    path = f"/hooks/sms/status/{sent.public_id}/"
    form = {"MessageSid": SID, "MessageStatus": "delivered"}
    assert _post(client, path, form).status_code == 204
    assert _state() == State.ACCEPTED


@pytest.mark.parametrize("late", ["queued", "sent", "undelivered", "failed"])
def test_states_never_fall(client, sent, late):
    _status(client, sent, "delivered")
    _status(client, sent, late, ErrorCode="30008")
    assert _state() == State.DELIVERED


def test_arrival_proves_an_earlier_bad_word_wrong(client, sent):
    _status(client, sent, "undelivered", ErrorCode="30005")
    _status(client, sent, "sent")
    assert _state() == State.DEAD
    _status(client, sent, "delivered")
    assert _state() == State.DELIVERED


def test_a_call_settles_a_row_in_doubt(client, sent):
    Message.objects.update(state=State.UNCERTAIN, provider_sid="")
    Attempt.objects.update(outcome="uncertain", provider_sid="")
    sent.refresh_from_db()
    _status(client, sent, "sent")
    found = Message.objects.get()
    assert (found.state, found.provider_sid) == (State.ACCEPTED, SID)


def test_a_late_call_stops_a_second_try_that_has_not_left(client, sent, at, texts):
    Message.objects.update(state=State.RETRY, next_try=at)
    Attempt.objects.update(outcome="uncertain")
    _status(client, sent, "sent")
    delivery.send_due(clock=lambda: at + timedelta(minutes=2))
    assert (_state(), len(texts.texts)) == (State.ACCEPTED, 1)


@pytest.mark.parametrize(
    ("code", "state", "mails"),
    [
        ("30003", State.RETRY, 0),
        ("30005", State.DEAD, 1),
        ("30007", State.DEAD, 1),
        ("30036", State.EXPIRED, 0),
    ],
)
def test_a_text_that_did_not_arrive_is_followed_up(
    client, sent, at, code, state, mails
):
    _status(client, sent, "undelivered", ErrorCode=code)
    assert _state() == state
    delivery.send_due(clock=lambda: at + timedelta(minutes=2))
    assert len(mail.outbox) == mails


def test_a_phone_that_is_off_is_tried_once_more_and_then_email(
    client, sent, at, settings
):
    _status(client, sent, "undelivered", ErrorCode="30003")
    settings.DEMO_AT = later = at + timedelta(minutes=45)
    delivery.send_due(clock=lambda: later)
    _status(client, Attempt.objects.get(number=2), "undelivered", ErrorCode="30003")
    delivery.send_due(clock=lambda: later)
    assert (_state(), len(mail.outbox)) == (State.DEAD, 1)


def test_news_of_an_earlier_try_does_not_undo_a_later_one(client, sent, at):
    message = Message.objects.get()
    Attempt.objects.create(
        message=message, number=2, started_at=at, phase="answered", outcome="accepted"
    )
    Message.objects.update(attempts=2)
    _status(client, sent, "undelivered", ErrorCode="30005")
    assert _state() == State.ACCEPTED


def _say(client, words, sid=SID, **extra):
    form = {"MessageSid": sid, "From": "+447700900123", "Body": words}
    return _post(client, INBOUND, form | extra)


@pytest.mark.parametrize("word", ["STOP", " stop ", "Unsubscribe"])
def test_stop_stops_texts_once_and_email_takes_over(
    client, sent, team, at, texts, word
):
    soon = at + timedelta(minutes=2)
    owe(team.ada, at, channel="sms", key="next", not_before=soon)
    for _ in range(3):
        answer = _say(client, word)
        assert (answer.status_code, answer.content) == (204, b"")
    assert Contact.objects.get().sms_stopped_at == at + timedelta(minutes=1)
    assert ProviderEvent.objects.count() == 1
    delivery.send_due(clock=lambda: soon)
    withheld = Message.objects.get(state=State.WITHHELD)
    assert withheld.reason == "the person takes no text messages"
    assert (len(texts.texts), len(mail.outbox)) == (1, 1)


def test_start_undoes_it_and_an_old_stop_that_comes_again_does_not(client, sent):
    _say(client, "STOP")
    _say(client, "START", sid="SM" + "b" * 32)
    _say(client, "STOP")
    assert Contact.objects.get().sms_stopped_at is None


def test_the_services_own_word_for_it_counts(client, sent, at):
    _say(client, "AFMELD", OptOutType="STOP")
    assert Contact.objects.get().sms_stopped_at == at + timedelta(minutes=1)


def test_other_words_are_neither_kept_nor_answered(client, sent, caplog):
    answer = _say(client, "I had a hard day")
    assert (answer.status_code, answer.content) == (204, b"")
    assert ProviderEvent.objects.count() == 0
    assert Contact.objects.get().sms_stopped_at is None
    assert "hard day" not in caplog.text


def test_stop_from_another_number_changes_nothing_here(client, sent, team):
    make_phone(team.charlie, "+447700900999")
    form = {"MessageSid": SID, "From": "+447700900999", "Body": "STOP"}
    _post(client, INBOUND, form)
    assert Contact.objects.get(person=team.ada).sms_stopped_at is None


@pytest.mark.parametrize("path", ["/hooks/sms/status", INBOUND])
def test_a_look_at_a_hook_is_not_allowed(client, db, path):
    assert client.get(path).status_code == 405
