"""Stopping by link, health, and mail scanners that open everything."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail, signing
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django_q.models import Schedule

from notifications import delivery, message_context, preferences, tasks, wake
from notifications.models import ChannelState, Heartbeat, Message, Preference, State
from tests.notifications.makers import owe


@pytest.fixture
def check_in(team, at, settings) -> Message:
    settings.DEMO_AT = at
    return owe(team.ada, at, purpose="check_in", template="check_in")


def _path(message: Message) -> str:
    token = signing.Signer(salt=message_context.STOP_SALT).sign(str(message.public_id))
    return f"/messages/stop/{token}/"


def test_the_button_stops_one_purpose_of_one_person(client, team, check_in, at):
    path = _path(check_in)
    assert "Stop these messages?" in client.get(path).content.decode()
    answer = client.post(path)
    assert (answer.status_code, answer.url) == (302, path)
    assert "These messages have stopped" in client.get(path).content.decode()
    found = Preference.objects.get()
    assert (found.person, found.purpose, found.channel) == (
        team.ada,
        "check_in",
        "email",
    )
    assert preferences.wanted(person=team.ada, purpose="offer", channel="email")
    assert preferences.wanted(person=team.bem, purpose="check_in", channel="email")


def test_one_click_of_a_mail_program_needs_no_cookie_of_ours(check_in):
    strict = Client(enforce_csrf_checks=True)
    form = {"List-Unsubscribe": "One-Click"}
    for _ in range(2):
        assert strict.post(_path(check_in), form).status_code == 204
    assert Preference.objects.count() == 1


def test_a_foreign_or_broken_token_is_the_same_nothing(client, team, check_in, at):
    other = owe(team.ada, at, key="other")
    for path in (
        _path(other),
        _path(Message(public_id=uuid4())),
        f"/messages/stop/{check_in.public_id}/",
        f"{_path(check_in)[:-2]}/",
    ):
        assert client.get(path).status_code == 404
        assert client.post(path).status_code == 404
    assert Preference.objects.count() == 0


def _everything() -> list[tuple]:
    rows: list[tuple] = []
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names()):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows += [(table, str(row)) for row in cursor.fetchall()]
    return sorted(rows)


def test_a_scanner_that_opens_every_link_twice_changes_no_row(check_in, at):
    delivery.send_due(clock=lambda: at)
    [letter] = mail.outbox
    links = re.findall(r"http://testserver(/[^\s\"<>]*)", letter.body)
    links += re.findall(r'href="http://testserver(/[^"]*)', letter.alternatives[0][0])
    assert _path(check_in) in links
    before = _everything()
    for link in links * 2:
        Client().get(link)
        Client().head(link)
    assert _everything() == before


def test_the_server_says_that_it_lives_and_is_ready(client, db):
    assert client.get("/health/live").content == b"ok\n"
    assert client.get("/health/ready").content == b"ok\n"


def _worker(client) -> tuple[int, str]:
    answer = client.get("/health/worker")
    return answer.status_code, answer.content.decode().strip()


def test_a_silent_sender_shows(client, team, at, settings):
    settings.DEMO_AT = at
    assert _worker(client) == (503, "no sender has run yet")
    Heartbeat.objects.create(name="sender", beat_at=at - timedelta(seconds=180))
    assert _worker(client) == (200, "ok")
    settings.DEMO_AT = at + timedelta(seconds=60)
    assert _worker(client) == (503, "the sender last ran 240 seconds ago")


def test_a_message_that_waits_shows(client, team, at, settings):
    settings.DEMO_AT = at
    Heartbeat.objects.create(name="sender", beat_at=at)
    owe(team.ada, at - timedelta(seconds=200))
    assert _worker(client) == (503, "a message has been due for 200 seconds")
    Message.objects.update(state=State.ACCEPTED)
    assert _worker(client) == (200, "ok")


def test_the_tasks_of_the_worker_need_no_arguments(team, at, settings):
    settings.DEMO_AT = at
    owe(team.ada, at)
    tasks.send_due_now()
    tasks.reconcile_now()
    assert Message.objects.get().state == State.ACCEPTED


@pytest.mark.parametrize(("owed", "rung"), [(50, 0), (51, 1), (101, 1)])
def test_a_long_queue_calls_one_more_worker_and_a_short_one_does_not(
    team, at, settings, monkeypatch, owed, rung
):
    settings.DEMO_AT = at
    calls: list[str] = []
    monkeypatch.setattr(wake, "wake_sender", lambda: calls.append("rung"))
    for number in range(owed):
        owe(team.ada, at, key=str(number))
    tasks.send_due_now()
    assert Message.objects.filter(state=State.ACCEPTED).count() == owed
    assert len(calls) == rung


def test_the_alarms_are_set_once_and_outdated_ones_go(db):
    Schedule.objects.create(name="send", func="notifications.tasks.old")
    Schedule.objects.create(name="send", func="notifications.tasks.old")
    Schedule.objects.create(name="gone", func="wellbeing.tasks.gone")
    theirs = Schedule.objects.create(name="theirs", func="elsewhere.task")
    for _ in range(2):
        call_command("schedules")
    found = Schedule.objects.exclude(pk=theirs.pk).order_by("name")
    assert list(found.values_list("name", "func", "minutes", "repeats")) == [
        ("previews", "wellbeing.tasks.count_previews", 1, -1),
        ("purge", "wellbeing.tasks.purge", 1440, -1),
        ("reconcile", "notifications.tasks.reconcile_now", 5, -1),
        ("send", "notifications.tasks.send_due_now", 1, -1),
        ("tick", "wellbeing.tasks.tick", 1, -1),
    ]
    assert Schedule.objects.filter(pk=theirs.pk).exists()


def test_a_closed_channel_neither_alarms_nor_keeps_the_worker_busy(
    team, at, settings, client, monkeypatch
):
    settings.DEMO_AT = at
    rung: list[str] = []
    monkeypatch.setattr(wake, "wake_sender", lambda: rung.append("rung"))
    closed_until = at + timedelta(minutes=10)
    ChannelState.objects.create(channel="email", closed_until=closed_until)
    owe(team.ada, at - timedelta(seconds=200))
    tasks.send_due_now()
    assert _worker(client) == (200, "ok")
    assert rung == []


def test_the_command_names_the_longest_wait_first_and_fails_when_it_is_long(
    team, at, settings, capsys
):
    settings.DEMO_AT = at
    Heartbeat.objects.create(name="sender", beat_at=at)
    owe(team.ada, at - timedelta(seconds=200))
    with pytest.raises(SystemExit) as ended:
        call_command("health")
    said = capsys.readouterr()
    assert ended.value.code == 1
    assert said.out.splitlines() == [
        "Oldest due message has waited: 200 seconds",
        "A sender was last heard: 0 seconds ago",
        "Closed channels: none",
        "Messages in doubt: 0",
    ]
    assert said.err == "a message has been due for 200 seconds\n"
    Message.objects.update(state=State.ACCEPTED)
    call_command("health")
    assert capsys.readouterr().err == ""
