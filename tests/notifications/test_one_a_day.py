"""What nobody asked for comes at most once a day, and nothing of it is lost."""

import threading
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.db import IntegrityError, close_old_connections, connection, transaction

from notifications import (
    delivery,
    leases,
    one_a_day,
    outbox,
    preferences,
    telling,
    unasked,
)
from notifications.channels import email
from notifications.channels.base import Outcome, Result
from notifications.models import Message, State
from tests.factories import make_person, make_phone
from tests.notifications.makers import owe, times
from tests.notifications.test_rendering import FOLDER, FORBIDDEN, NEAR
from wellbeing.people.models import Contact

WEEK = timedelta(days=7)


def ask(person, at, template="check_in", **extra) -> Message:
    """Something that nobody asked for, of use for a week."""
    given = {
        "template": template,
        "purpose": "check_in" if template.startswith("check_in") else "offer",
        "key": f"{template}:{extra.pop('number', 0)}:{person.pk}",
        "group": template,
        "expires_at": at + WEEK,
        "context": times(
            at + timedelta(days=2),
            stop_path="/check-ins/stop/",
            open_until_at=(at + WEEK).isoformat(),
            until_at=(at + WEEK).isoformat(),
            last_at=(at + WEEK).isoformat(),
            every="6 months",
            name="Ada",
            wish="more space",
        ),
        **extra,
    }
    return owe(person, at, **given)


def _send(at) -> delivery.Counts:
    return delivery.send_due(clock=lambda: at)


def _state(row) -> tuple[str, str]:
    row.refresh_from_db()
    return row.state, row.reason


def test_two_that_are_due_at_once_come_in_one_mail_each_with_its_own_link(team, at):
    first = ask(team.ada, at, "check_in")
    second = ask(
        team.ada, at, "protocol_review", context={"every": "6 months", "path": "/p/"}
    )
    _send(at)
    [letter] = mail.outbox
    assert letter.subject == "Some messages for you"
    assert letter.to == [team.ada.email]
    for face in (letter.body, letter.alternatives[0][0]):
        assert first.context["path"] in face
        assert "http://testserver/p/" in face
        assert "/messages/stop/" in face
        assert "/help-now/" in face
    assert _state(first) == (State.ACCEPTED, "")
    assert _state(second) == (State.TOGETHER, one_a_day.TOGETHER)
    assert second.came_with == first


def test_one_by_itself_is_written_as_ever(team, at):
    ask(team.ada, at)
    _send(at)
    assert [letter.subject for letter in mail.outbox] == ["A message for you"]
    assert "List-Unsubscribe" in mail.outbox[0].extra_headers


def test_the_one_click_stop_of_a_shared_mail_ends_the_check_ins_alone(team, at, client):
    ask(team.ada, at, "protocol_review")
    ask(team.ada, at, "check_in")
    _send(at)
    [letter] = mail.outbox
    stop = letter.extra_headers["List-Unsubscribe"].strip("<>")
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    client.post(stop, {"List-Unsubscribe": "One-Click"})
    kept = [
        purpose
        for purpose in ("check_in", "offer", "protocol_review")
        if preferences.wanted(person=team.ada, purpose=purpose, channel="email")
    ]
    assert kept == ["offer", "protocol_review"]


def test_a_shared_mail_of_what_nobody_can_stop_offers_no_stop(team, at):
    for number in range(2):
        ask(team.ada, at, "protocol_review", number=number)
    _send(at)
    [letter] = mail.outbox
    assert letter.subject == "Some messages for you"
    assert "List-Unsubscribe" not in letter.extra_headers


def test_a_later_one_waits_for_the_next_morning_and_says_why(team, at):
    ask(team.ada, at, "check_in")
    later = ask(team.ada, at, "offer_reminder", not_before=at + timedelta(hours=1))
    _send(at)
    assert _send(at + timedelta(hours=1)).put_off == 1
    assert _state(later) == (State.PENDING, one_a_day.WAITS)
    morning = datetime(2026, 9, 16, 7, tzinfo=UTC)  # 8am in London
    assert later.next_try == morning
    _send(morning - timedelta(minutes=1))
    assert len(mail.outbox) == 1
    _send(morning)
    assert (len(mail.outbox), _state(later)) == (2, (State.ACCEPTED, ""))


def test_one_that_waits_comes_along_with_an_earlier_one_of_the_next_day(team, at):
    ask(team.ada, at, "check_in")
    waits = ask(team.ada, at, "offer_reminder", not_before=at + timedelta(hours=1))
    dawn = at + timedelta(hours=14)  # 6am in London
    early = ask(team.ada, at, "protocol_review", not_before=dawn)
    for moment in (at, at + timedelta(hours=1), dawn):
        _send(moment)
    assert (_state(waits)[0], waits.came_with) == (State.TOGETHER, early)
    assert len(mail.outbox) == 2


def test_what_would_be_too_late_the_next_day_ends_with_its_reason(team, at):
    ask(team.ada, at, "check_in")
    soon = at + timedelta(hours=1)
    last = ask(
        team.ada,
        at,
        "offer_reminder",
        not_before=soon,
        expires_at=at + timedelta(hours=8),
    )
    _send(at)
    assert _send(soon).not_sent == 1
    assert _state(last) == (State.EXPIRED, one_a_day.NO_DAY_LEFT)


def test_what_a_person_asked_for_or_agreed_is_never_held_back(team, at):
    ask(team.ada, at, "check_in")
    for number in range(3):
        owe(team.ada, at, key=f"reminder:{number}")
    ask(team.ada, at, "time_kept", answers=True)
    ask(team.ada, at, "check_in", number=2, answers=True)
    assert _send(at).sent == 6
    assert len(mail.outbox) == 6


def test_somebody_elses_day_is_their_own(team, at):
    rows = [ask(one, at) for one in (team.ada, team.bem, team.charlie)]
    assert _send(at).sent == 3
    assert {_state(row)[0] for row in rows} == {State.ACCEPTED}


def test_the_day_is_the_readers_own(team, at):
    """11pm and 1am in London are one evening in New York."""
    evening = datetime(2026, 9, 15, 22, tzinfo=UTC)
    team.bem.time_zone = "America/New_York"
    team.bem.save()
    for person in (team.ada, team.bem):
        ask(person, at, not_before=evening)
        ask(person, at, "offer_reminder", not_before=evening + timedelta(hours=2))
    _send(evening)
    _send(evening + timedelta(hours=2))
    to = [letter.to for letter in mail.outbox]
    assert sorted(to) == sorted([[team.ada.email]] * 2 + [[team.bem.email]])


def test_who_travels_on_to_the_next_day_has_a_new_day(team, at):
    ask(team.ada, at)
    _send(at)
    team.ada.time_zone = "Pacific/Auckland"
    team.ada.save()
    second = ask(team.ada, at, "offer_reminder")
    _send(at)
    assert second.pk
    assert _state(second)[0] == State.ACCEPTED
    days = Message.objects.order_by("pk").values_list("told_on", flat=True)
    assert list(days) == [date(2026, 9, 15), date(2026, 9, 16)]


def test_who_travels_back_does_not_get_that_day_twice(team, at):
    team.ada.time_zone = "Pacific/Auckland"
    team.ada.save()
    ask(team.ada, at)
    _send(at)
    team.ada.time_zone = "Europe/London"
    team.ada.save()
    second = ask(team.ada, at, "offer_reminder", not_before=at + timedelta(hours=9))
    _send(at + timedelta(hours=9))
    assert _state(second) == (State.PENDING, one_a_day.WAITS)


def test_a_person_with_other_quiet_hours_is_told_when_those_end(team, at):
    Contact.objects.create(person=team.ada, quiet_until="10:30")
    ask(team.ada, at)
    later = ask(team.ada, at, "offer_reminder", not_before=at + timedelta(hours=1))
    _send(at)
    _send(at + timedelta(hours=1))
    later.refresh_from_db()
    assert later.next_try == datetime(2026, 9, 16, 9, 30, tzinfo=UTC)


def test_what_the_person_does_not_want_does_not_come_along(team, at):
    preferences.stop(person=team.ada, purpose="check_in", channel="email", at=at)
    review = ask(team.ada, at, "protocol_review")
    unwanted = ask(team.ada, at, "check_in")
    _send(at)
    assert _state(review)[0] == State.ACCEPTED
    assert _state(unwanted)[0] == State.WITHHELD
    assert [letter.subject for letter in mail.outbox] == [
        "A look at the protocol together"
    ]


def test_one_whose_words_cannot_be_made_spoils_no_other(team, at, caplog):
    sound = ask(team.ada, at, "protocol_review")
    broken = ask(team.ada, at, "check_in")
    Message.objects.filter(pk=broken.pk).update(context={"path": "no path"})
    _send(at)
    assert _state(sound)[0] == State.ACCEPTED
    assert _state(broken) == (State.PENDING, one_a_day.WAITS)
    _send(broken.next_try)
    assert _state(broken) == (State.DEAD, "its text could not be made")


def _with_companion(team, at):
    return ask(team.ada, at, "check_in"), ask(team.ada, at, "offer_reminder")


def test_what_is_answered_before_the_mail_leaves_is_left_out(team, at, monkeypatch):
    """The first try is turned down; meanwhile the offer was answered."""
    first, second = _with_companion(team, at)
    _turned_down(monkeypatch, at)
    assert (_state(first)[0], _state(second)[0]) == (State.RETRY, State.TOGETHER)
    outbox.withdraw(group="offer_reminder", at=at, reason="the offer was answered")
    assert _state(second) == (State.CANCELLED, "the offer was answered")
    _send(at + timedelta(minutes=2))
    assert [letter.subject for letter in mail.outbox] == ["A message for you"]


def test_what_is_answered_while_the_mail_is_in_doubt_is_not_said_again(
    team, at, monkeypatch
):
    first, second = _with_companion(team, at)
    with monkeypatch.context() as patched:
        silent = Outcome(Result.UNCERTAIN, "disconnected-late", reason="x")
        patched.setattr(email.EmailChannel, "send", lambda self, parcel: silent)
        _send(at)
    outbox.withdraw(group="offer_reminder", at=at, reason="the offer was answered")
    later = at + timedelta(minutes=6)
    delivery.reconcile_uncertain(clock=lambda: later)
    _send(later)
    assert [letter.subject for letter in mail.outbox] == ["A message for you"]
    assert _state(first)[0] == State.ACCEPTED
    assert _state(second) == (State.CANCELLED, "it was taken back meanwhile")


def test_when_the_mail_that_carries_it_is_taken_back_the_other_is_owed_by_itself(
    team, at, monkeypatch
):
    first, second = _with_companion(team, at)
    _turned_down(monkeypatch, at)
    outbox.withdraw(group="check_in", at=at, reason="answered already")
    _send(at + timedelta(minutes=2))
    assert _state(first)[0] == State.CANCELLED
    assert (_state(second)[0], second.came_with) == (State.ACCEPTED, None)
    assert [letter.subject for letter in mail.outbox] == [
        "Still there for you, if you want it"
    ]


def test_what_runs_out_while_the_mail_is_tried_again_is_left_out(team, at, monkeypatch):
    first = ask(team.ada, at, "check_in")
    soon = at + timedelta(seconds=5)
    second = ask(team.ada, at, "offer_reminder", expires_at=soon)
    _turned_down(monkeypatch, at)
    _send(at + timedelta(minutes=2))
    assert _state(first)[0] == State.ACCEPTED
    assert _state(second) == (State.EXPIRED, "it came too late to be of use")


@pytest.mark.parametrize(
    ("result", "lost"), [(Result.PERMANENT, False), (Result.UNCERTAIN, True)]
)
def test_a_place_is_free_again_only_when_the_mail_certainly_did_not_leave(
    team, at, monkeypatch, result, lost
):
    first, second = _with_companion(team, at)
    with monkeypatch.context() as patched:
        outcome = Outcome(result, "554", reason="x")
        patched.setattr(email.EmailChannel, "send", lambda self, parcel: outcome)
        _send(at)
    Message.objects.filter(pk=first.pk).update(state=State.DEAD)
    _send(at + timedelta(minutes=1))
    expected = State.TOGETHER if lost else State.ACCEPTED
    assert (_state(second)[0], len(mail.outbox)) == (expected, 0 if lost else 1)


def _turned_down(monkeypatch, at) -> None:
    with monkeypatch.context() as patched:
        busy = Outcome(Result.QUICK, "421", reason="busy")
        patched.setattr(email.EmailChannel, "send", lambda self, parcel: busy)
        _send(at)


def test_a_sender_that_died_in_the_call_leaves_both_in_doubt_not_one_alone(team, at):
    first, second = _with_companion(team, at)
    token = uuid4()
    leases.claim(at=at, token=token)
    [one] = [row for row in leases.held(token) if row.pk == first.pk]
    assert one_a_day.find(one, at=at, token=token) is None
    assert first.pk in leases.fence(ids=[first.pk], token=token, at=at)
    for minutes in (3, 9, 10):
        moment = at + timedelta(minutes=minutes)
        _send(moment)
        delivery.reconcile_uncertain(clock=lambda now=moment: now)
        _send(moment)
    assert (_state(first)[0], _state(second)[0]) == (State.ACCEPTED, State.TOGETHER)
    [letter] = mail.outbox
    assert letter.subject == "Some messages for you"
    assert letter.extra_headers["Message-ID"] == f"<{first.public_id}@testserver>"


def test_a_sender_that_died_before_the_fence_has_lost_nothing(team, at):
    first, second = _with_companion(team, at)
    token = uuid4()
    leases.claim(at=at, token=token)
    [one] = [row for row in leases.held(token) if row.pk == first.pk]
    one_a_day.find(one, at=at, token=token)
    _send(at + timedelta(minutes=3))
    assert (_state(first)[0], _state(second)[0]) == (State.ACCEPTED, State.TOGETHER)
    assert len(mail.outbox) == 1


def test_what_another_sender_holds_comes_along_and_the_words_are_made_anew(team, at):
    """Each of two senders has claimed one; the first has made its words already."""
    ones, others = uuid4(), uuid4()
    first = ask(team.ada, at, "check_in")
    leases.claim(at=at, token=ones)
    [mine] = leases.held(ones)
    assert one_a_day.find(mine, at=at, token=ones) is None
    second = ask(team.ada, at, "offer_reminder")
    leases.claim(at=at, token=others)
    [theirs] = leases.held(others)
    hold = one_a_day.find(theirs, at=at, token=others)
    assert (hold.state, hold.until) == (State.TOGETHER, None)
    assert leases.fence(ids=[first.pk], token=ones, at=at) == {}
    _send(at)
    assert (_state(first)[0], _state(second)[0]) == (State.ACCEPTED, State.TOGETHER)
    assert [letter.subject for letter in mail.outbox] == ["Some messages for you"]


def test_one_that_was_gathered_meanwhile_leaves_the_other_its_claim(team, at):
    """Both in one sender's hands: its second look is at a row that came along."""
    first, _second = _with_companion(team, at)
    token = uuid4()
    leases.claim(at=at, token=token)
    one, two = leases.held(token)
    assert one_a_day.find(one, at=at, token=token) is None
    assert one_a_day.find(two, at=at, token=token) is not None
    assert list(leases.fence(ids=[first.pk], token=token, at=at)) == [first.pk]


def test_the_database_itself_keeps_the_place(team, at):
    ask(team.ada, at, "check_in", number=1)
    ask(team.ada, at, "check_in", number=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.update(told_on=at.date())


@pytest.mark.django_db(transaction=True)
def test_senders_at_once_bring_each_person_one_mail_a_day(at, monkeypatch):
    """Twelve people, three messages each, four senders that all start together."""
    people = [make_person("Ada Okafor") for _ in range(12)]
    for person in people:
        for template in ("check_in", "offer_reminder", "protocol_review"):
            ask(person, at, template)
    monkeypatch.setattr(leases, "BATCH", 2)
    ready = threading.Barrier(4)
    broken: list[BaseException] = []

    def work():
        try:
            ready.wait()
            for _ in range(4):
                _send(at)
        except BaseException as problem:  # noqa: BLE001 - shown below
            broken.append(problem)
        finally:
            close_old_connections()
            connection.close()

    senders = [threading.Thread(target=work) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert broken == []
    _send(at)
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted(
        person.email for person in people
    )
    assert not Message.objects.due(at).exists()
    _send(at + timedelta(days=1))
    rows = Message.objects.all()
    told = {(State.ACCEPTED, ""), (State.TOGETHER, one_a_day.TOGETHER)}
    assert {(row.state, row.reason) for row in rows} == told


def test_a_text_that_nobody_asked_for_keeps_the_day_too(team, at, texts):
    make_phone(team.ada)
    ask(team.ada, at, "check_in", channel="sms")
    later = ask(team.ada, at, "offer_reminder", not_before=at + timedelta(hours=1))
    _send(at)
    _send(at + timedelta(hours=1))
    assert (len(texts.texts), mail.outbox) == (1, [])
    assert _state(later) == (State.PENDING, one_a_day.WAITS)


def test_the_page_says_what_became_of_each(team, at):
    _with_companion(team, at)
    waits = ask(team.ada, at, "group_invitation", not_before=at + timedelta(hours=1))
    _send(at)
    _send(at + timedelta(hours=1))
    lines = telling.told(team.ada, at=at + timedelta(hours=2))
    assert [(line.state, line.sent_at, line.why) for line in lines] == [
        (
            "Waiting for its time",
            None,
            "Another message came that day, so it waits for the next.",
        ),
        ("Sent, in one email with another message of that day", at, ""),
        ("Sent", at, ""),
    ]
    assert telling.told(team.charlie, at=at + WEEK) == []
    assert waits.pk


def test_each_message_that_counts_can_stand_in_a_mail_with_others():
    for template in unasked.TEMPLATES:
        faces = {path.name for path in (FOLDER / template).iterdir()}
        assert {"point.txt", "point.html"} <= faces


@pytest.mark.parametrize("template", sorted(unasked.TEMPLATES))
def test_each_point_has_its_words_and_its_own_link(team, at, template):
    row = ask(team.ada, at, template)
    along = ask(team.ada, at, "offer_open", number=9)
    _send(at)
    assert {_state(row)[0], _state(along)[0]} == {State.ACCEPTED, State.TOGETHER}
    [letter] = mail.outbox
    for face in (letter.body, letter.alternatives[0][0]):
        assert row.context["path"] in face
        assert "{{" not in face
        assert "None" not in face
    for words in (letter.subject, letter.body):
        assert (FORBIDDEN.findall(words), NEAR.findall(words)) == ([], [])
