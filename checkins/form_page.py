"""The form of one check-in, shown and taken, whichever door the person came by."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters

from checkins import answers, instruments, own_forms
from checkins.instruments import Answers, Form
from checkins.models import Answer, Invitation
from wellbeing.people.models import User
from wellbeing.vault import sealing


@dataclass(frozen=True)
class Door:
    """Where the form is posted to, and where its other ways out lead.

    `usual` is the public id of the reader whom the person chose for the next ones. A
    mailed link leaves it empty and is not `signed_in`: it reads nothing back.
    """

    here: str
    stop: str
    saved: str
    closed: str
    usual: str = ""
    signed_in: bool = False


@sensitive_post_parameters()
def form_page(
    request: HttpRequest, *, invitation: Invitation, door: Door, at: datetime
) -> HttpResponse:
    """Show the form, or take what was posted. Only a POST writes."""
    if request.method != "POST":
        form = _form(invitation, door)
        return _show(request, invitation, door, form, _ticked_before(form))
    if request.POST.get("do") == "skip":
        return _skip(request, invitation, door, at)
    return _save(request, invitation, door, at)


def _save(
    request: HttpRequest, invitation: Invitation, door: Door, at: datetime
) -> HttpResponse:
    form = _form(invitation, door)
    said = instruments.clean(form, dict(request.POST.lists()))
    if said.errors:
        return _show(request, invitation, door, form, said, status=422)
    share, reader = _who_may_see(invitation, said)
    try:
        answer = answers.save(
            invitation=invitation,
            person=invitation.person,
            answers=said,
            share=share,
            share_with=reader,
            again=said.one(instruments.AGAIN),
            at=at,
        )
    except answers.NotOpen:
        return redirect(door.closed)
    messages.success(request, _saved_words(answer, door))
    return redirect(door.saved)


def _skip(
    request: HttpRequest, invitation: Invitation, door: Door, at: datetime
) -> HttpResponse:
    try:
        answers.skip(invitation=invitation, person=invitation.person, at=at)
    except answers.NotOpen:
        return redirect(door.closed)
    messages.success(request, "Left out. That is fine, and nobody is told.")
    return redirect(door.closed)


def _saved_words(answer: Answer, door: Door) -> str:
    """What is so now; after a second post, what the first one said."""
    if not door.signed_in:
        return "Saved. Only you can see it, and whoever you chose to show it to."
    readers = sealing.readers_of(records=[answer.record])[answer.record_id]
    if not readers:
        return "Saved. Only you can see it."
    return f"Saved. {readers[0].name} can read it. They are not sent a message."


def _form(invitation: Invitation, door: Door) -> Form:
    readers = invitation.readers.filter(is_active=True).order_by("name", "pk")
    return instruments.with_readers(
        own_forms.form_of(invitation.form),
        [(str(reader.public_id), reader.name) for reader in readers],
        usual=door.usual,
    )


def _who_may_see(
    invitation: Invitation, said: Answers
) -> tuple[answers.Share, User | None]:
    """The cleaned choice of readers as a person; only me when nothing was chosen."""
    way, _, public_id = said.one(instruments.SEE).partition(":")
    if not public_id:
        return "me", None
    reader = invitation.readers.filter(public_id=public_id).first()
    return ("person" if way == instruments.STANDING else "once"), reader


def _ticked_before(form: Form) -> Answers:
    return Answers({q.name: [q.usual] for q in form.questions if q.usual})


def _show(
    request: HttpRequest,
    invitation: Invitation,
    door: Door,
    form: Form,
    said: Answers,
    *,
    status: int = 200,
) -> HttpResponse:
    questions: list[dict[str, Any]] = [
        {
            "it": question,
            "ticked": said.values.get(question.name, []),
            "error": said.errors.get(question.name, ""),
        }
        for question in form.questions
    ]
    context = {
        "form": form,
        "questions": questions,
        "has_errors": bool(said.errors),
        "invitation": invitation,
        "door": door,
        "days_kept": answers.DAYS_KEPT,
        "zone": invitation.person.time_zone,
    }
    return render(request, "checkins/form.html", context, status=status)
