"""A draft of the protocol: its page, and one view for each thing to do with it."""

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import (
    require_http_methods,
    require_safe,
)

from wellbeing import preview_runs, previews
from wellbeing.drafts import rights, texts
from wellbeing.drafts.leaves import Unreadable
from wellbeing.forms.drafts import (
    StartForm,
    TextForm,
)
from wellbeing.lib import access, clock
from wellbeing.models import Draft, PreviewRun, Study
from wellbeing.protocol.values import BadProtocol
from wellbeing.standing import person_of
from wellbeing.views.draft_page import REFUSALS, draft_of, draft_page

PLAYED_AGAIN = timedelta(days=365)


@access.signed_in
@require_safe
def draft(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """`/protocol/draft/<id>/`: for everybody in the study, from the first word."""
    return draft_page(request, draft_of(request, public_id))


@access.signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Begin a draft with one sentence: what changes, and why."""
    at = clock.now()
    sent = request.POST if request.method == "POST" else None
    study = _study_to_write(request, at)
    form = StartForm(sent)
    if sent is not None and form.is_valid():
        try:
            made = texts.start(
                study=study,
                by=person_of(request),
                reason=form.cleaned_data["reason"],
                begin_with=form.cleaned_data["begin_with"],
                at=at,
            )
        except tuple(REFUSALS) as refusal:
            form.add_error(None, REFUSALS[type(refusal)])
        else:
            return redirect("draft_edit", made.public_id)
    context = {
        "form": form,
        "study": study,
        "there": texts.open_draft(study),
        "newest": texts.newest_version(study),
    }
    status = 422 if form.errors else 200
    return render(request, "wellbeing/draft_new.html", context, status=status)


def _study_to_write(request: HttpRequest, at: datetime) -> Study:
    """The study that is named, or the first in which the person may write."""
    studies = request.standing.studies(*rights.WRITING)  # type: ignore[attr-defined]
    named = request.POST.get("study") or request.GET.get("study")
    for study in studies:
        if named in {None, "", str(study.public_id)}:
            return study  # type: ignore[no-any-return]
    raise Http404


@access.signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The text in fields and whole. Saving checks all of it, or saves nothing."""
    row = draft_of(request, public_id)
    roles = rights.roles_of(row.study, person_of(request), clock.now())
    if not roles & rights.WRITING:
        raise Http404
    if row.version or row.withdrawn_at or row.sent_at:
        return render(request, "wellbeing/draft_locked.html", _locked(row), status=200)
    form = _text_form(request, row)
    if request.method == "POST" and form.is_valid() and _saved(request, row, form):
        messages.success(request, "Saved.")
        return redirect("draft", row.public_id)
    context = {"form": form, "draft": row, "study": row.study, "moved": False}
    if form.errors:
        context["moved"] = form.data.get("seen") != texts.digest_of(row.text)
        form.data = {**form.data.dict(), "seen": texts.digest_of(row.text)}  # type: ignore[attr-defined]
    status = 422 if form.errors else 200
    return render(request, "wellbeing/draft_edit.html", context, status=status)


def _locked(row: Draft) -> dict[str, object]:
    signed = list(row.signatures.select_related("person").order_by("signed_at"))
    return {"draft": row, "study": row.study, "signed": signed}


def _text_form(request: HttpRequest, row: Draft) -> TextForm:
    """Bound when something was sent. A text that is not YAML gives no fields."""
    sent = request.POST if request.method == "POST" else None
    initial = {
        "reason": row.reason,
        "text": row.text,
        "seen": texts.digest_of(row.text),
    }
    try:
        return TextForm(sent, base=row.text, initial=initial)
    except Unreadable:
        return TextForm(sent, base="{}", initial=initial)


def _saved(request: HttpRequest, row: Draft, form: TextForm) -> bool:
    data = form.cleaned_data
    try:
        texts.change_text(
            draft=row,
            by=person_of(request),
            text=data["text"],
            reason=data["reason"],
            seen=data["seen"],
            at=clock.now(),
        )
    except BadProtocol as problem:
        form.add_problems(problem)
    except tuple(REFUSALS) as refusal:
        form.add_error(None, REFUSALS[type(refusal)])
    return not form.errors


@access.signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The past year, played again under the draft. Counts, never answers. A short one
    is shown at once; a long one is asked for by POST and counted by the worker."""
    row = draft_of(request, public_id)
    at = clock.now()
    since = at - PLAYED_AGAIN
    long = preview_runs.is_long(study=row.study, since=since, until=at)
    try:
        if request.method == "POST":
            if long:
                preview_runs.ask(draft=row, since=since, until=at)
            return redirect("draft_preview", row.public_id)
        if long:
            return _long_preview(request, row, at)
        found = previews.preview(
            study=row.study, text=row.text, since=since, until=at, at=at
        )
    except BadProtocol:
        messages.info(request, "The text has to be readable first.")
        return redirect("draft", row.public_id)
    return _figures(request, row, found, None)


def _long_preview(request: HttpRequest, row: Draft, at: datetime) -> HttpResponse:
    """What the worker has counted; how far it is; or the button that asks for it."""
    run = preview_runs.run_of(row)
    if run and run.done_at:
        return _figures(request, row, preview_runs.preview_of(run, at=at), run)
    context = {"draft": row, "study": row.study, "run": run}
    return render(request, "wellbeing/draft_preview_wait.html", context)


def _figures(
    request: HttpRequest,
    row: Draft,
    found: previews.Preview,
    run: PreviewRun | None,
) -> HttpResponse:
    context = {"draft": row, "study": row.study, "preview": found, "run": run}
    return render(request, "wellbeing/draft_preview.html", context)
