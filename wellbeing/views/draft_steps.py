"""One view for each thing to do with a draft: send, talk, sign, date. All by POST."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from wellbeing.drafts import comments, signatures, texts
from wellbeing.forms.drafts import AnswerForm, CommentForm, DateForm
from wellbeing.lib import access, clock
from wellbeing.lib.words import date_words
from wellbeing.models import Draft, DraftComment
from wellbeing.standing import person_of
from wellbeing.views.draft_page import REFUSALS, draft_of, draft_page


def _comment_of(draft: Draft, comment_id: UUID) -> DraftComment:
    return get_object_or_404(draft.comments, public_id=comment_id)


def _done(
    request: HttpRequest, draft: Draft, act: Callable[[], object], said: str
) -> HttpResponse:
    """Do one thing, say how it went, and go to the page of the draft."""
    try:
        act()
    except texts.NotReady as refusal:
        messages.warning(request, f"Not yet. {' '.join(refusal.sentences)}")
    except tuple(REFUSALS) as refusal:
        messages.warning(request, REFUSALS[type(refusal)])
    else:
        messages.success(request, said)
    return redirect("draft", draft.public_id)


def _done_or_back(
    request: HttpRequest,
    draft: Draft,
    form: Form,
    act: Callable[[], object],
    said: str,
) -> HttpResponse:
    """Like `_done`, for a form: what was typed stays when it could not be done."""
    if form.is_valid():
        try:
            act()
        except signatures.NotThatDay as refusal:
            first = date_words(refusal.earliest, weekday=False, year=True)
            last = date_words(refusal.latest, weekday=False, year=True)
            form.add_error("active_from", f"Choose a day from {first} to {last}.")
        except tuple(REFUSALS) as refusal:
            form.add_error(None, REFUSALS[type(refusal)])
        else:
            messages.success(request, said)
            return redirect("draft", draft.public_id)
    return draft_page(request, draft, wrong=form)


def _counted(request: HttpRequest) -> int:
    """How many signatures the page has shown; a number that is none never fits."""
    said = request.POST.get("signatures", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 6 else -1


@access.signed_in
@require_POST
def review(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Send it to review."""
    row = draft_of(request, public_id)
    return _done(
        request,
        row,
        lambda: texts.send_to_review(
            draft=row,
            by=person_of(request),
            seen=request.POST.get("seen", ""),
            at=clock.now(),
        ),
        "It is in review. Everybody in the study can comment, object and sign.",
    )


@access.signed_in
@require_POST
def back(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Out of review, to change the text. The page before has said what that costs."""
    row = draft_of(request, public_id)
    return _done(
        request,
        row,
        lambda: texts.take_back(
            draft=row,
            by=person_of(request),
            seen_signatures=_counted(request),
            at=clock.now(),
        ),
        "It is being written again. Comments and objections are still here.",
    )


@access.signed_in
@require_POST
def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = draft_of(request, public_id)
    return _done(
        request,
        row,
        lambda: texts.withdraw(draft=row, by=person_of(request), at=clock.now()),
        "The draft is put away. What was said of it can still be read.",
    )


@access.signed_in
@require_POST
def comment(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = draft_of(request, public_id)
    form = CommentForm(request.POST)
    return _done_or_back(
        request,
        row,
        form,
        lambda: comments.comment(
            draft=row,
            by=person_of(request),
            text=form.cleaned_data["text"],
            objection=form.cleaned_data["objection"],
            at=clock.now(),
        ),
        "Thank you. Everybody in the study can read it.",
    )


@access.signed_in
@require_POST
def answer(request: HttpRequest, public_id: UUID, comment_id: UUID) -> HttpResponse:
    row = draft_of(request, public_id)
    about = _comment_of(row, comment_id)
    form = AnswerForm(request.POST, prefix=str(about.public_id))
    return _done_or_back(
        request,
        row,
        form,
        lambda: comments.answer(
            comment=about,
            by=person_of(request),
            text=form.cleaned_data["text"],
            at=clock.now(),
        ),
        "Your answer is there.",
    )


@access.signed_in
@require_POST
def settle(request: HttpRequest, public_id: UUID, comment_id: UUID) -> HttpResponse:
    row = draft_of(request, public_id)
    about = _comment_of(row, comment_id)
    return _done(
        request,
        row,
        lambda: comments.settle(comment=about, by=person_of(request), at=clock.now()),
        "Your objection is settled. Thank you for raising it.",
    )


@access.signed_in
@require_POST
def sign(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Sign, in one role that the person holds, the text that they have seen."""
    row = draft_of(request, public_id)
    return _done(
        request,
        row,
        lambda: signatures.sign(
            draft=row,
            by=person_of(request),
            constituency=request.POST.get("constituency", ""),
            seen=request.POST.get("seen", ""),
            at=clock.now(),
        ),
        "You have signed. You can take it back until the version has its date.",
    )


@access.signed_in
@require_POST
def unsign(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = draft_of(request, public_id)
    return _done(
        request,
        row,
        lambda: signatures.unsign(draft=row, by=person_of(request), at=clock.now()),
        "Your signature is taken back.",
    )


@access.signed_in
@require_POST
def activate(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Give a signed draft its first day."""
    row = draft_of(request, public_id)
    at = clock.now()
    form = DateForm(request.POST, earliest=signatures.earliest_start(row.study, at))
    return _done_or_back(
        request,
        row,
        form,
        lambda: signatures.activate(
            draft=row,
            by=person_of(request),
            active_from=form.cleaned_data["active_from"],
            ethics_reference=form.cleaned_data["ethics_reference"],
            seen=request.POST.get("seen", ""),
            at=at,
        ),
        "The version has its date. What was agreed before stays here to be read.",
    )
