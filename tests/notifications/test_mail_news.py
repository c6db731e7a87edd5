"""What comes back: a bounce suspends the address, and a text takes over in time."""

import base64
import json
from datetime import timedelta
from io import BytesIO, TextIOWrapper

import pytest
from django.core.management import call_command

from notifications import delivery, mail_news, preferences
from notifications.channels import email
from notifications.channels.base import Outcome, Result
from notifications.models import Attempt, Message, Preference, ProviderEvent, State
from tests.factories import make_phone
from tests.notifications.makers import owe
from wellbeing import env
from wellbeing.people.models import Contact

HOOK = "/hooks/mail/status"
SID = "0a129aee-e1cd-480d-b08d-4f48548ff48d"


@pytest.fixture
def sent(team, at, settings, monkeypatch) -> Attempt:
    """A reminder to Ada that the provider took."""
    settings.DEMO_AT = at + timedelta(minutes=1)
    settings.MAIL_PROVIDER = "postmark"
    settings.MAIL_HOOK_SECRET = "hook:secret"
    settings.ANYMAIL = {"WEBHOOK_SECRET": "hook:secret"}
    monkeypatch.setattr(
        email.EmailChannel,
        "send",
        lambda self, parcel: Outcome(Result.ACCEPTED, sid=SID),
    )
    owe(team.ada, at)
    delivery.send_due(clock=lambda: at)
    monkeypatch.undo()
    settings.DEMO_AT = at + timedelta(minutes=1)
    return Attempt.objects.get()


def _post(client, secret="hook:secret", **said):
    form = {"MessageID": SID, "Recipient": "ada@example.org", **said}
    key = base64.b64encode(secret.encode()).decode()
    return client.post(
        HOOK,
        json.dumps(form),
        content_type="application/json",
        headers={"Authorization": f"Basic {key}"},
    )


def _bounce(client, kind="HardBounce", details="smtp;550 5.1.1 unknown", **extra):
    return _post(client, RecordType="Bounce", Type=kind, Details=details, **extra)


def _mail() -> Message:
    return Message.objects.get(channel="email")


def test_a_mail_that_came_back_suspends_the_address_not_the_person(client, sent, team):
    assert _bounce(client).status_code == 204
    found = _mail()
    assert (found.state, found.reason) == (State.DEAD, "the mail came back")
    contact = Contact.objects.get(person=team.ada)
    assert contact.email_is_suspended()
    team.ada.email = "new@example.org"
    team.ada.save()
    assert not Contact.objects.get(person=team.ada).email_is_suspended()


@pytest.mark.parametrize(
    ("kind", "details"),
    [("SoftBounce", "smtp;452 4.2.2 full"), ("HardBounce", "smtp;552 5.2.2 full")],
)
def test_a_full_mailbox_suspends_nothing(client, sent, team, kind, details):
    _bounce(client, kind, details)
    assert _mail().state == State.DEAD
    assert not Contact.objects.filter(person=team.ada).exists()


def test_a_report_counts_once_and_arrival_is_noted(client, sent):
    for _ in range(3):
        _post(client, RecordType="Delivery", DeliveredAt="2026-09-15T15:01:00Z")
    assert _mail().state == State.DELIVERED
    assert ProviderEvent.objects.count() == 1
    _bounce(client)
    assert _mail().state == State.DELIVERED


def test_without_the_secret_nothing_is_believed(client, sent, settings):
    assert _bounce(client, secret="hook:guess").status_code == 403
    assert client.post(HOOK, "{}", content_type="application/json").status_code == 403
    settings.MAIL_HOOK_SECRET = ""
    assert _bounce(client).status_code == 404
    assert _mail().state == State.ACCEPTED


def test_a_report_of_another_shape_or_about_another_mail_changes_nothing(client, sent):
    key = base64.b64encode(b"hook:secret").decode()
    signed = {"Authorization": f"Basic {key}"}
    for content in ("no json", "[]", "7"):
        answer = client.post(
            HOOK, content, content_type="application/json", headers=signed
        )
        assert answer.status_code == 400
    assert _bounce(client, MessageID="another").status_code == 204
    assert (_mail().state, ProviderEvent.objects.count()) == (State.ACCEPTED, 0)


def test_whether_a_mail_was_opened_is_not_taken_in(client, sent):
    before = list(Message.objects.values())
    _post(client, RecordType="Open", ReceivedAt="2026-09-15T15:01:00Z")
    assert list(Message.objects.values()) == before
    assert ProviderEvent.objects.count() == 0


def test_a_complaint_about_a_check_in_stops_check_ins_and_no_more(client, sent, team):
    Message.objects.update(purpose="check_in")
    _post(client, RecordType="SpamComplaint", Type="SpamComplaint")
    [said] = Preference.objects.filter(person=team.ada)
    assert (said.purpose, said.channel, said.wanted) == ("check_in", "email", False)


def test_a_text_takes_over_in_the_last_hours(client, sent, team, at, texts, settings):
    make_phone(team.ada)
    _bounce(client)
    text = Message.objects.get(channel="sms")
    # The mail is of use until 9pm in London, and quiet hours begin at 8pm.
    assert (text.fallback_of, text.not_before) == (_mail(), at + timedelta(hours=1))
    delivery.send_due(clock=lambda: at + timedelta(minutes=59))
    assert texts.texts == []
    delivery.send_due(clock=lambda: at + timedelta(hours=1))
    assert len(texts.texts) == 1


def test_the_next_mail_goes_by_text_too_and_a_check_in_does_not(
    client, sent, team, at, texts
):
    make_phone(team.ada)
    _bounce(client)
    Message.objects.all().delete()
    soon = at + timedelta(hours=3)
    owe(team.ada, at, key="next", expires_at=soon)
    owe(
        team.ada,
        at,
        key="check-in",
        purpose="check_in",
        template="check_in",
        expires_at=soon,
    )
    delivery.send_due(clock=lambda: at)
    rows = Message.objects.order_by("pk").values_list("purpose", "channel", "state")
    assert list(rows) == [
        ("booking_reminder", "email", State.WITHHELD),
        ("check_in", "email", State.WITHHELD),
        ("booking_reminder", "sms", State.ACCEPTED),
    ]
    delivery.send_due(clock=lambda: at)
    assert len(texts.texts) == 1


def test_who_chose_texts_gets_them_at_once_and_never_both(team, at, texts):
    make_phone(team.ada)
    preferences.stop(
        person=team.ada, purpose="booking_reminder", channel="email", at=at
    )
    owe(team.ada, at, expires_at=at + timedelta(days=3))
    owe(team.ada, at, channel="sms", expires_at=at + timedelta(days=3))
    delivery.send_due(clock=lambda: at)
    assert len(texts.texts) == 1


def test_both_ways_closed_end_and_do_not_turn_in_circles(client, sent, team, at, texts):
    make_phone(team.ada, "+447700900000")
    _bounce(client)
    later = at + timedelta(hours=1)
    delivery.send_due(clock=lambda: later)
    delivery.send_due(clock=lambda: later)
    states = Message.objects.order_by("pk").values_list("channel", "state")
    assert list(states) == [
        ("email", State.DEAD),
        ("sms", State.DEAD),
        ("email", State.WITHHELD),
    ]


DSN = """From: MAILER-DAEMON@mx.example
To: hello@testserver
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It did not go.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; somebody@example.org
Action: {action}
Status: {status}

--b
Content-Type: {kind}

Message-ID: <{message_id}@testserver>
Subject: x

--b--
"""


def _dsn(message, action="failed", status="5.1.1", kind="text/rfc822-headers"):
    return DSN.format(
        action=action, status=status, kind=kind, message_id=message.public_id
    ).encode()


@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822"])
def test_a_mail_server_sends_it_back_itself(sent, team, kind):
    assert mail_news.take_bounce(_dsn(_mail(), kind=kind))
    assert _mail().state == State.DEAD
    assert Contact.objects.get(person=team.ada).email_is_suspended()


@pytest.mark.parametrize(
    "report",
    [
        {"action": "delayed", "status": "4.4.1"},
        {"action": "failed", "status": "4.4.7"},
        {"action": "delivered", "status": "2.0.0"},
    ],
)
def test_a_delay_is_no_bounce(sent, report):
    assert not mail_news.take_bounce(_dsn(_mail(), **report))
    assert _mail().state == State.ACCEPTED


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"Subject: hello\n\nhello"])
def test_any_other_mail_is_left_alone(sent, content, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(content)))
    call_command("take_bounce")
    assert capsys.readouterr().out == "Not a report about a mail of ours.\n"
    assert _mail().state == State.ACCEPTED


def test_any_provider_of_the_library_can_be_named():
    found = env.email_settings("anymail://postmark?server_token=abc")
    assert found == {
        "EMAIL_BACKEND": "anymail.backends.postmark.EmailBackend",
        "MAIL_PROVIDER": "postmark",
        "ANYMAIL": {"POSTMARK_SERVER_TOKEN": "abc"},
    }
    with pytest.raises(env.BadSetting):
        env.email_settings("anymail://nobody?token=abc")
