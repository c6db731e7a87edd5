"""`/protocol/`: what the team agreed, its versions, and what people would change."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from wellbeing import facts
from wellbeing.drafts import proposals as wishes
from wellbeing.drafts import reviews, rights, signatures
from wellbeing.drafts.comments import open_objections
from wellbeing.forms.drafts import DecideForm, ProposeForm
from wellbeing.lib import access, clock
from wellbeing.models import (
    ChangeProposal,
    Draft,
    Membership,
    ProtocolVersion,
    Signature,
    Study,
)
from wellbeing.people.models import User
from wellbeing.protocol import plain
from wellbeing.protocol.agreed_aloud import signing_words
from wellbeing.protocol.values import BadProtocol
from wellbeing.standing import person_of
from wellbeing.views.draft_page import REFUSALS, told_changes

ON_A_PAGE = 20


@dataclass
class Life:
    """One study's protocol on the page: its versions, newest first, and what is coming.

    `lines` say who is awaited when a draft is in review.
    """

    study: Study
    in_force: ProtocolVersion | None
    versions: list[ProtocolVersion]
    draft: Draft | None = None
    lines: list[signatures.Line] = field(default_factory=list)
    objections: int = 0
    waiting: int = 0
    review: reviews.Review | None = None
    may_write: bool = False
    open: bool = True


@access.signed_in
@require_safe
def protocol(request: HttpRequest) -> HttpResponse:
    """The page. A fixed number of queries, however much there is."""
    at = clock.now()
    memberships: list[Membership] = request.standing.memberships  # type: ignore[attr-defined]
    studies = list({row.study_id: row.study for row in memberships}.values())
    lives = _lives(studies, memberships, at)
    found = [
        (life.study, life.in_force, plain.read_aloud(facts.document_of(life.in_force)))
        for life in lives
        if life.in_force
    ]
    return render(
        request, "wellbeing/protocol.html", {"protocols": found, "lives": lives}
    )


def _lives(
    studies: list[Study], memberships: list[Membership], at: datetime
) -> list[Life]:
    """What there is of each study, in one query for each kind of thing."""
    versions = list(ProtocolVersion.objects.filter(study__in=studies))
    drafts, waiting = _open_drafts(studies), _undecided(studies)
    begun = list(
        Draft.objects.filter(study__in=studies).values_list("study", "made_at")
    )
    lives = []
    for study in studies:
        rows = [version for version in versions if version.study_id == study.pk]
        current = signatures.not_past(rows, at)
        in_force = current[0] if current and current[0].active_from <= at else None
        roles = {row.role for row in memberships if row.study_id == study.pk}
        is_open = not study.closed(at.date())
        life = Life(
            study,
            in_force,
            sorted(rows, key=lambda row: -row.number),
            waiting=waiting.get(study.pk, 0),
            may_write=is_open and bool(roles & rights.WRITING),
            open=is_open,
        )
        if in_force and is_open:
            made = [moment for key, moment in begun if key == study.pk]
            life.review = reviews.review_of(in_force, made, at)
        if draft := drafts.get(study.pk):
            life.draft = draft
            life.objections = len(open_objections(draft.comments.all()))
            life.lines = _lines(draft, current, at)
        lives.append(life)
    return lives


def _undecided(studies: list[Study]) -> dict[int, int]:
    """How many proposals of each study wait for a word, by its key."""
    rows = ChangeProposal.objects.filter(study__in=studies, decided_at=None)
    return dict(rows.order_by().values_list("study").annotate(Count("pk")))


def _open_drafts(studies: list[Study]) -> dict[int, Draft]:
    rows = Draft.objects.filter(study__in=studies, version=None, withdrawn_at=None)
    return {
        row.study_id: row
        for row in rows.prefetch_related("comments", "signatures__person")
    }


def _lines(
    draft: Draft, versions: list[ProtocolVersion], at: datetime
) -> list[signatures.Line]:
    """Who is awaited; nobody while it is written, or while its text does not read."""
    if draft.sent_at is None:
        return []
    try:
        needed = signatures.need_of(draft, versions)
    except BadProtocol:
        return []
    return signatures.ledger(needed, draft.signatures.all(), ())


@access.signed_in
@require_safe
def version(request: HttpRequest, number: int) -> HttpResponse:
    """One version, as it stood, for reading and printing. `?study=` says whose."""
    at = clock.now()
    study = _study_of(request, at, Q(protocol_versions__number=number))
    rows = list(ProtocolVersion.objects.filter(study=study).order_by("number"))
    shown = next(row for row in rows if row.number == number)
    before = next((row for row in reversed(rows) if row.number < number), None)
    document = facts.document_of(shown)
    old = facts.document_of(before) if before else document
    current = signatures.not_past(rows, at)
    later = [row for row in rows if row.active_from > shown.active_from]
    signed = Signature.objects.filter(draft__version=shown).select_related("person")
    context = {
        "study": study,
        "version": shown,
        "before": before,
        "parts": plain.read_aloud(document),
        "changes": told_changes(old, document),
        "in_force": bool(current) and current[0] == shown and shown.active_from <= at,
        "until": min((row.active_from for row in later), default=None),
        "signed": [(one, signing_words(one.constituency)) for one in signed],
        "draft": Draft.objects.filter(version=shown).first(),
    }
    return render(request, "wellbeing/protocol_version.html", context)


@access.signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """Anybody in the study may say what they would change, with their name or not."""
    at = clock.now()
    study = _study_of(request, at)
    form = ProposeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            wishes.propose(
                study=study,
                by=person_of(request),
                named=form.cleaned_data["named"],
                text=form.cleaned_data["text"],
                at=at,
            )
        except tuple(REFUSALS) as refusal:
            form.add_error(None, REFUSALS[type(refusal)])
        else:
            messages.success(request, "Thank you. Everybody in the study can see it.")
            return redirect(f"{reverse('protocol_proposals')}?study={study.public_id}")
    context = {"form": form, "study": study}
    return render(
        request,
        "wellbeing/protocol_propose.html",
        context,
        status=422 if form.errors else 200,
    )


@access.signed_in
@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """What people proposed, newest first, and what became of it."""
    study = _study_of(request, clock.now())
    rows = ChangeProposal.objects.filter(study=study).select_related("by")
    page = Paginator(rows.order_by("-at", "-pk"), ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {"study": study, "page": page, "decides": _decides(request, study)}
    return render(request, "wellbeing/protocol_proposals.html", context)


@access.signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def proposal_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One proposal, and the form with which a coordinator or lead answers it."""
    at = clock.now()
    rows = rights.proposals_of(person_of(request), at).select_related("by", "study")
    found = get_object_or_404(rows, public_id=public_id)
    sent = request.POST if request.method == "POST" else None
    form = DecideForm(sent)
    if sent is not None and form.is_valid():
        try:
            wishes.decide(
                proposal=found,
                by=person_of(request),
                outcome=form.cleaned_data["outcome"],
                at=at,
            )
        except tuple(REFUSALS) as refusal:
            form.add_error(None, REFUSALS[type(refusal)])
        else:
            messages.success(request, "Saved. Everybody in the study can see it.")
            found_in = found.study.public_id
            return redirect(f"{reverse('protocol_proposals')}?study={found_in}")
    context = {
        "form": form,
        "proposal": found,
        "study": found.study,
        "decides": _decides(request, found.study),
    }
    return render(
        request,
        "wellbeing/protocol_proposal.html",
        context,
        status=422 if form.errors else 200,
    )


def _decides(request: HttpRequest, study: Study) -> bool:
    at = clock.now()
    roles = rights.roles_of(study, person_of(request), at)
    return bool(roles & rights.DECIDING) and not study.closed(at.date())


def _study_of(request: HttpRequest, at: datetime, *wanted: Q) -> Study:
    """The study that the address or the form names, or the person's first one; 404
    when it is not theirs or has not what is wanted."""
    person: User = person_of(request)
    rows = rights.studies_of(person, at).filter(*wanted).order_by("pk")
    named = request.POST.get("study") or request.GET.get("study")
    if named:
        try:
            rows = rows.filter(public_id=UUID(named))
        except ValueError:
            raise Http404 from None
    if (study := rows.first()) is None:
        raise Http404
    return study
