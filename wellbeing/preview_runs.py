"""A preview that is too long for a page: the worker counts it, some people at a time.

The row is the memory. A slice adds people to it in one conditional update, so a worker
that is killed loses at most the seconds since then, and two workers never count one
person twice.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db.models import Q, QuerySet

from notifications import wake
from wellbeing.drafts import texts
from wellbeing.models import Activity, Draft, PreviewRun, Study
from wellbeing.previews import Again, Counted, Preview, report
from wellbeing.protocol.reading import read
from wellbeing.protocol.replay import Tally

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]

# So many activities are played again in about a second, inside the page.
AT_ONCE = 2000
# Longer than so many people take, so that a living worker keeps its claim.
CLAIMED_FOR = timedelta(seconds=120)
# So many people are read, played again and written down at a time.
TOGETHER = 5


def is_long(*, study: Study, since: datetime, until: datetime) -> bool:
    """Whether the time holds more than a page should wait for. One query."""
    rows = Activity.objects.filter(study=study, withdrawn_at__isnull=True)
    some = rows.filter(ends_at__gte=since, ends_at__lt=until).values("pk")
    return some[: AT_ONCE + 1].count() > AT_ONCE


def ask(*, draft: Draft, since: datetime, until: datetime) -> None:
    """Have the worker count the draft. One that is being counted goes on, and one that
    is done is counted anew. Raises BadProtocol."""
    read(draft.text)
    begin: dict[str, Any] = {
        "text_digest": texts.digest_of(draft.text),
        "since": since,
        "until": until,
        "people": 0,
        "people_done": 0,
        "last_person": 0,
        "activities": 0,
        "before": {},
        "after": {},
        "claim": None,
        "claimed_until": None,
        "done_at": None,
        "failed_at": None,
    }
    run, made = PreviewRun.objects.get_or_create(draft=draft, defaults=begin)
    if not made:
        over = Q(done_at__isnull=False) | Q(failed_at__isnull=False)
        other_text = ~Q(text_digest=begin["text_digest"])
        PreviewRun.objects.filter(over | other_text, pk=run.pk).update(**begin)
    wake.ring("wellbeing.tasks.count_previews")


def run_of(draft: Draft) -> PreviewRun | None:
    """The counting of the draft's text as it stands now."""
    digest = texts.digest_of(draft.text)
    return PreviewRun.objects.filter(draft=draft, text_digest=digest).first()


def preview_of(run: PreviewRun, *, at: datetime) -> Preview:
    """What has been counted, as the page shows it."""
    draft = run.draft
    return report(
        study=draft.study,
        draft=read(draft.text),
        since=run.since,
        until=run.until,
        counted=_counted(run),
        at=at,
    )


def count_some(*, clock: Clock, seconds: float) -> bool:
    """Count whatever waits for about so long. Whether there is more to do.

    A text that changed since is not worth counting; it is left out and forgotten.
    """
    stop_at = time.monotonic() + seconds
    while time.monotonic() < stop_at:
        run = _claim(clock())
        if run is None:
            return False
        try:
            _slice(run, clock, stop_at)
        except Exception:
            # Never the text of the error on a page: it may hold a name.
            log.exception("A preview could not be counted.")
            _mine(run).update(failed_at=clock(), claim=None)
    return _waiting(clock()).exists()


def _waiting(at: datetime) -> "QuerySet[PreviewRun]":
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=at)
    return PreviewRun.objects.filter(free, done_at__isnull=True, failed_at__isnull=True)


def _claim(at: datetime) -> PreviewRun | None:
    """The one that was asked for first and that nobody holds. Two workers that see the
    same row: the update lets one of them have it."""
    for key in _waiting(at).order_by("until", "pk").values_list("pk", flat=True)[:5]:
        token = uuid4()
        taken = _waiting(at).filter(pk=key)
        if taken.update(claim=token, claimed_until=at + CLAIMED_FOR):
            rows = PreviewRun.objects.filter(claim=token)
            return rows.select_related("draft__study").first()
    return None


def _mine(run: PreviewRun) -> "QuerySet[PreviewRun]":
    """The row while this worker holds it, and while it is about the same text."""
    return PreviewRun.objects.filter(pk=run.pk, claim=run.claim)


def _slice(run: PreviewRun, clock: Clock, stop_at: float) -> None:
    if run.text_digest != texts.digest_of(run.draft.text):
        _mine(run).delete()
        return
    again = Again(
        study=run.draft.study,
        text=run.draft.text,
        since=run.since,
        until=run.until,
    )
    counted = _counted(run) if run.last_person else again.begun()
    left = [person for person in again.people if person > run.last_person]
    counted.people = len(again.people)
    while left:
        now, left = left[:TOGETHER], left[TOGETHER:]
        again.play(now, counted)
        if not _save(run, counted, now[-1], len(again.people) - len(left), clock()):
            return
        if time.monotonic() >= stop_at:
            break
    _give_back(run, clock(), done=not left)


def _save(
    run: PreviewRun, counted: Counted, person: int, done: int, at: datetime
) -> bool:
    """Write how far it is, in one update. False when another worker has it by now."""
    return bool(
        _mine(run).update(
            people=counted.people,
            activities=counted.activities,
            people_done=done,
            last_person=person,
            before=_kept(counted.before),
            after=_kept(counted.after),
            claimed_until=at + CLAIMED_FOR,
        )
    )


def _give_back(run: PreviewRun, at: datetime, *, done: bool) -> None:
    ended = {"done_at": at} if done else {}
    _mine(run).update(claim=None, claimed_until=None, **ended)


# --- sums as rows keep them ----------------------------------------------------------


def _counted(run: PreviewRun) -> Counted:
    return Counted(
        people=run.people,
        activities=run.activities,
        before=_tally(run.before),
        after=_tally(run.after),
    )


def _kept(tally: Tally) -> dict[str, Any]:
    """JSON has no keys of several words, so the minutes become pairs."""
    pairs = [[list(roles), minutes] for roles, minutes in tally.minutes.items()]
    return vars(tally) | {"minutes": pairs}


def _tally(kept: dict[str, Any]) -> Tally:
    if not kept:
        return Tally()
    minutes = Counter({tuple(roles): length for roles, length in kept["minutes"]})
    return Tally(**(kept | {"minutes": minutes}))
