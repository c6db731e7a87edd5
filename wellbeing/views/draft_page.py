"""What the page of a draft shows: gathered once, for whoever opens it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from sessions.locks import LostTheRace
from wellbeing import facts
from wellbeing.drafts import comments, proposals, rights, signatures, texts
from wellbeing.drafts.marks import MarkedPart, Sentence, change, marked
from wellbeing.forms.drafts import AnswerForm, CommentForm, DateForm
from wellbeing.lib import clock
from wellbeing.models import (
    Draft,
    DraftComment,
    Membership,
    ProtocolVersion,
    Signature,
)
from wellbeing.people.models import User
from wellbeing.protocol import plain
from wellbeing.protocol.diff import GONE, NOT_THERE, Change, differences
from wellbeing.protocol.document import Protocol
from wellbeing.protocol.values import BadProtocol
from wellbeing.standing import person_of

MOVED = (
    "The text has been changed since you opened this page. Read it again first, please."
)
REFUSALS: dict[type[Exception], str] = {
    LostTheRace: "Somebody else is busy with this just now. Press again, please.",
    rights.NotYours: "This is for people with another role in the study today.",
    rights.StudyClosed: "The study is over. Its protocol stays here to be read.",
    rights.DraftOver: "This draft is put away, or has become a version.",
    rights.NotInReview: "This draft is being written. It is not in review now.",
    rights.TextMoved: MOVED,
    texts.InReview: "This draft is in review. Take it back first to change it.",
    texts.DraftThere: "The study has a draft already. There is one at a time.",
    texts.SignedMeanwhile: (
        "The signatures have changed since you opened this page. Look again first."
    ),
    comments.AlreadyAnswered: "Somebody has answered this already.",
    comments.NotOwn: "Only the person who objected can say that it is settled.",
    signatures.NotAsked: "No signature is asked for in that role.",
    signatures.AlreadySigned: "You have signed this draft. One person signs once.",
    signatures.StillAwaited: "Signatures are still awaited. Nothing starts before.",
    signatures.ObjectionOpen: "An objection is open. Nothing starts before.",
    proposals.AlreadyDecided: "Somebody has said already what becomes of it.",
}


def draft_of(request: HttpRequest, public_id: UUID) -> Draft:
    """A draft of the person's own studies; 404 for any other, known or not."""
    rows = rights.drafts_of(person_of(request), clock.now())
    return get_object_or_404(
        rows.select_related("study", "version", "written_by"), public_id=public_id
    )


def draft_page(
    request: HttpRequest, draft: Draft, *, wrong: Form | None = None
) -> HttpResponse:
    """The page; 422 when a form on it has a problem."""
    context = context_of(
        draft=draft, person=person_of(request), at=clock.now(), wrong=wrong
    )
    status = 422 if wrong else 200
    return render(request, "wellbeing/draft.html", context, status=status)


def context_of(
    *, draft: Draft, person: User, at: datetime, wrong: Form | None = None
) -> dict[str, Any]:
    """Everything that the template needs. `wrong` is a form that was sent with a
    problem; it stands in its own place, with what was typed."""
    versions = list(ProtocolVersion.objects.filter(study=draft.study))
    current = signatures.not_past(versions, at)
    newest = max(versions, key=lambda row: row.number, default=None)
    base = _base(draft, versions)
    context: dict[str, Any] = {
        "draft": draft,
        "study": draft.study,
        "number": draft.version.number if draft.version else len(versions) + 1,
        "base": base,
        "newest": newest,
        "digest": texts.digest_of(draft.text),
        "writes": False,
        "form": wrong,
    }
    context |= _reading(draft, base)
    context |= _talk(draft, person, at, wrong)
    if context["problems"]:
        return context
    return context | _signing(draft, current, person, at, wrong)


def _base(draft: Draft, versions: list[ProtocolVersion]) -> ProtocolVersion | None:
    """What the draft is compared with: the version agreed last before it."""
    limit = draft.version.number if draft.version else len(versions) + 1
    older = [row for row in versions if row.number < limit]
    return max(older, key=lambda row: row.number, default=None)


def _reading(draft: Draft, base: ProtocolVersion | None) -> dict[str, Any]:
    try:
        document = texts.document_of(draft.text)
    except BadProtocol as problem:
        return {"problems": problem.problems, "parts": [], "changes": []}
    readings = plain.read_aloud(document)
    old = facts.document_of(base) if base else document
    parts: list[MarkedPart] = marked(plain.read_aloud(old), readings)
    changes = told_changes(old, document)
    waiting = draft.sent_at is None and draft.withdrawn_at is None
    findings = texts.findings(draft.text) if waiting else []
    return {"problems": [], "parts": parts, "changes": changes, "findings": findings}


def told_changes(old: Protocol, new: Protocol) -> list[tuple[Change, Sentence]]:
    """Each difference and its words, marked as what goes and what comes."""
    return [
        (
            one,
            change(
                None if one.before == NOT_THERE else one.before,
                None if one.after == GONE else one.after,
            ),
        )
        for one in differences(old, new)
    ]


def _talk(
    draft: Draft, person: User, at: datetime, wrong: Form | None
) -> dict[str, Any]:
    """What is said of it: open objections first, then the rest as it came."""
    rows = draft.comments.select_related("by", "answered_by").order_by("at", "pk")
    held = rights.roles_of(draft.study, person, at)
    is_open = draft.version is None and draft.withdrawn_at is None
    live = is_open and not draft.study.closed(at.date())
    writes = live and bool(held & rights.WRITING)
    all_of_them = [(row, _answer_form(row, wrong)) for row in rows]
    still_open = set(comments.open_objections(row for row, _ in all_of_them))
    sent = wrong if isinstance(wrong, CommentForm) else None
    return {
        "objections": [pair for pair in all_of_them if pair[0] in still_open],
        "comments": [pair for pair in all_of_them if pair[0] not in still_open],
        "talks": live and draft.sent_at is not None,
        "live": live,
        "writes": writes,
        "roles": held,
        "comment_form": sent or CommentForm(),
    }


def _answer_form(row: DraftComment, wrong: Form | None) -> AnswerForm:
    prefix = str(row.public_id)
    if isinstance(wrong, AnswerForm) and wrong.prefix == prefix:
        return wrong
    return AnswerForm(prefix=prefix)


def _signing(
    draft: Draft,
    current: list[ProtocolVersion],
    person: User,
    at: datetime,
    wrong: Form | None,
) -> dict[str, Any]:
    """Who signed and is awaited, what this person can do about it, and the date."""
    signed = list(draft.signatures.select_related("person").order_by("signed_at"))
    members = Membership.objects.on(at.date()).filter(study=draft.study)
    rows = list(members.select_related("person").order_by("person__name"))
    lines = signatures.ledger(signatures.need_of(draft, current), signed, rows)
    mine = next((one for one in signed if one.person_id == person.pk), None)
    held = {row.role for row in rows if row.person_id == person.pk}
    in_review = draft.sent_at is not None and _is_open(draft, at)
    complete = not any(line.missing for line in lines)
    dates = in_review and complete and bool(held & rights.DATING)
    earliest = signatures.earliest_start(draft.study, at) if dates else None
    sent = wrong if isinstance(wrong, DateForm) else None
    return {
        "lines": lines,
        "signed": signed,
        "mine": mine,
        "could_sign": _could_sign(lines, held, mine) if in_review else [],
        "complete": complete,
        "dates": dates,
        "date_form": sent or (DateForm(earliest=earliest) if earliest else None),
    }


def _could_sign(
    lines: list[signatures.Line], held: set[str], mine: Signature | None
) -> list[signatures.Line]:
    return [] if mine else [line for line in lines if line.role in held]


def _is_open(draft: Draft, at: datetime) -> bool:
    closed = draft.study.closed(at.date())
    return draft.version is None and draft.withdrawn_at is None and not closed
