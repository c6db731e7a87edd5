"""kill -9 between any two steps of the tick: nothing is lost, nothing is doubled."""

import os
import signal
from collections import Counter

import pytest
from django.db import connection, connections

from checkins.models import Invitation
from notifications.models import Message
from sessions.models import Booking
from tests.factories import join, make_interview, make_person
from wellbeing import looks
from wellbeing.models import NextLook, Offer
from wellbeing.ticking import tick

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


def _owe(agreed, number, at):
    """Somebody whose interview is in the log and whose offer is not made yet."""
    person = join(agreed.study, make_person(f"Person N{number}"), "interviewer")
    make_interview(agreed.study, person, ended=at, code=f"K{number}")
    looks.mark_due(study=agreed.study, people=[person], at=at)
    return person


def _tick_and_die(at, statement):
    """Run the tick in a process of its own that dies before its n-th SQL statement.

    Returns whether it died; False means that the tick had fewer statements.
    """
    connections.close_all()
    child = os.fork()
    if child == 0:
        seen = 0

        def count(execute, sql, params, many, context):
            nonlocal seen
            seen += 1
            if seen == statement:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(count):
            tick(at=at)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def test_the_tick_may_be_killed_before_any_of_its_statements(agreed, at):
    people, statement, died = [], 0, True
    while died:
        statement += 1
        people.append(_owe(agreed, statement, at))
        died = _tick_and_die(at, statement)
        tick(at=at)
    assert statement > 20  # the tick did get as far as writing

    keys = [person.pk for person in people]
    offers = Offer.objects.filter(person__in=keys, rule="after_interview")
    assert Counter(offers.values_list("person", flat=True)) == Counter(keys)
    asked = Invitation.objects.filter(person__in=keys)
    assert Counter(asked.values_list("person", flat=True)) == Counter(keys)
    for templates in (["check_in"], ["time_kept", "offer_open"], ["offer_reminder"]):
        told = Message.objects.filter(person__in=keys, template__in=templates)
        assert Counter(told.values_list("person", flat=True)) == Counter(keys)
    assert offers.filter(time_in_window__isnull=True).count() == 0
    pencils = Booking.objects.filter(person__in=keys, freed_at__isnull=True)
    held = Counter(pencils.values_list("person", flat=True))
    assert max(held.values()) == 1
    assert NextLook.objects.filter(due_at__lte=at).count() == 0
