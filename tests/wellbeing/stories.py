"""Short words for the tests of this folder."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import yaml
from django.apps import apps

from sessions.models import Booking
from tests.flows.conftest import AGREED, PROTOCOL
from wellbeing import activities, offers, studies
from wellbeing.activities import Entry
from wellbeing.models import Offer

LONDON = ZoneInfo("Europe/London")
PARTS = yaml.safe_load(PROTOCOL)


def sept(day, hour, minute=0):
    """A time in September 2026 as the clock shows it in London."""
    return datetime(2026, 9, day, hour, minute, tzinfo=LONDON).astimezone(UTC)


def logged(team, at, *, person=None, code="209", minutes=60, answer="", others=()):
    """An interview that ended at `at` and was logged then; its author's offer."""
    person = person or team.ada
    entry = Entry(
        study=team.study,
        role="interviewer",
        code=code,
        starts_at=at - timedelta(minutes=minutes),
        ends_at=at,
        mode="teams",
        companion=None,
        others=others,
        submission=uuid4(),
    )
    done = activities.log_interview(
        entry=entry, by=person, answer=answer, wish=None, at=at
    )
    offer = activities.offer_about(done.activity, person)
    return Offer.objects.select_related(
        "booking__supporter__person", "version", "study", "person"
    ).get(pk=offer.pk)


def asked(team, at, *, person=None, holder=None, note="", submission="one"):
    return offers.ask(
        study=team.study,
        person=person or team.ada,
        holder=holder or team.dr_jo,
        kind="debrief",
        modes=["phone"],
        note=note,
        at=at,
        submission=submission,
    )


def take(team, at, *, start, supporter=None, person=None, kind="debrief", offer=None):
    return offers.take(
        study=team.study,
        person=person or team.ada,
        offer=offer,
        supporter=supporter or team.dr_jo,
        kind=kind,
        start=start,
        mode="phone",
        at=at,
    )


def fill(team, supporter, person, start, end, at):
    """A supporter's time that somebody else has agreed already."""
    return Booking.objects.create(
        supporter=supporter,
        person=person,
        kind="debrief",
        starts_at=start,
        ends_at=end,
        mode="phone",
        made_at=at,
        agreed_at=at,
    )


def changed(**parts):
    """The protocol with some of its parts put in place of what stood there."""
    return yaml.safe_dump(PARTS | parts, sort_keys=False)


def adopt(study, text, *, at=AGREED, active_from=None):
    return studies.add_version(
        study=study, text=text, reason="Agreed.", active_from=active_from or at, at=at
    )


def rows_of_every_table():
    """How many rows each table holds, by its label."""
    return {
        model._meta.label: model._base_manager.count() for model in apps.get_models()
    }


def text_of(response):
    """What stands on a page, with runs of space made one."""
    return " ".join(response.content.decode().replace("\u00a0", " ").split())
