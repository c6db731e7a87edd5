"""Importing a log: choose a file, see what would come of it, bring it in, take it back.

Nothing is written before the last press. The preview is shown in answer to a post,
because the file itself has no address (see `wellbeing.imports.carried`).
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from wellbeing.imports import batches, carried
from wellbeing.imports.compare import Preview
from wellbeing.imports.forms import FileForm
from wellbeing.imports.headings import CODING, INTERVIEWS
from wellbeing.lib import access, clock
from wellbeing.lib.words import zone_words
from wellbeing.models import Activity, ImportBatch, Role, Study
from wellbeing.people.models import User

ROWS_ON_A_PAGE = 50
EARLIER_SHOWN = 20
TOO_LONG_AGO = "That page was open for too long. Choose the file again, please."
BUSY = "Somebody is bringing a file in at this moment. Try again in a minute."


@access.coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def study_import(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """`/studies/<id>/import/`: the file, then the preview, then the press."""
    study = _study(request, public_id)
    if request.method != "POST":
        return _choose(request, study, FileForm())
    if "carried" in request.POST:
        return _go_on(request, study)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _choose(request, study, form)
    upload = form.cleaned_data["file"]
    data, name = upload.read(), upload.name or ""
    found = batches.preview(study=study, data=data, file_name=name, at=clock.now())
    if not found.kind:
        for problem in found.problems:
            form.add_error("file", str(problem))
        return _choose(request, study, form)
    packed = carried.pack(data=data, file_name=name, study=study, person=_user(request))
    return _show(request, study, found, packed)


@access.coordinators_only
@require_safe
def study_import_batch(
    request: HttpRequest, public_id: UUID, batch_id: UUID
) -> HttpResponse:
    """What one import brought in, and one button that takes it all back."""
    study = _study(request, public_id)
    batch = get_object_or_404(_batches(study), public_id=batch_id)
    kind = batch.activities.values_list("kind", flat=True).first()
    people = User.objects.filter(pk__in=batch.people_added).order_by("name")
    return render(
        request,
        "wellbeing/import_batch.html",
        {
            "study": study,
            "batch": batch,
            "what": _kind_words(kind or "", batch.brought),  # type: ignore[attr-defined]
            "people": people,
        },
    )


@access.coordinators_only
@require_POST
def study_import_undo(
    request: HttpRequest, public_id: UUID, batch_id: UUID
) -> HttpResponse:
    """Take one import back."""
    study = _study(request, public_id)
    batch = get_object_or_404(_batches(study), public_id=batch_id)
    try:
        undone = batches.undo(batch=batch, at=clock.now())
    except batches.AlreadyUndone:
        messages.info(request, "This import was taken back before.")
    except batches.AnotherImport:
        messages.info(request, BUSY)
    else:
        messages.success(request, _undone_words(undone))
    return redirect("study_import_batch", public_id, batch_id)


def _user(request: HttpRequest) -> User:
    person: User = request.user  # type: ignore[assignment]
    return person


def _study(request: HttpRequest, public_id: UUID) -> Study:
    """The study, when the person coordinates it today; closed ones too."""
    for row in request.standing.memberships:  # type: ignore[attr-defined]
        if row.role == Role.COORDINATOR and row.study.public_id == public_id:
            study: Study = row.study
            return study
    raise Http404


def _batches(study: Study) -> QuerySet[ImportBatch]:
    rows = ImportBatch.objects.filter(study=study).select_related("made_by")
    return rows.annotate(brought=Count("activities")).order_by("-made_at")


def _choose(request: HttpRequest, study: Study, form: FileForm) -> HttpResponse:
    return render(
        request,
        "wellbeing/import.html",
        {
            "study": study,
            "form": form,
            "logs": (INTERVIEWS, CODING),
            "study_zone": zone_words(study.time_zone),
            "earlier": _batches(study)[:EARLIER_SHOWN],
        },
        status=422 if form.errors else 200,
    )


def _go_on(request: HttpRequest, study: Study) -> HttpResponse:
    """From the preview: another page of it, or the press that brings the file in."""
    packed = request.POST["carried"]
    try:
        data, name = carried.unpack(packed, study=study, person=_user(request))
    except carried.NotCarried:
        form = FileForm(request.POST, request.FILES)
        form.add_error("file", TOO_LONG_AGO)
        return _choose(request, study, form)
    if "bring_in" not in request.POST:
        found = batches.preview(study=study, data=data, file_name=name, at=clock.now())
        return _show(request, study, found, packed)
    return _bring_in(request, study, data, name, packed)


def _bring_in(
    request: HttpRequest, study: Study, data: bytes, name: str, packed: str
) -> HttpResponse:
    at = clock.now()
    try:
        done = batches.bring_in(
            study=study,
            data=data,
            file_name=name,
            add_people="add_people" in request.POST,
            by=_user(request),
            at=at,
        )
    except (batches.FileHasProblems, batches.NamesUnknown, batches.AnotherImport) as no:
        found = batches.preview(study=study, data=data, file_name=name, at=at)
        return _show(request, study, found, packed, refused=no)
    if done.added:
        messages.success(request, f"Brought in. {done.added} new.")
    else:
        messages.info(request, "Everything in this file was here already.")
    if done.batch is None:
        return redirect("study_import", study.public_id)
    return redirect("study_import_batch", study.public_id, done.batch.public_id)


def _show(
    request: HttpRequest,
    study: Study,
    found: Preview,
    packed: str,
    refused: Exception | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "study": study,
        "found": found,
        "what": _kind_words(found.kind, found.new),
        "page": Paginator(found.lines, ROWS_ON_A_PAGE).get_page(
            request.POST.get("page")
        ),
        "carried": packed,
        "add_people": "add_people" in request.POST,
        "names_unticked": isinstance(refused, batches.NamesUnknown),
        "busy": BUSY if isinstance(refused, batches.AnotherImport) else "",
    }
    return render(
        request,
        "wellbeing/import_preview.html",
        context,
        status=422 if refused else 200,
    )


def _kind_words(kind: str, count: int) -> str:
    one = "coded transcript" if kind == Activity.Kind.CODING else "interview"
    return f"{count} {one}{'' if count == 1 else 's'}"


def _undone_words(undone: batches.Undone) -> str:
    said = f"Taken back: {undone.activities} from the log"
    if undone.people:
        said += f", and {undone.people} of the people whom it added"
    if undone.people_kept:
        said += (
            f". {undone.people_kept} of them stay, since there is more to their name"
        )
    return f"{said}."
