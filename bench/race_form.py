"""Fifty people post the form for one time, to the web server as it is shipped.

Whoever is late gets a page with the nearest times; that page is part of the round.
"""

import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.client import HTTPConnection
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client
from django.utils.crypto import get_random_string

from bench import timing
from bench.race import ALWAYS, CLIENTS, LONGEST
from bench.scale import Scale
from bench.table import Row
from bench.town import HOUR, town
from sessions.models import Booking
from tests.factories import join, make_person, make_supporter
from wellbeing import web_server
from wellbeing.models import Role
from wellbeing.people.models import User

HOST = "127.0.0.1"
TOKEN = get_random_string(32)


def measure(scale: Scale) -> list[Row]:
    """Each round: all let go at once, until the last has its answer."""
    place = town(scale)
    supporter = make_supporter(make_person("Dr Form"), hours=ALWAYS, most_per_day=100)
    join(place.study, supporter.person, Role.PSYCHOLOGIST)
    cookies = [_signed_in(person) for person in place.people[:CLIENTS]]
    first = place.at + timedelta(days=10)
    slots = [
        f"{supporter.person.public_id} debrief {start.isoformat()} phone"
        for start in (first + number * HOUR for number in range(scale.rounds))
    ]
    with _server() as port:
        _rounds(port, cookies, [_unused(supporter.person, first)])
        took, said = _rounds(port, cookies, slots)
    kept = Booking.objects.filter(supporter=supporter, freed_at__isnull=True).count()
    errors = sum(many for status, many in said.items() if status not in {302, 422})
    worst = max(took)
    return [
        Row(
            f"{CLIENTS} forms for one time, {web_server.workers} web processes, "
            f"{scale.rounds} rounds",
            f"{kept} bookings, {errors} errors, worst {worst:.2f} s",
            f"{sum(took) / len(took):.2f} s: a round on average",
            target=f"{scale.rounds} bookings, 0 errors, worst < {LONGEST:.0f} s",
            met=kept == said[302] == scale.rounds and not errors and worst < LONGEST,
        )
    ]


def _signed_in(person: User) -> str:
    client = Client()
    client.force_login(person)
    name = settings.SESSION_COOKIE_NAME
    csrf = settings.CSRF_COOKIE_NAME
    return f"{name}={client.cookies[name].value}; {csrf}={TOKEN}"


def _unused(person: User, first: datetime) -> str:
    """A time that is never on offer, so that every process has been asked once."""
    return f"{person.public_id} debrief {first.replace(minute=7).isoformat()} phone"


@contextmanager
def _server() -> Iterator[int]:
    with socket.socket() as found:
        found.bind((HOST, 0))
        port: int = found.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "-c", "python:wellbeing.web_server"]
    command += ["wellbeing.wsgi", "--log-level=error"]
    with subprocess.Popen([*command, f"--bind={HOST}:{port}"]) as process:
        try:
            _until_it_answers(port)
            yield port
        finally:
            process.terminate()


def _until_it_answers(port: int) -> None:
    for _ in range(300):
        try:
            connection = HTTPConnection(HOST, port, timeout=30)
            connection.request("GET", "/health/live")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the web server did not start")


def _rounds(
    port: int, cookies: list[str], slots: list[str]
) -> tuple[list[float], Counter[int]]:
    said: list[int] = []
    took = timing.rounds(
        cookies, slots, lambda cookie, slot: said.append(_post(port, cookie, slot))
    )
    return took, Counter(said)


def _post(port: int, cookie: str, slot: str) -> int:
    """The status of the answer; 0 when there was none.

    By a bare socket: fifty people have a device each, and share no core with us.
    """
    body = urlencode({"slot": slot, "csrfmiddlewaretoken": TOKEN})
    head = (
        f"POST /times/ HTTP/1.1\r\nHost: {HOST}\r\nCookie: {cookie}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    try:
        with socket.create_connection((HOST, port), timeout=60) as connection:
            connection.sendall(f"{head}{body}".encode())
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        return int(answer[9:12] or 0)
    except OSError:
        return 0
