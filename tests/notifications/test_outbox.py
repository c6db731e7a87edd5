"""The only door: once per key, moved out of quiet hours, taken back in one step."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import OperationalError, transaction
from django_q.models import OrmQ

from notifications import delivery, outbox, wake
from notifications.models import Message, State
from tests.factories import make_phone
from tests.notifications.makers import owe


def test_a_key_is_owed_once(team, at):
    first = owe(team.ada, at)
    again = owe(team.ada, at + timedelta(minutes=1))
    assert again == first
    assert Message.objects.count() == 1


def test_planning_takes_one_query(team, at, django_assert_num_queries):
    with django_assert_num_queries(1):
        owe(team.ada, at)


def test_nothing_is_owed_after_its_use(team, at):
    assert owe(team.ada, at, expires_at=at) is None
    assert owe(team.ada, at, not_before=at + timedelta(hours=5)) is None
    assert Message.objects.count() == 0


def test_nobody_to_tell_is_a_mistake_of_the_caller(team, at):
    with pytest.raises(outbox.NobodyToTell):
        owe(None, at)


def test_a_text_needs_a_person_who_takes_texts(team, at):
    assert owe(team.ada, at, channel="sms") is None
    contact = make_phone(team.ada)
    contact.sms_stopped_at = at
    contact.save()
    team.ada.refresh_from_db()
    assert owe(team.ada, at, channel="sms") is None
    assert Message.objects.count() == 0


def test_a_text_waits_for_the_end_of_quiet_hours(team, at):
    make_phone(team.ada)
    tonight = at + timedelta(hours=6)  # 10pm in London
    found = owe(
        team.ada,
        at,
        channel="sms",
        not_before=tonight,
        expires_at=at + timedelta(days=1),
    )
    assert found.channel == "sms"
    assert found.not_before == at + timedelta(hours=16)  # 8am
    assert found.next_try == found.not_before


def test_a_text_that_would_come_too_late_becomes_one_email(team, at):
    make_phone(team.ada)
    tonight = {
        "not_before": at + timedelta(hours=6),
        "expires_at": at + timedelta(hours=9),
    }
    found = owe(team.ada, at, channel="sms", **tonight)
    again = owe(team.ada, at, channel="email", **tonight)
    assert (found.channel, found.not_before) == ("email", at + timedelta(hours=6))
    assert again == found


def test_a_number_that_is_being_checked_is_used_as_it_is(team, at):
    night = at + timedelta(hours=8)
    found = owe(
        team.ada,
        night,
        channel="sms",
        address="+447700900555",
        template="phone_code",
        expires_at=night + timedelta(minutes=10),
    )
    assert (found.address, found.not_before) == ("+447700900555", night)


@pytest.mark.parametrize("state", [State.PENDING, State.RETRY, State.CLAIMED])
def test_what_has_not_left_can_be_withdrawn(team, at, state):
    found = owe(team.ada, at)
    Message.objects.update(state=state)
    assert outbox.withdraw(group="booking:1", at=at, reason="the time has moved") == 1
    found.refresh_from_db()
    assert (found.state, found.reason) == (State.CANCELLED, "the time has moved")
    assert found.settled_at == at


@pytest.mark.parametrize("state", [State.SENDING, State.ACCEPTED, State.UNCERTAIN])
def test_what_may_have_left_cannot(team, at, state):
    owe(team.ada, at)
    Message.objects.update(state=state)
    assert outbox.withdraw(group="booking:1", at=at, reason="moved") == 0
    assert Message.objects.get().state == state


def test_withdrawing_keeps_to_group_and_templates(team, at):
    kept = owe(team.ada, at, key="notice", template="booking_agreed")
    other = owe(team.bem, at, key="other", group="booking:2")
    owe(team.ada, at)
    taken = outbox.withdraw(
        group="booking:1", at=at, reason="moved", templates=["booking_reminder"]
    )
    assert taken == 1
    waiting = Message.objects.filter(state=State.PENDING).order_by("pk")
    assert list(waiting) == [kept, other]


def test_a_roll_back_leaves_no_row_and_wakes_nobody(
    team, at, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as rung, transaction.atomic():
        owe(team.ada, at)
        transaction.set_rollback(True)
    assert Message.objects.count() == 0
    assert rung == []


def test_one_alarm_rings_for_all_messages_of_a_transaction(
    team, at, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as rung:
        for number in range(3):
            owe(team.ada, at, key=f"reminder:{number}")
        owe(team.ada, at, key="later", not_before=at + timedelta(hours=1))
    assert rung == [wake.wake_sender]


def test_a_message_for_later_rings_no_alarm(
    team, at, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as rung:
        owe(team.ada, at, not_before=at + timedelta(hours=1))
    assert rung == []


def test_forgetting_empties_the_row_and_keeps_its_key(team, at):
    owe(team.ada, at)
    owe(None, at, key="bare", address="new@example.org")
    Message.objects.update(state=State.ACCEPTED, settled_at=at)
    assert outbox.forget(settled_before=at) == 0
    assert outbox.forget(settled_before=at + timedelta(days=1)) == 2
    assert outbox.forget(settled_before=at + timedelta(days=1)) == 0
    rows = Message.objects.order_by("pk")
    assert [(row.address, row.context) for row in rows] == [("", {}), ("forgotten", {})]
    again = owe(team.ada, at)
    again.refresh_from_db()
    assert again.state == State.ACCEPTED


def test_the_outsider_has_no_message(team, at):
    owe(team.ada, at)
    assert Message.objects.for_person(team.ada).count() == 1
    assert Message.objects.for_person(team.charlie).count() == 0


def test_the_alarm_carries_nothing_but_a_name(db, settings):
    settings.MODE = "development"
    wake.wake_sender()
    [alarm] = OrmQ.objects.all()
    assert (alarm.func(), alarm.args()) == ("notifications.tasks.send_due_now", ())


def test_an_alarm_that_cannot_be_set_loses_nothing(db, settings, monkeypatch, caplog):
    def broken(name):
        raise OperationalError("the broker is away")

    settings.MODE = "development"
    monkeypatch.setattr(wake, "async_task", broken)
    wake.wake_sender()
    assert caplog.messages == ["No worker could be woken: OperationalError"]


@pytest.mark.parametrize("state", [State.SENDING, State.UNCERTAIN, State.ACCEPTED])
def test_what_may_come_back_is_not_tried_again_after_it_was_taken_back(team, at, state):
    """The time was cancelled while the call was under way, and the call then failed."""
    found = owe(team.ada, at)
    Message.objects.update(state=state)
    outbox.withdraw(group="booking:1", at=at, reason="the time was cancelled")
    Message.objects.update(state=State.RETRY)
    delivery.send_due(clock=lambda: at)
    found.refresh_from_db()
    assert (found.state, found.reason) == (
        State.CANCELLED,
        "it was taken back meanwhile",
    )
    assert mail.outbox == []


def test_what_was_taken_back_is_not_sent_by_another_channel_either(team, at):
    make_phone(team.ada)
    text = owe(team.ada, at, channel="sms")
    Message.objects.update(state=State.SENDING)
    outbox.withdraw(group="booking:1", at=at, reason="the time was cancelled")
    assert outbox.plan_fallback(message=text, at=at) is None
    assert Message.objects.count() == 1
