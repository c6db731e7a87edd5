"""Promise P3 with real processes: killed at random, nothing lost, nothing doubled."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from datetime import time as wall
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django_q.tasks import async_task

from notifications import delivery
from notifications.models import Message, State
from tests.factories import make_person, make_phone
from tests.notifications.makers import MailServer, owe, times
from wellbeing.demo.sms_stand_in import ACCOUNT_SID, AUTH_TOKEN, SERVICE_SID, StandIn

# `HYPOTHESIS_PROFILE=long` is for a night: the numbers of promise P3.
LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
ROWS, KILLS = (1000, 40) if LONG else (150, 10)
SENDERS = 4
CALL_SECONDS = 0.08

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


class SlowStandIn(StandIn):
    """Keeps the text at once and answers a moment later: time to be killed in."""

    delay = CALL_SECONDS

    def take(self, form):
        text = super().take(form)
        time.sleep(self.delay)
        return text


def _owe_rows(channel: str) -> None:
    """Ten to each of many people, since nobody gets more texts than that in a day."""
    now = datetime.now(UTC)
    for group in range(0, ROWS, 10):
        person = make_person("Ada Okafor")
        contact = make_phone(person, f"+4477009{group + 5:05}")
        contact.quiet_from = contact.quiet_until = wall(12)
        contact.sms_at_weekends = True
        contact.save()
        for number in range(group, group + 10):
            owe(
                person,
                now,
                key=f"reminder:{number}",
                channel=channel,
                context=times(now + timedelta(hours=6), path=f"/bookings/{number}/"),
            )


def _environment(**extra: str) -> dict[str, str]:
    given = {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "ALONGSIDE_MODE": "test",
        "ALONGSIDE_TEST_DATABASE": str(connection.settings_dict["NAME"]),
        "VAR_DIR": str(django_settings.VAR_DIR),
        "SECRET_KEY": django_settings.SECRET_KEY,
    }
    return {**os.environ, **given, **extra}


def _mail_to(server: MailServer) -> dict[str, str]:
    return {
        "TEST_EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_URL": f"smtp://127.0.0.1:{server.port}",
    }


def _run_senders(**extra: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "tests.notifications.senders", str(SENDERS), str(KILLS)],
        env=_environment(**extra),
        cwd=django_settings.BASE_DIR,
        check=True,
        timeout=180,
    )


def _finish() -> int:
    """The rows whose sender was killed during the call, when all is done for them.

    The moments stand for what the schedules do in the next ten minutes: leases,
    look-ups, second tries.
    """
    stuck = Message.objects.filter(state=State.SENDING).count()
    now = datetime.now(UTC)
    for minutes in (3, 9, 10):
        moment = now + timedelta(minutes=minutes)
        delivery.send_due(clock=lambda at=moment: at)
        # A look-up takes fifty rows; the schedule comes again every five minutes.
        while delivery.reconcile_uncertain(clock=lambda at=moment: at):
            pass
        delivery.send_due(clock=lambda at=moment: at)
    return stuck


def test_texts_are_neither_lost_nor_doubled(sms_settings):
    service = SlowStandIn().start()
    sms_settings.TWILIO_BASE_URL = service.url
    _owe_rows("sms")
    _run_senders(
        TWILIO_ACCOUNT_SID=ACCOUNT_SID,
        TWILIO_AUTH_TOKEN=AUTH_TOKEN,
        TWILIO_MESSAGING_SERVICE_SID=SERVICE_SID,
        TWILIO_BASE_URL=service.url,
    )
    service.delay = 0
    stuck = _finish()
    service.stop()
    counted = Counter(text["body"] for text in service.texts)
    assert stuck > 0
    assert Message.objects.filter(state=State.ACCEPTED).count() == ROWS
    assert (len(counted), sum(counted.values())) == (ROWS, ROWS)


def test_mails_are_not_lost_and_a_second_copy_carries_the_same_id(settings):
    server = MailServer(delay=CALL_SECONDS)
    _owe_rows("email")
    _run_senders(**_mail_to(server))
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    server.delay = 0
    stuck = _finish()
    server.stop()
    counted = Counter(mail["Message-ID"] for mail in server.mails)
    assert stuck > 0
    assert Message.objects.filter(state=State.ACCEPTED).count() == ROWS
    assert len(counted) == ROWS
    assert max(counted.values()) <= 2
    assert sum(counted.values()) <= ROWS + KILLS


def test_each_person_gets_one_mail_a_day_of_what_nobody_asked_for(settings):
    """Five due messages for each, many senders, some killed. What a killed sender held
    waits for the next day; in the end each thing was said in one mail."""
    server = MailServer(delay=CALL_SECONDS)
    now = datetime.now(UTC)
    people = [make_person("Ada Okafor") for _ in range(ROWS // 5)]
    for number in range(5):
        for person in people:
            _owe_offer(person, number, now)
    _run_senders(**_mail_to(server))
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    server.delay = 0
    _finish()
    today = {(mail["To"], mail["Message-ID"]) for mail in server.mails}
    assert Counter(to for to, _ in today) == Counter(one.email for one in people)
    delivery.send_due(clock=lambda: now + timedelta(days=1))
    server.stop()
    both = {(mail["To"], mail["Message-ID"]) for mail in server.mails}
    assert max(Counter(to for to, _ in both - today).values(), default=0) <= 1
    links = {mail["Message-ID"]: _offers_in(mail) for mail in server.mails}
    said = Counter((to, link) for to, sid in both for link in links[sid])
    assert (len(said), set(said.values())) == (ROWS, {1})
    ended = set(Message.objects.values_list("state", flat=True))
    assert ended == {State.ACCEPTED, State.TOGETHER}


def _owe_offer(person, number: int, at: datetime) -> None:
    owe(
        person,
        at,
        key=f"{number}:{person.pk}",
        purpose="offer",
        template="offer_open",
        context={"path": f"/offers/{number}/"},
        expires_at=at + timedelta(days=7),
    )


def _offers_in(mail) -> set[str]:
    text = next(mail.walk()).get_payload(0).get_payload()
    return {word for word in text.split() if "/offers/" in word}


def test_the_real_worker_sends_when_it_is_woken():
    server = MailServer()
    owe(make_person("Ada Okafor"), datetime.now(UTC))
    async_task("notifications.tasks.send_due_now")
    worker = subprocess.Popen(
        [sys.executable, "manage.py", "qcluster"],
        env=_environment(**_mail_to(server)),
        cwd=django_settings.BASE_DIR,
        start_new_session=True,
    )
    try:
        give_up_at = time.monotonic() + 30
        while not Message.objects.filter(state=State.ACCEPTED).exists():
            assert time.monotonic() < give_up_at, "the worker sent nothing"
            time.sleep(0.2)
    finally:
        # The whole group, as a supervisor must: a deaf cluster ignores a polite end.
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        server.stop()
    assert len(server.mails) == 1


def _until(done, what: str, seconds: float = 90) -> None:
    give_up_at = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < give_up_at, what
        time.sleep(0.2)


def _worker_of(supervisor: subprocess.Popen) -> int:
    """The process id of the cluster that the supervisor runs, 0 while there is none."""
    children = Path(f"/proc/{supervisor.pid}/task/{supervisor.pid}/children")
    found = children.read_text().split()
    return int(found[0]) if found else 0


def test_a_deaf_cluster_is_killed_and_started_anew_and_all_is_sent_once():
    """A stopped process group is as deaf as one whose idle worker was killed: it does
    nothing, and does not end when it is asked to."""
    server = MailServer()
    person = make_person("Ada Okafor")
    supervisor = subprocess.Popen(
        [sys.executable, "manage.py", "supervise", "--silence", "25"],
        env=_environment(**_mail_to(server)),
        cwd=django_settings.BASE_DIR,
    )
    try:
        owe(person, datetime.now(UTC), key="first")
        async_task("notifications.tasks.send_due_now")
        _until(lambda: len(server.mails) == 1, "the worker sent nothing")
        deaf = _worker_of(supervisor)
        os.killpg(deaf, signal.SIGSTOP)
        owe(person, datetime.now(UTC), key="second")
        async_task("notifications.tasks.send_due_now")
        _until(lambda: _worker_of(supervisor) not in {0, deaf}, "it was left deaf")
        _until(lambda: len(server.mails) == 2, "the new worker sent nothing")
    finally:
        supervisor.send_signal(signal.SIGTERM)
        supervisor.wait(60)
        server.stop()
    assert supervisor.returncode == 0
    assert len({mail["Message-ID"] for mail in server.mails}) == 2
