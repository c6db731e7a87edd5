"""Putting a log right: for whoever logged it, and for the study's coordinators."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from wellbeing import also_there, corrections, facts
from wellbeing.forms.corrections import CorrectForm
from wellbeing.lib import access, clock
from wellbeing.models import Activity, ProtocolVersion
from wellbeing.people.models import User
from wellbeing.protocol.rules import ActivityPart
from wellbeing.standing import person_of
from wellbeing.views.log import own_activity

MOVED = "Somebody has changed this meanwhile. Here it is as it stands now."
CLOSED = "The study is closed, so its log stands as it is."


@access.signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """`/activities/<id>/correct/`: its facts in fields."""
    at, person = clock.now(), person_of(request)
    row = _correctable(public_id, person, at)
    own = corrections.logged_it(activity=row, person=person)
    form = CorrectForm(
        request.POST if request.method == "POST" else None,
        row=row,
        part=_part(row),
        own=own,
        seen=corrections.seen(row),
        at=at,
    )
    if form.is_bound and form.is_valid():
        return _correct(request, row, form, own, at)
    context = {
        "form": form,
        "activity": row,
        "own": own,
        "zone": row.study.time_zone,
        "history": row.corrections.select_related("by").order_by("-at", "-pk"),
    }
    status = 422 if form.errors else 200
    return render(request, "wellbeing/correct.html", context, status=status)


@access.signed_in
@require_POST
def take_out(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a log out for good."""
    at, person = clock.now(), person_of(request)
    row = _correctable(public_id, person, at)
    own = corrections.logged_it(activity=row, person=person)
    try:
        corrections.take_out(activity=row, by=person, at=at)
    except corrections.Moved:
        messages.info(request, "It was no longer in the log.")
    except corrections.StudyClosed:
        messages.info(request, CLOSED)
    else:
        messages.success(request, "Taken out of the log. A time that was kept stays.")
    return (
        redirect("my_activities") if own else redirect("study_log", row.study.public_id)
    )


@access.signed_in
@require_POST
def not_there(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Somebody was named by a colleague and was not there."""
    person = person_of(request)
    row = own_activity(public_id, person)
    try:
        corrections.was_not_there(activity=row, person=person, at=clock.now())
    except corrections.StudyClosed:
        messages.info(request, CLOSED)
        return redirect("activity", public_id)
    messages.success(request, "Done. It is no longer among what you did.")
    return redirect("my_activities")


@access.signed_in
@require_POST
def there_too(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The answer to "was somebody else there?": a name, or nobody."""
    at, by = clock.now(), person_of(request)
    row = own_activity(public_id, by)
    if not corrections.logged_it(activity=row, person=by):
        raise Http404
    role, answer = also_there.asked_about(activity=row), request.POST.get("who", "")
    people = also_there.who_could(activity=row, role=role) if role else []
    chosen = {str(one.public_id): one for one in people}.get(answer)
    if role and chosen:
        return _named(request, row, chosen, role, at)
    if answer == also_there.NOBODY:
        also_there.nobody_else(activity=row, at=at)
        messages.success(request, "Thank you. The log stands as it is.")
    elif role:
        messages.info(request, "Choose a name, or “Nobody else”. You can leave it too.")
    return redirect("activity", public_id)


def _named(
    request: HttpRequest, row: Activity, person: User, role: str, at: datetime
) -> HttpResponse:
    try:
        corrections.was_there_too(
            activity=row, person=person, role=role, by=person_of(request), at=at
        )
    except corrections.Moved:
        messages.info(request, MOVED)
    except corrections.StudyClosed:
        messages.info(request, CLOSED)
    else:
        messages.success(request, f"{person.name} is in the log too.")
    return redirect("activity", row.public_id)


def _correctable(public_id: UUID, person: User, at: datetime) -> Activity:
    """The activity, for somebody who may put it right; else 404."""
    rows = Activity.objects.done().select_related("study")
    row = get_object_or_404(rows, public_id=public_id)
    if not corrections.may_correct(activity=row, person=person, at=at):
        raise Http404
    return row


def _part(row: Activity) -> ActivityPart | None:
    """What the protocol in force at the time says of this kind of activity."""
    version = ProtocolVersion.objects.in_force(row.study, row.ends_at)
    parts = facts.document_of(version).activities if version else {}
    return {str(kind): part for kind, part in parts.items()}.get(row.kind)


def _correct(
    request: HttpRequest, row: Activity, form: CorrectForm, own: bool, at: datetime
) -> HttpResponse:
    try:
        corrections.correct(
            activity=row,
            by=person_of(request),
            facts=form.cleaned_data["facts"],
            seen=form.cleaned_data["seen"],
            at=at,
        )
    except corrections.Moved:
        messages.info(request, MOVED)
        return redirect("correct", row.public_id)
    except corrections.StudyClosed:
        messages.info(request, CLOSED)
    else:
        messages.success(request, "Put right.")
    if own:
        return redirect("activity", row.public_id)
    return redirect("study_log", row.study.public_id)
