"""One pass of everything that time alone brings about. Safe to run twice, or late."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from checkins import texted
from sessions import away, pencils, reaching_out, repeating, requests
from sessions.planner import runs
from wellbeing import alerts, offers, outreach
from wellbeing.drafts import reviews
from wellbeing.reconcile import reconcile_due


@dataclass(frozen=True)
class Ticked:
    """How much one pass found to do."""

    looked_at: int
    released: int
    cover_asked: int
    alerts: int


def tick(*, at: datetime) -> Ticked:
    """Let pencils go whose moment has come, look at whoever is due, ask cover,
    write where a time did not happen.

    Each part commits by itself, so that a crash in one keeps the others.
    """
    released = pencils.release_pencils(at=at)
    offers.settle_answered(at=at)
    # Before the look at people: who leaves a question out has answered it.
    texted.skip_asked(at=at)
    looked_at = reconcile_due(at=at)
    cover_asked = requests.ask_cover(at=at)
    requests.close_past(at=at)
    away.cancel_unanswered(at=at)
    repeating.lay_out_due(at=at)
    outreach.begin_due(at=at)
    reaching_out.write_due(at=at)
    with transaction.atomic():
        alerts.note_unanswered(at=at)
        alerts.note_cancelled_twice(at=at)
        alerts.note_help_list(at=at)
        told = alerts.tell_leads(at=at)
        reviews.remind_of_review(at=at)
    # Last, since a search may take seconds: only what no worker has finished.
    runs.work_through(at=at)
    return Ticked(looked_at, released, cover_asked, told)
