"""`/log/coding/`, `/log/recording/`, `/log/meeting/`: work that is no interview.

Each page is there for those who do that work in a study whose protocol in force names
it; others are led to the page that is theirs. The offer comes as the protocol counts.
"""

from datetime import datetime
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from wellbeing import activities, facts
from wellbeing.activities import Entry
from wellbeing.forms.coding import (
    CodingForm,
    MeetingForm,
    RecordingForm,
    WorkLogForm,
    roles_of,
)
from wellbeing.forms.log import LogContext
from wellbeing.lib import access, clock
from wellbeing.models import Activity, ProtocolVersion
from wellbeing.people.models import User
from wellbeing.protocol.rules import ActivityPart
from wellbeing.standing import person_of

PAGES = {
    "coding": ("log_coding", "Log coding", CodingForm),
    "transcription": ("log_recording", "Log a recording", RecordingForm),
    "analysis_meeting": ("log_meeting", "Log an analysis meeting", MeetingForm),
}


@access.exposed_only
@require_http_methods(["GET", "HEAD", "POST"])
def log_coding(request: HttpRequest) -> HttpResponse:
    """A transcript that has been coded, alone or together."""
    return _log(request, "coding")


@access.exposed_only
@require_http_methods(["GET", "HEAD", "POST"])
def log_recording(request: HttpRequest) -> HttpResponse:
    """A recording that has been transcribed."""
    return _log(request, "transcription")


@access.exposed_only
@require_http_methods(["GET", "HEAD", "POST"])
def log_meeting(request: HttpRequest) -> HttpResponse:
    """A meeting about the analysis, for everybody who was there."""
    return _log(request, "analysis_meeting")


def first_log_page(request: HttpRequest, at: datetime) -> str:
    """The name of the first of these pages that is the person's; `log` without one."""
    found = (PAGES[kind][0] for kind in PAGES if _context(request, kind, at))
    return next(found, "log")


def _log(request: HttpRequest, kind: str) -> HttpResponse:
    at = clock.now()
    context = _context(request, kind, at)
    if context is None:
        return redirect(first_log_page(request, at))
    _, title, form_class = PAGES[kind]
    form: WorkLogForm = form_class(
        request.POST or None,
        context=context,
        initial={
            "when": "now",
            "submission": uuid4(),
            "how": "alone",
            "reading": "first",
            "closed": True,
        },
    )
    if form.is_bound and form.is_valid():
        return _saved(request, form.cleaned_data["entry"], context.person, at)
    others = [one for one in PAGES if one != kind and _context(request, one, at)]
    return render(
        request,
        "wellbeing/log_coding.html",
        {
            "form": form,
            "title": title,
            "zone": context.study.time_zone,
            "other_pages": [PAGES[one][:2] for one in others],
        },
        status=422 if form.is_bound else 200,
    )


def _saved(request: HttpRequest, entry: Entry, by: User, at: datetime) -> HttpResponse:
    there = _logged_with_me(entry, by)
    if there is not None:
        messages.info(request, "A colleague has logged this meeting, with you in it.")
        return redirect("activity", there.public_id)
    logged = activities.log_interview(entry=entry, by=by, answer="", wish=None, at=at)
    return redirect("activity", logged.activity.public_id)


def _logged_with_me(entry: Entry, by: User) -> Activity | None:
    """The same meeting in the log of a colleague. Two rows for one meeting would count
    it twice for everybody."""
    if entry.kind != Activity.Kind.ANALYSIS_MEETING:
        return None
    rows = Activity.objects.done().filter(
        study=entry.study,
        kind=entry.kind,
        exposures__person=by,
        starts_at__lt=entry.ends_at,
        ends_at__gt=entry.starts_at,
    )
    return rows.exclude(logged_by=by).first()


def _context(request: HttpRequest, kind: str, at: datetime) -> LogContext | None:
    roles = roles_of(kind)
    standing = request.standing  # type: ignore[attr-defined]
    for study in standing.studies(*roles):
        version = ProtocolVersion.objects.in_force(study, at)
        parts = facts.document_of(version).activities if version else {}
        named = {str(one): part for one, part in parts.items()}
        if kind not in named:
            continue
        held = {row.role for row in standing.memberships if row.study_id == study.pk}
        mine = frozenset(held & {str(role) for role in named[kind].roles})
        return LogContext(
            study,
            person_of(request),
            mine,
            named[kind],
            planned=[],
            at=at,
            kind=kind,
            others=[one for one in named if one != kind],
            closing_round=_closing_round(parts.get("group_coding")),
        )
    return None


def _closing_round(together: ActivityPart | None) -> int | None:
    return together.closing_round if together else None
