"""LATER, SKIP and MOVE by text: the least that each could mean, once, and no more."""

from datetime import timedelta

import pytest
from django.core import mail
from twilio.request_validator import RequestValidator

from checkins import texted
from checkins.models import Invitation
from notifications import delivery, outbox
from notifications.models import Message, ProviderEvent, Reply, State
from notifications.segments import segments
from sessions.models import Booking
from tests.factories import make_phone
from tests.notifications.makers import PATH, owe
from tests.support_sessions.times import book, sept
from wellbeing.demo.sms_stand_in import ACCOUNT_SID, AUTH_TOKEN
from wellbeing.people.models import Contact
from wellbeing.ticking import tick

INBOUND = "/hooks/sms/inbound"
NUMBER = "+447700900123"


@pytest.fixture
def sent(team, at, texts, settings) -> Message:
    """A reminder to Ada by text, ten minutes ago, of use until 8pm."""
    settings.DEMO_AT = at + timedelta(minutes=10)
    make_phone(team.ada)
    row = owe(team.ada, at, channel="sms", expires_at=at + timedelta(hours=4))
    _send(at)
    return row


@pytest.fixture
def asked(team, at, texts, settings) -> Invitation:
    """A check-in that came to Ada by text, open until the next day."""
    settings.DEMO_AT = at + timedelta(minutes=10)
    make_phone(team.ada)
    closes_at = at + timedelta(days=1)
    invitation = Invitation.objects.create(
        subject="study:1",
        person=team.ada,
        form="short",
        because="",
        ask_at=at,
        closes_at=closes_at,
        made_at=at,
    )
    owe(
        team.ada,
        at,
        channel="sms",
        purpose="check_in",
        template="check_in",
        group=f"check-in:{invitation.public_id}",
        expires_at=closes_at,
    )
    _send(at)
    return invitation


def _send(at):
    return delivery.send_due(clock=lambda: at)


def _say(client, words, sid="a", number=NUMBER, **extra):
    form = {
        "AccountSid": ACCOUNT_SID,
        "MessageSid": "SM" + sid * 32,
        "From": number,
        "Body": words,
        **extra,
    }
    validator = RequestValidator(AUTH_TOKEN)
    signed = validator.compute_signature(f"http://testserver{INBOUND}", form)
    answer = client.post(INBOUND, form, headers={"X-Twilio-Signature": signed})
    assert (answer.status_code, answer.content) == (204, b"")


def _others(sent) -> list[Message]:
    return list(Message.objects.exclude(pk=sent.pk).order_by("pk"))


@pytest.mark.parametrize("word", ["LATER", " later ", "Later"])
def test_later_brings_the_same_text_once_more(client, sent, at, texts, word):
    for sid in ("a", "a", "b"):
        _say(client, word, sid)
    [again] = _others(sent)
    now = at + timedelta(minutes=10)
    half = now + (sent.expires_at - now) / 2
    assert (again.template, again.channel, again.not_before) == (
        "booking_reminder",
        "sms",
        half,
    )
    _send(half)
    assert [text["body"] for text in texts.texts] == [texts.texts[0]["body"]] * 2


def test_later_is_two_hours_and_never_in_quiet_hours(client, sent, at):
    """6:10pm in London would be fine; with quiet hours from 6pm it is the morning."""
    Contact.objects.update(quiet_from="18:00")
    end = at + timedelta(days=2)
    Message.objects.update(expires_at=end)
    _say(client, "LATER")
    [again] = _others(sent)
    assert again.not_before == at.replace(day=16, hour=7, minute=0)
    assert again.expires_at == end


def test_later_is_never_after_the_use_and_then_comes_by_mail(client, sent, at):
    """Quiet until it would be too late: a mail does not wake anybody."""
    Contact.objects.update(quiet_from="17:00")
    _say(client, "LATER")
    [again] = _others(sent)
    assert (again.channel, again.not_before < again.expires_at) == ("email", True)
    assert again.expires_at == sent.expires_at


def test_a_few_minutes_before_the_end_there_is_no_later(client, sent, at, settings):
    settings.DEMO_AT = sent.expires_at - timedelta(minutes=15)
    _say(client, "LATER")
    assert _others(sent) == []


def test_what_was_moved_meanwhile_is_not_said_once_more(client, sent, at):
    Message.objects.update(state=State.DELIVERED)
    outbox.withdraw(group=sent.group, at=at, reason="the time was moved")
    _say(client, "LATER")
    assert _others(sent) == []


def test_what_is_said_once_more_falls_with_its_booking(client, sent, at, texts):
    _say(client, "LATER")
    later = at + timedelta(hours=1)
    outbox.withdraw(group=sent.group, at=later, reason="the time was cancelled")
    _send(at + timedelta(hours=3))
    [again] = _others(sent)
    assert (again.state, len(texts.texts)) == (State.CANCELLED, 1)


@pytest.mark.parametrize(
    ("word", "words"),
    [
        ("MOVE", "Nothing moves until you choose. Other times: testserver"),
        ("SKIP", "Your time stays: a text changes none. To change or cancel it: "),
    ],
)
def test_a_text_about_a_time_is_answered_with_a_way_and_changes_nothing(
    client, team, at, texts, settings, word, words
):
    settings.DEMO_AT = at + timedelta(minutes=10)
    made = book(team, at=at, start=sept(24, 10))
    make_phone(team.ada)
    row = owe(
        team.ada,
        at,
        channel="sms",
        group=f"booking:{made.public_id}",
        context={
            "starts_at": made.starts_at.isoformat(),
            "ends_at": made.ends_at.isoformat(),
            "path": f"/bookings/{made.public_id}/",
        },
    )
    _send(at)
    before = (list(Booking.objects.values()), len(texts.texts), row.state)
    for sid in ("a", "a", "b"):
        _say(client, word, sid)
    _send(at + timedelta(minutes=11))
    tick(at=at + timedelta(minutes=12))
    _send(at + timedelta(minutes=12))
    assert (list(Booking.objects.values()), len(texts.texts) - 1) == before[:2]
    body = texts.texts[-1]["body"]
    assert words in body
    assert f"/bookings/{made.public_id}/" in body
    assert segments(body) == 1


def test_an_answer_comes_in_quiet_hours_too(client, sent, at, texts, settings):
    settings.DEMO_AT = night = at.replace(hour=18)
    Contact.objects.update(quiet_from="18:00")
    _say(client, "MOVE")
    _send(night)
    assert len(texts.texts) == 2


def test_skip_leaves_a_check_in_out_and_tells_nobody(client, asked, at, texts):
    _say(client, "SKIP")
    tick(at=at + timedelta(minutes=11))
    tick(at=at + timedelta(minutes=12))
    _send(at + timedelta(minutes=12))
    asked.refresh_from_db()
    assert asked.skipped_at == at + timedelta(minutes=10)
    assert (len(texts.texts), mail.outbox) == (1, [])
    assert Reply.objects.get().taken_up_at == at + timedelta(minutes=11)


def test_a_worker_that_comes_late_takes_nobodys_word_away(client, asked, at):
    _say(client, "SKIP")
    assert texted.skip_asked(at=asked.closes_at + timedelta(hours=3)) == 1
    asked.refresh_from_db()
    assert asked.skipped_at == at + timedelta(minutes=10)


def test_a_worker_that_dies_in_the_middle_leaves_the_word_open(
    client, asked, at, monkeypatch
):
    _say(client, "SKIP")

    def dies(**given):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(texted.answers, "skip", dies)
        with pytest.raises(KeyboardInterrupt):
            texted.skip_asked(at=at)
    assert Reply.objects.get().taken_up_at is None
    assert texted.skip_asked(at=at) == 1
    asked.refresh_from_db()
    assert asked.skipped_at == at + timedelta(minutes=10)


def test_what_was_answered_before_stays_answered(client, asked, at):
    Invitation.objects.update(answered_at=at)
    _say(client, "SKIP")
    assert texted.skip_asked(at=at) == 1
    asked.refresh_from_db()
    assert (asked.answered_at, asked.skipped_at) == (at, None)


def test_skip_decides_nothing_about_an_offer_and_keeps_its_reminder_away(
    client, team, sent, at, texts
):
    Message.objects.update(purpose="offer", template="offer_open", group="offer:1")
    soon = at + timedelta(hours=1)
    kept = {"purpose": "offer", "template": "offer_reminder", "not_before": soon}
    owe(team.ada, at, key="mine", group="offer:1", **kept)
    owe(team.bem, at, key="another", group="offer:2", **kept)
    _say(client, "SKIP")
    states = [(row.group, row.state, row.reason) for row in _others(sent)]
    assert states == [
        ("offer:1", State.CANCELLED, "you answered SKIP"),
        ("offer:2", State.PENDING, ""),
    ]


def test_only_the_word_is_kept(client, sent, caplog):
    _say(client, "MOVE", FromCity="London", NumMedia="0")
    assert list(Reply.objects.values_list("word", "message")) == [("MOVE", sent.pk)]
    fields = {field.name for field in Reply._meta.get_fields()}
    assert fields == {"id", "message", "word", "said_at", "taken_up_at"}
    assert "MOVE" not in caplog.text


@pytest.mark.parametrize(
    "words", ["LATER please", "MOVE IT", "I had a hard day", "", "S K I P", "STAY"]
)
def test_anything_else_is_neither_kept_nor_answered(client, sent, words):
    _say(client, words)
    assert (_others(sent), Reply.objects.count()) == ([], 0)
    assert ProviderEvent.objects.count() == 0


def test_two_people_with_one_number_are_not_guessed_between(client, team, sent):
    make_phone(team.bem)
    for word, sid in (("LATER", "a"), ("SKIP", "b"), ("MOVE", "c")):
        _say(client, word, sid)
    assert (_others(sent), Reply.objects.count()) == ([], 0)


def test_the_number_of_an_outsider_says_nothing_about_anybodys_text(client, team, sent):
    make_phone(team.charlie, "+447700900999")
    for number in ("+447700900999", "+447700900888"):
        _say(client, "LATER", number=number, sid=number[-1])
        _say(client, "MOVE", number=number, sid="c")
    assert (_others(sent), Reply.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    "change",
    [
        {"phone_verified_at": None},
        {"sms_wanted_at": None},
        {"sms_stopped_at": "2026-09-15T15:05:00Z"},
    ],
)
def test_a_number_that_takes_no_texts_asks_for_none(client, sent, change):
    Contact.objects.update(**change)
    for word, sid in (("LATER", "a"), ("MOVE", "b"), ("HELP", "c")):
        _say(client, word, sid)
    assert _others(sent) == []


def test_a_word_counts_for_a_day_and_while_the_text_is_of_use(
    client, sent, at, settings
):
    settings.DEMO_AT = sent.expires_at
    _say(client, "MOVE", "a")
    Message.objects.update(expires_at=at + timedelta(days=9))
    settings.DEMO_AT = at + timedelta(hours=24)
    _say(client, "MOVE", "b")
    assert _others(sent) == []
    settings.DEMO_AT = at + timedelta(hours=23, minutes=59)
    _say(client, "MOVE", "c")
    assert [row.template for row in _others(sent)] == ["reply_move"]


@pytest.mark.parametrize("purpose", ["account", "booking_reminder"])
def test_the_latest_text_is_the_one_that_is_answered(client, team, sent, at, purpose):
    """A code, or a text to another number of hers, came in between: no guess."""
    number = "+447700900777"
    owe(team.ada, at, channel="sms", key="code", address=number, purpose=purpose)
    _send(at + timedelta(minutes=5))
    _say(client, "LATER", "a")
    assert Reply.objects.count() == 0
    second = owe(team.ada, at, channel="sms", key="second")
    _send(at + timedelta(minutes=8))
    _say(client, "LATER", "b")
    assert Reply.objects.get().message == second


def test_an_answer_of_ours_is_not_what_a_word_is_about(client, sent, at, settings):
    _say(client, "MOVE", "a")
    _send(at + timedelta(minutes=11))
    settings.DEMO_AT = at + timedelta(minutes=12)
    _say(client, "LATER", "b")
    words = Reply.objects.order_by("pk").values_list("message", "word")
    assert list(words) == [(sent.pk, "MOVE"), (sent.pk, "LATER")]


def test_a_word_that_is_brought_again_does_not_answer_a_later_text(
    client, team, sent, at, settings
):
    """A signature has no time in it: what did nothing then does nothing now."""
    Message.objects.update(purpose="service_alert")
    _say(client, "LATER", "a")
    owe(team.ada, at, channel="sms", key="second")
    _send(at + timedelta(minutes=8))
    _say(client, "LATER", "a")
    assert Reply.objects.count() == 0


def test_help_says_once_a_day_what_can_be_answered(client, sent, at, texts):
    for sid in ("a", "a", "b"):
        _say(client, "help", sid)
    _send(at + timedelta(minutes=11))
    body = texts.texts[-1]["body"]
    assert len(texts.texts) == 2
    assert body == (
        "Alongside: You can answer LATER, SKIP or MOVE, or STOP to end texts. "
        "More: testserver/settings/ Need someone now? testserver/help-now/"
    )
    assert segments(body) == 1


def test_help_that_the_service_answered_is_not_answered_twice(client, sent):
    _say(client, "HELP", OptOutType="HELP")
    assert _others(sent) == []


def test_stop_still_stops_and_answers_nothing(client, sent):
    _say(client, "STOP")
    assert Contact.objects.get().sms_stopped_at is not None
    assert _others(sent) == []


def test_the_links_of_an_answer_change_nothing_when_they_are_opened(client, sent, at):
    _say(client, "MOVE")
    _send(at + timedelta(minutes=11))
    before = list(Message.objects.values())
    assert client.get(PATH).status_code in {302, 404}
    assert list(Message.objects.values()) == before
