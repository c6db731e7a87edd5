"""What somebody is told before they take a piece of work on: the content note first."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from wellbeing.models import WorkItem
from wellbeing.people.models import User
from wellbeing.protocol import giving, load
from wellbeing.protocol.load import Done
from wellbeing.queue import terms
from wellbeing.queue.refusals import NotAsked


@dataclass(frozen=True)
class Note:
    """What a page shows of a piece, before anything else and after.

    `answers` are the choices that stand open now. `pace` is how heavy material is
    better taken, `hour` that now is not such an hour.
    """

    item: WorkItem
    answers: list[str]
    paused: bool
    pace: str = ""
    hour: str = ""
    quiet_place: str = ""


def note_of(item: WorkItem, person: User, at: datetime) -> Note:
    paused = terms.is_paused_for(item.study, person, at)
    try:
        said = terms.terms_of(item.study, at)
    except NotAsked:
        # A protocol that gives no work any more still lets everything be given back.
        return Note(item, ["back"], paused)
    choices: list[str] = list(said.given.choices)
    hours = said.document.heavy_hours if item.level == giving.HEAVY else None
    now = Done(at, at + timedelta(minutes=1))
    told = load.heavy_hours(said.document, item.level, now)
    return Note(
        item,
        _answers(item, choices, paused),
        paused,
        pace=giving.pace_words(hours) if hours else "",
        hour=told[0].sentence if told else "",
        quiet_place=said.given.quiet_place or "",
    )


def _answers(item: WorkItem, choices: list[str], paused: bool) -> list[str]:
    """Giving back is always open; taking on is not while the queue is on hold."""
    found = ["back"]
    if "not_this_topic" in choices and item.topic_id is not None:
        found.append("not_this_topic")
    if paused:
        return found
    if item.taken_at is None and "take" in choices:
        found.append("take")
    if "swap" in choices:
        found.append("swap")
    if "split" in choices and not item.part:
        found.append("split")
    return found
