"""Fifty people on one time, and one form posted from everywhere at once."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from sessions.models import Booking
from tests.factories import join, make_person
from wellbeing.models import Activity

pytestmark = [
    pytest.mark.processes,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("one_race_at_a_time"),
]

CLIENTS = 50
ROUNDS = 2


def _release(clients, post):
    """Let all go at once; their status codes and the seconds it took."""
    gate = threading.Barrier(len(clients))

    def run(client):
        gate.wait()
        try:
            return post(client)
        finally:
            connection.close()

    began = time.monotonic()
    with ThreadPoolExecutor(len(clients)) as pool:
        codes = Counter(pool.map(run, clients))
    return codes, time.monotonic() - began


@pytest.fixture
def crowd(agreed, clock):
    clients = []
    for number in range(CLIENTS):
        person = join(agreed.study, make_person(f"Person N{number}"), "interviewer")
        client = Client()
        client.force_login(person)
        clients.append(client)
    return clients


def test_fifty_posts_for_one_time_make_one_booking(agreed, clock, crowd, at):
    for number in range(ROUNDS):
        start = at.replace(hour=9, minute=0) + timedelta(days=1 + number)
        slot = f"{agreed.jo.public_id} debrief {start.isoformat()} phone"
        codes, took = _release(
            crowd,
            lambda client, slot=slot: (
                client.post("/times/", {"slot": slot}).status_code
            ),
        )
        assert codes == Counter({302: 1, 422: CLIENTS - 1})
        assert Booking.objects.filter(starts_at=start).count() == 1
        print(f"round {number}: {took:.2f} s")


def test_overlapping_times_leave_one_booking_in_each_overlap(agreed, clock, crowd, at):
    start = at.replace(hour=9, minute=0) + timedelta(days=1)
    later = start + timedelta(minutes=30)
    order = {id(client): number for number, client in enumerate(crowd)}

    def post(client):
        wanted = later if order[id(client)] % 2 else start
        slot = f"{agreed.jo.public_id} debrief {wanted.isoformat()} phone"
        return client.post("/times/", {"slot": slot}).status_code

    codes, _ = _release(crowd, post)
    assert codes == Counter({302: 1, 422: CLIENTS - 1})


def test_one_log_form_posted_from_everywhere_at_once_makes_one_activity(
    agreed, clock, at
):
    clients = []
    for _ in range(20):
        client = Client()
        client.force_login(agreed.ada)
        clients.append(client)
    data = {
        "submission": str(uuid4()),
        "when": "now",
        "which": "other",
        "code": "209",
        "talk": "no",
    }
    codes, _ = _release(clients, lambda client: client.post("/log/", data).status_code)
    assert codes == Counter({302: 20})
    assert Activity.objects.count() == 1
