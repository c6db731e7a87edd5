"""Reminder bugs that users of other systems reported, and that ours must not have.

The tenth, that a time which went by is told kindly and can still be answered, is turned
round here: an offer that went by is not mentioned, and the standing offer stays.
Those that need no story stand where their subject stands; see `ELSEWHERE`.
"""

import importlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from notifications import delivery
from notifications.models import Message, State
from tests.flows.conftest import PROTOCOL
from tests.wellbeing.stories import logged
from tests.wellbeing.test_studies import adopt
from wellbeing import offers
from wellbeing.people.models import Contact
from wellbeing.ticking import tick

ELSEWHERE = {
    "1, already in a worker's hand": (
        "tests.notifications.test_acceptance"
        ".test_what_was_answered_is_not_reminded_of_though_a_sender_holds_it"
    ),
    "3, a start next week": (
        "tests.notifications.test_acceptance"
        ".test_a_message_is_not_of_use_before_it_is_owed"
    ),
    "4, the wall clock over a change": (
        "tests.checkins.test_invitations"
        ".test_asking_again_keeps_the_hour_when_the_clocks_change"
    ),
    "4, once a month": (
        "tests.protocol.test_happenings"
        ".test_once_a_month_comes_ten_days_into_it_on_the_wall_clock"
    ),
    "6, after an outage": (
        "tests.notifications.test_acceptance"
        ".test_9_after_three_hours_of_outage_each_reminder_goes_at_most_once"
    ),
    "7, never two answers": (
        "tests.checkins.test_answers.test_twenty_saves_at_once_make_one_answer"
    ),
    "9, why and why not": (
        "tests.notifications.test_chosen"
        ".test_the_page_says_why_each_message_was_or_was_not_sent"
    ),
}


@pytest.mark.parametrize("number", ELSEWHERE)
def test_what_stands_elsewhere_is_there(number):
    module, _, name = ELSEWHERE[number].rpartition(".")
    assert callable(getattr(importlib.import_module(module), name))


def _send(at):
    return delivery.send_due(clock=lambda: at)


def test_1_an_answer_takes_every_reminder_back(agreed, at):
    offer = logged(agreed, at)
    assert Message.objects.not_yet_sent().filter(group=offers_group(offer)).exists()
    offers.decline(offer=offer, by=agreed.ada, at=at)
    rows = Message.objects.filter(group=offers_group(offer))
    assert set(rows.values_list("state", flat=True)) == {State.CANCELLED}


def offers_group(offer):
    return f"offer:{offer.public_id}"


def test_2_a_new_version_of_the_protocol_sends_nothing_again(agreed, at):
    logged(agreed, at)
    tick(at=at)
    _send(at)
    before = list(Message.objects.order_by("pk").values_list("pk", "state"))
    adopt(agreed.study, PROTOCOL, at=at)
    later = at + timedelta(minutes=5)
    tick(at=later)
    _send(later)
    keys = set(Message.objects.order_by("pk").values_list("pk", "state"))
    sent = {row for row in before if row[1] == State.ACCEPTED}
    assert sent <= keys
    again = Message.objects.filter(person=agreed.ada, state=State.ACCEPTED)
    assert again.count() == len([pk for pk, state in before if state == State.ACCEPTED])


def test_5_the_reminder_of_an_open_offer_comes_once_and_only_while_it_is_open(
    agreed, at
):
    logged(agreed, at)
    for hours in range(0, 24 * 8, 6):
        moment = at + timedelta(hours=hours)
        tick(at=moment)
        _send(moment)
    reminders = Message.objects.filter(person=agreed.ada, template="offer_reminder")
    assert list(reminders.values_list("state", "attempts")) == [(State.ACCEPTED, 1)]


@pytest.mark.parametrize("field", [one.name for one in Contact._meta.fields])
def test_8_what_a_person_can_set_is_used_by_something(field):
    """Beside the model, its form and its migrations, somebody must ask for it."""
    root = Path(settings.BASE_DIR)
    sources = [*root.glob("notifications/**/*.py"), root / "wellbeing/phone.py"]
    words = "".join(
        path.read_text() for path in sources if "migrations" not in path.parts
    )
    model = (root / "wellbeing/people/models.py").read_text()
    asked = model.partition("def email_is_suspended")[2]
    assert f".{field}" in words + asked
