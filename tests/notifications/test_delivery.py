"""The sender: the last look, the fence, the lease, and rows that are broken."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection

from notifications import delivery, leases, outbox, outcomes, preferences
from notifications.channels import email
from notifications.channels.base import Outcome, Result
from notifications.models import Heartbeat, Message, State
from tests.factories import make_phone
from tests.notifications.makers import owe


def _send(at) -> delivery.Counts:
    return delivery.send_due(clock=lambda: at)


def _fence(message, *, token, at):
    return leases.fence(ids=[message.pk], token=token, at=at).get(message.pk)


def test_nothing_leaves_after_its_use(team, at):
    found = owe(team.ada, at)
    assert _send(at + timedelta(hours=5)).not_sent == 1
    found.refresh_from_db()
    assert (found.state, found.reason) == (
        State.EXPIRED,
        "it came too late to be of use",
    )
    assert mail.outbox == []


def test_after_an_outage_each_message_goes_once_and_late_ones_not_at_all(team, at):
    for number in range(12):
        owe(
            team.ada,
            at,
            key=f"reminder:{number}",
            not_before=at + timedelta(minutes=15 * number),
            expires_at=at + timedelta(minutes=15 * number + 90),
        )
    counts = _send(at + timedelta(hours=3))
    assert (counts.sent, counts.not_sent) == (5, 7)
    assert len(mail.outbox) == 5
    assert _send(at + timedelta(hours=3)) == delivery.Counts()


def test_a_person_who_said_no_gets_none(team, at):
    preferences.stop(person=team.ada, purpose="check_in", channel="email", at=at)
    owe(team.ada, at, purpose="check_in", template="check_in", key="a")
    owe(team.bem, at, purpose="check_in", template="check_in", key="b")
    owe(team.ada, at, key="c")
    _send(at)
    assert [letter.to for letter in mail.outbox] == [[team.bem.email], [team.ada.email]]
    withheld = Message.objects.get(state=State.WITHHELD)
    assert withheld.reason == "the person does not want these messages this way"
    preferences.start(person=team.ada, purpose="check_in", channel="email", at=at)
    owe(team.ada, at, purpose="check_in", template="check_in", key="d")
    assert _send(at).sent == 1


def test_a_closed_account_gets_no_mail(team, at):
    owe(team.ada, at)
    team.ada.is_active = False
    team.ada.save()
    _send(at)
    assert Message.objects.get().reason == "the account is closed"


def test_somebody_without_an_address_is_listed_with_a_reason(team, at):
    owe(team.ada, at)
    team.ada.email = None
    team.ada.save()
    _send(at)
    found = Message.objects.get()
    assert (found.state, found.reason) == (
        State.DEAD,
        "there is no address to write to",
    )


@pytest.mark.parametrize(
    "broken",
    [
        {"template": "no_such_template"},
        {"context": {"path": "/", "starts_at": "soon"}},
        {"context": {"path": "https://elsewhere.example/"}},
        {"context": []},
        {"context": {"path": "/", "invitation": {"uid": "1"}}},
    ],
)
def test_a_broken_row_ends_with_a_reason_and_stops_nothing(team, at, broken, caplog):
    found = owe(team.ada, at)
    Message.objects.filter(pk=found.pk).update(**broken)
    owe(team.bem, at, key="sound")
    assert _send(at).sent == 1
    found.refresh_from_db()
    assert (found.state, found.reason) == (State.DEAD, "its text could not be made")
    assert [record.getMessage() for record in caplog.records] == [
        f"Message {found.public_id}: CannotRender"
    ]


def test_a_zone_that_does_not_exist_stops_nothing(team, at):
    team.ada.time_zone = "Mars/Olympus"
    team.ada.save()
    owe(team.ada, at)
    owe(team.bem, at, key="sound")
    assert _send(at).sent == 1
    assert Message.objects.get(person=team.ada).state == State.DEAD


def test_a_withdrawal_wins_until_the_fence(team, at):
    message = owe(team.ada, at)
    token = uuid4()
    assert leases.claim(at=at, token=token) == [message.pk]
    outbox.withdraw(group="booking:1", at=at, reason="moved")
    assert _fence(message, token=token, at=at) is None
    assert message.tries.count() == 0


def test_a_sender_whose_lease_ran_out_sends_nothing(team, at):
    message = owe(team.ada, at)
    first, second = uuid4(), uuid4()
    leases.claim(at=at, token=first)
    later = at + leases.LEASE
    assert _fence(message, token=first, at=later) is None
    leases.take_back(at=later)
    assert leases.claim(at=later, token=second) == [message.pk]
    assert _fence(message, token=first, at=later) is None
    assert _fence(message, token=second, at=later).number == 1


def test_a_sender_that_died_in_the_middle_leaves_doubt_not_a_second_copy(team, at):
    message = owe(team.ada, at)
    token = uuid4()
    leases.claim(at=at, token=token)
    _fence(message, token=token, at=at)
    later = at + leases.LEASE
    assert _send(later) == delivery.Counts()
    message.refresh_from_db()
    assert message.state == State.UNCERTAIN
    assert message.reason == "the sender stopped in the middle"


def test_of_the_mails_of_a_dead_sender_only_the_one_being_called_is_in_doubt(team, at):
    """However often a sender dies, what it had not called yet is not worn out by it."""
    messages = [owe(team.ada, at, key=str(number)) for number in range(3)]
    for crash in range(3):
        token, now = uuid4(), at + crash * leases.LEASE
        leases.claim(at=now, token=token)
        leases.fence(ids=[one.pk for one in messages], token=token, at=now)
        leases.take_back(at=now + leases.LEASE)
        in_doubt, *behind = messages
        in_doubt.refresh_from_db()
        assert (in_doubt.state, in_doubt.attempts) == (State.UNCERTAIN, 1)
        for one in behind:
            one.refresh_from_db()
            assert (one.state, one.attempts, one.tries.count()) == (State.PENDING, 0, 0)
        messages = behind
        if not behind:
            break
    assert _send(at + 4 * leases.LEASE) == delivery.Counts()


def test_a_mail_that_was_not_called_before_a_crash_leaves_at_once_and_only_once(
    team, at
):
    messages = [owe(team.ada, at, key=str(number)) for number in range(3)]
    token = uuid4()
    leases.claim(at=at, token=token)
    leases.fence(ids=[one.pk for one in messages], token=token, at=at)
    Message.objects.filter(pk=messages[2].pk).update(withdrawn_at=at)
    counts = _send(at + leases.LEASE)
    assert (counts.sent, counts.not_sent) == (1, 1)
    (letter,) = mail.outbox
    assert str(messages[1].public_id) in letter.extra_headers["Message-ID"]


def test_news_that_comes_after_the_lease_still_counts(team, at, monkeypatch):
    """The call took longer than the lease; another sender has put the row in doubt."""
    message = owe(team.ada, at)
    honest = email.EmailChannel.send

    def slow(self, parcel):
        leases.take_back(at=at + timedelta(minutes=3))
        return honest(self, parcel)

    monkeypatch.setattr(email.EmailChannel, "send", slow)
    _send(at)
    message.refresh_from_db()
    assert message.state == State.ACCEPTED


def test_news_of_a_sender_that_lost_its_row_does_not_touch_the_next_try(team, at):
    message = owe(team.ada, at)
    first, second = uuid4(), uuid4()
    leases.claim(at=at, token=first)
    attempt = _fence(message, token=first, at=at)
    Message.objects.update(state=State.RETRY)
    later = at + timedelta(minutes=9)
    leases.claim(at=later, token=second)
    message.refresh_from_db()
    _fence(message, token=second, at=later)
    news = Outcome(Result.QUICK, "421")
    assert not outcomes.settle(
        message=message,
        attempt=attempt,
        outcome=news,
        at=later,
        states=outcomes.AFTER_THE_CALL,
        token=first,
    )
    message.refresh_from_db()
    assert message.state == State.SENDING


def test_a_mail_back_end_that_breaks_leaves_doubt_and_no_words_in_the_log(
    team, at, monkeypatch, caplog
):
    def broken(self, parcel):
        raise RuntimeError(parcel.to)

    monkeypatch.setattr(email.EmailChannel, "send", broken)
    message = owe(team.ada, at)
    assert _send(at).in_doubt == 1
    message.refresh_from_db()
    assert (message.state, message.last_code) == (State.UNCERTAIN, "RuntimeError")
    assert team.ada.email not in caplog.text


def test_a_sender_that_is_asked_to_stop_gives_back_what_it_did_not_reach(team, at):
    for number in range(4):
        owe(team.ada, at, key=f"reminder:{number}")
    answers = iter([True, True, True, False, False])
    counts = delivery.send_due(clock=lambda: at, keep_going=lambda: next(answers))
    assert counts.sent == 2
    assert Message.objects.due(at).count() == 2


def test_a_round_costs_the_same_for_each_row(team, at, django_assert_num_queries):
    owe(team.ada, at, key="first")
    _send(at)
    for rows in (1, 3):
        for number in range(rows):
            owe(team.ada, at, key=f"{rows}:{number}")
        with django_assert_num_queries(29 + rows):
            _send(at)


def test_a_round_leaves_a_heartbeat(team, at):
    _send(at)
    _send(at + timedelta(minutes=1))
    assert Heartbeat.objects.get(name="sender").beat_at == at + timedelta(minutes=1)


def test_the_command_sends_what_is_due(team, at, settings):
    settings.DEMO_AT = at
    owe(team.ada, at)
    call_command("send_due")
    assert Message.objects.get().state == State.ACCEPTED


def test_the_last_moment_decides_although_the_plan_said_otherwise(
    team, at, sms_settings
):
    """Verified, planned, then stopped: the text stays here and an email goes."""
    contact = make_phone(team.ada)
    owe(team.ada, at, channel="sms")
    contact.sms_stopped_at = at
    contact.save()
    _send(at)
    states = Message.objects.order_by("pk").values_list("channel", "state")
    assert list(states) == [("sms", State.WITHHELD), ("email", State.ACCEPTED)]


def test_what_a_stopped_sender_fenced_and_never_called_counts_as_untried(team, at):
    for number in range(3):
        owe(team.ada, at, key=f"reminder:{number}")
    answers = iter([True, True, False, False])
    delivery.send_due(clock=lambda: at, keep_going=lambda: next(answers))
    waiting = Message.objects.due(at)
    assert list(waiting.values_list("state", "attempts")) == [("pending", 0)] * 2
    assert [one.tries.count() for one in waiting] == [0, 0]
    assert _send(at).sent == 2


def test_a_decision_that_grew_old_on_a_slow_server_is_made_anew(team, at, monkeypatch):
    """Half a minute after the fence a row goes back; taken back meanwhile, it stays."""
    for number in range(3):
        owe(team.ada, at, key=f"reminder:{number}", group=f"booking:{number}")
    moment = [at]
    honest = email.EmailChannel.send

    def slow(self, parcel):
        moment[0] += leases.GOOD_FOR
        outbox.withdraw(group="booking:2", at=moment[0], reason="moved")
        return honest(self, parcel)

    monkeypatch.setattr(email.EmailChannel, "send", slow)
    token = uuid4()
    leases.claim(at=at, token=token)
    this = delivery._Round(lambda: moment[0], lambda: True)
    delivery._Batch(this, token).deliver()
    leases.give_back(token=token)
    states = Message.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [State.ACCEPTED, State.PENDING, State.PENDING]
    outbox.withdraw(group="booking:2", at=moment[0], reason="moved")
    _send(moment[0])
    assert (len(mail.outbox), Message.objects.get(group="booking:2").state) == (
        2,
        State.CANCELLED,
    )


def test_one_row_of_a_batch_that_is_withdrawn_holds_up_no_other(team, at, monkeypatch):
    kept, gone = owe(team.ada, at), owe(team.bem, at, key="b", group="booking:2")
    honest = leases.fence

    def fence_after_a_change(**given):
        outbox.withdraw(group="booking:2", at=at, reason="moved")
        return honest(**given)

    monkeypatch.setattr(leases, "fence", fence_after_a_change)
    assert _send(at).sent == 1
    for row in (kept, gone):
        row.refresh_from_db()
    assert (kept.state, gone.state) == (State.ACCEPTED, State.CANCELLED)
    assert gone.tries.count() == 0


@pytest.mark.django_db(transaction=True)
def test_only_the_news_of_mails_does_not_wait_for_the_disk(at):
    setting = (
        "PRAGMA synchronous"
        if connection.vendor == "sqlite"
        else "SHOW synchronous_commit"
    )

    def now():
        with connection.cursor() as cursor:
            cursor.execute(setting)
            return cursor.fetchone()[0]

    if connection.vendor == "sqlite":
        # The suite itself does not wait for the disk; the product does.
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous = FULL")
    before = now()
    with leases.quick_commits():
        assert now() in {1, "off"}
    assert now() == before
    assert before in {2, "on"}


def test_due_rows_are_found_by_an_index_however_many_have_left(db, at):
    """SQLite passes over an index for some states, since a bound state may be another;
    then each claim reads all that has ever left."""
    if connection.vendor == "postgresql":
        # It would read a table of few rows whole, index or not.
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = leases.can_leave(at).order_by(*leases.IN_TURN).explain()
    assert "message_state" in plan
    assert "SCAN" not in plan
