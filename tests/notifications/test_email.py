"""Mail against a real server: what is certain, what is not, and what then."""

from datetime import timedelta

import pytest

from notifications import delivery
from notifications.models import ChannelState, Message, State
from tests.notifications.makers import free_port, owe, times
from wellbeing.people.models import Contact


def _send(at) -> Message:
    delivery.send_due(clock=lambda: at)
    return Message.objects.order_by("pk").first()


def _seconds(found: Message, at) -> int:
    return int((found.next_try - at).total_seconds())


def test_a_due_message_is_handed_over_once(team, at, mail_server):
    owe(team.ada, at)
    assert delivery.send_due(clock=lambda: at).sent == 1
    assert delivery.send_due(clock=lambda: at).sent == 0
    found = Message.objects.get()
    assert (found.state, found.settled_at, found.attempts) == (State.ACCEPTED, at, 1)
    assert found.tries.get().outcome == "accepted"
    [mail] = mail_server.mails
    assert mail["To"] == team.ada.email
    assert mail["Message-ID"] == f"<{found.public_id}@testserver>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] is None
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]


def test_a_message_for_later_waits(team, at, mail_server):
    owe(team.ada, at, not_before=at + timedelta(hours=1))
    assert _send(at).state == State.PENDING
    assert _send(at + timedelta(hours=1)).state == State.ACCEPTED


def test_one_connection_serves_many_messages(team, at, mail_server):
    for number in range(7):
        owe(team.ada, at, key=f"reminder:{number}")
    assert delivery.send_due(clock=lambda: at).sent == 7
    assert (mail_server.connections, len(mail_server.mails)) == (1, 7)


def test_the_most_pressing_message_goes_first(team, at, mail_server):
    owe(team.ada, at, key="usual")
    owe(team.bem, at, key="pressing", priority=1)
    delivery.send_due(clock=lambda: at)
    assert [mail["To"] for mail in mail_server.mails] == [
        team.bem.email,
        team.ada.email,
    ]


def test_an_invitation_goes_along(team, at, mail_server):
    start = at + timedelta(days=2)
    entry = times(start) | {"uid": "booking-1", "sequence": 0, "method": "REQUEST"}
    owe(team.ada, at, context=times(start, invitation=entry))
    _send(at)
    [mail] = mail_server.mails
    parts = {part.get_content_type(): part for part in mail.walk()}
    assert list(parts) == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    assert parts["text/calendar"].get_param("method") == "REQUEST"
    assert parts["application/ics"].get_filename() == "invite.ics"
    assert b"SUMMARY:Busy" in parts["application/ics"].get_payload(decode=True)


def test_a_check_in_can_be_stopped_from_the_mail_program(team, at, mail_server):
    owe(team.ada, at, purpose="check_in", template="check_in")
    _send(at)
    [mail] = mail_server.mails
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop_url = mail["List-Unsubscribe"].strip()
    assert stop_url.startswith("<http://testserver/messages/stop/")


def test_a_server_that_is_down_is_tried_again_soon(team, at, settings, mail_server):
    settings.EMAIL_PORT = free_port()
    owe(team.ada, at)
    found = _send(at)
    assert found.state == State.RETRY
    assert found.reason == "the mail server could not be reached"
    assert 8 <= _seconds(found, at) <= 12
    settings.EMAIL_PORT = mail_server.port
    assert _send(at + timedelta(seconds=30)).state == State.ACCEPTED


@pytest.mark.parametrize(
    ("fate", "state", "least", "most"),
    [
        ("rcpt 421 4.3.2 busy", State.RETRY, 8, 12),
        ("rcpt 451 4.7.1 greylisted", State.RETRY, 240, 360),
        ("data 452 4.2.2 mailbox full", State.RETRY, 240, 360),
        ("rcpt 550 5.1.1 no such user", State.DEAD, 0, 0),
        ("data 554 5.7.1 no", State.DEAD, 0, 0),
        ("rcpt 530 5.7.0 sign in first", State.RETRY, 900, 900),
    ],
)
def test_what_the_server_says_decides_when(
    team, at, mail_server, fate, state, least, most
):
    owe(team.ada, at)
    mail_server.fate = fate
    found = _send(at)
    assert (found.state, mail_server.mails) == (state, [])
    assert found.last_code == fate.split()[1]
    assert found.reason != ""
    assert least <= _seconds(found, at) <= most


def test_an_address_that_does_not_exist_is_suspended_not_the_person(
    team, at, mail_server
):
    owe(team.ada, at)
    mail_server.fate = "rcpt 550 5.1.1 no such user"
    _send(at)
    assert Contact.objects.get(person=team.ada).email_suspended_at == at
    mail_server.fate = ""
    later = owe(team.ada, at, key="another")
    _send(at)
    later.refresh_from_db()
    assert later.state == State.WITHHELD
    assert later.reason == "the address does not take mail"


def test_a_wrong_password_closes_the_channel_and_rows_wait_uncounted(
    team, at, mail_server
):
    owe(team.ada, at)
    mail_server.fate = "rcpt 530 5.7.0 sign in first"
    _send(at)
    waiting = owe(team.bem, at, key="another")
    _send(at)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.attempts) == (State.PENDING, 0)
    assert ChannelState.objects.get().closed_until == at + timedelta(minutes=15)
    mail_server.fate = ""
    delivery.send_due(clock=lambda: at + timedelta(minutes=15))
    assert len(mail_server.mails) == 2


def test_a_connection_that_died_before_the_content_is_opened_again(
    team, at, mail_server
):
    owe(team.ada, at)
    owe(team.bem, at, key="another")
    mail_server.fate = "drop at mail"
    counts = delivery.send_due(clock=lambda: at)
    assert (counts.sent, counts.put_off) == (1, 1)
    delivery.send_due(clock=lambda: at + timedelta(seconds=15))
    assert len(mail_server.mails) == 2


def test_silence_after_the_content_is_doubt_and_one_more_try_under_the_same_id(
    team, at, mail_server
):
    owe(team.ada, at)
    mail_server.fate = "drop after data"
    found = _send(at)
    assert found.state == State.UNCERTAIN
    later = at + timedelta(minutes=4)
    assert (delivery.reconcile_uncertain(clock=lambda: later), _send(later).state) == (
        0,
        State.UNCERTAIN,
    )
    later = at + timedelta(minutes=6)
    assert delivery.reconcile_uncertain(clock=lambda: later) == 1
    assert _send(later).state == State.ACCEPTED
    assert len({mail["Message-ID"] for mail in mail_server.mails}) == 1


def test_a_server_that_answers_too_late_leaves_doubt_and_one_more_try(
    team, at, mail_server, settings
):
    """Not lost, since it is tried again; and not two, since both have one id."""
    settings.EMAIL_TIMEOUT = 0.3
    mail_server.delay = 1.0
    owe(team.ada, at)
    found = _send(at)
    assert (found.state, found.last_code) == (State.UNCERTAIN, "disconnected-late")
    assert found.reason == "the mail server fell silent; it may have the message"
    assert _seconds(found, at) == 300
    assert _send(at + timedelta(minutes=4)).attempts == 1
    mail_server.delay = 0
    later = at + timedelta(minutes=6)
    assert delivery.reconcile_uncertain(clock=lambda: later) == 1
    found = _send(later)
    assert (found.state, found.attempts) == (State.ACCEPTED, 2)
    ids = [mail["Message-ID"] for mail in mail_server.mails]
    assert ids == [f"<{found.public_id}@testserver>"] * 2


def test_a_server_that_is_slow_for_one_does_not_hold_up_the_next_for_ever(
    team, at, mail_server, settings
):
    settings.EMAIL_TIMEOUT = 0.3
    mail_server.delay = 1.0
    owe(team.ada, at, key="first")
    owe(team.bem, at, key="second")
    counts = delivery.send_due(clock=lambda: at)
    assert (counts.in_doubt, counts.put_off, counts.sent) == (2, 0, 0)
    assert Message.objects.due(at).count() == 0


def test_doubt_twice_ends_with_a_reason(team, at, mail_server):
    owe(team.ada, at)
    moment = at
    for _ in range(2):
        mail_server.fate = "drop after data"
        assert _send(moment).state == State.UNCERTAIN
        moment += timedelta(minutes=6)
        delivery.reconcile_uncertain(clock=lambda now=moment: now)
    found = Message.objects.get()
    assert found.state == State.DEAD
    assert found.reason == "it is not known whether it arrived"
    assert len(mail_server.mails) == 2


def test_tries_end_when_the_use_ends(team, at, mail_server):
    owe(team.ada, at, expires_at=at + timedelta(minutes=4))
    mail_server.fate = "rcpt 451 4.7.1 greylisted"
    found = _send(at)
    assert (found.state, found.last_code) == (State.DEAD, "451")


def test_a_subject_with_a_hidden_header_adds_none(team, at, mail_server):
    nasty = "1\r\nBcc: everyone@example.org"
    owe(team.ada, at, template="service_alert", context={"count": nasty, "path": "/"})
    _send(at)
    [mail] = mail_server.mails
    assert mail["Bcc"] is None
    assert mail["Subject"] == "1 Bcc: everyone@example.org note about the service"
