"""The pages of check-ins for somebody who has signed in. All of it is their own."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from checkins import answers, choices
from checkins.form_page import Door, form_page
from checkins.models import Answer, Invitation
from checkins.reading import Shown, shown
from wellbeing.lib import access, clock
from wellbeing.people.models import User
from wellbeing.vault import sealing


@access.signed_in
@require_safe
def check_ins(request: HttpRequest) -> HttpResponse:
    """`/check-ins/`: what is open, what I answered, how I want to go on."""
    person = _person(request)
    mine = Answer.objects.for_person(person)
    context = {
        "open": Invitation.objects.for_person(person)
        .open(clock.now())
        .order_by("closes_at"),
        "earlier": _listed(mine),
        "shown_to_me": _listed(_shown_to(person), readers=False),
        "choice": choices.choice_of(person),
        "days_kept": answers.DAYS_KEPT,
    }
    return render(request, "checkins/check_ins.html", context)


@access.signed_in
@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Pause, stop, start again, or go back to only me. Other words change nothing."""
    person, at = _person(request), clock.now()
    wanted = request.POST.get("do", "")
    if wanted == "pause":
        choices.pause(person=person, at=at)
        said = "Paused, until you start them again. Nobody is told."
    elif wanted == "stop":
        choices.stop(person=person, at=at)
        said = "Stopped. Nobody is told."
    elif wanted == "start":
        choices.start_again(person=person, at=at)
        said = "Started again, from the next one on."
    elif wanted == "only_me":
        choices.show_next_to(person=person, reader=None)
        said = "The next ones start as only you."
    else:
        raise Http404
    messages.success(request, said)
    return redirect("check_ins")


@access.signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """`/check-ins/<id>/`: the form while it is open, then one's own answers."""
    invitation = _own_invitation(request, public_id)
    at = clock.now()
    if request.method == "POST" or invitation.is_open(at):
        door = _door(invitation, choices.choice_of(invitation.person).shared_with)
        return form_page(request, invitation=invitation, door=door, at=at)
    answer = _answers(_person(request)).filter(invitation=invitation).first()
    if answer is None:
        return render(request, "checkins/closed.html", {"invitation": invitation})
    return render(request, "checkins/answer.html", _own_context(answer))


@access.signed_in
@require_safe
def check_in_saved(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Thanks, and what there is, if any of it is wanted."""
    answer = get_object_or_404(
        _answers(_person(request)), invitation__public_id=public_id
    )
    return render(request, "checkins/saved.html", _own_context(answer))


@access.signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask whether to delete one's answers; a POST does it."""
    answer = get_object_or_404(
        _answers(_person(request)), invitation__public_id=public_id
    )
    if request.method != "POST":
        return render(request, "checkins/delete.html", _own_context(answer))
    answers.delete(answer=answer)
    messages.success(request, "Deleted. Nobody can read it any more.")
    return redirect("check_ins")


@access.signed_in
@require_POST
def share(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show one's answers to one more person, or take that back."""
    answer = get_object_or_404(
        _answers(_person(request)), invitation__public_id=public_id
    )
    if reader := _named(request, "show", _could_read(answer)):
        answers.show(answer=answer, reader=reader, at=clock.now())
        said = f"{reader.name} can read it. They are not sent a message."
    elif reader := _named(request, "hide", _can_read(answer)):
        answers.hide(answer=answer, reader=reader)
        said = f"{reader.name} cannot open it any more."
    else:
        raise Http404
    messages.success(request, said)
    return redirect("check_in", public_id)


@access.signed_in
@require_safe
def shared(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """`/check-ins/<id>/shared/`: what somebody chose to show to me."""
    reader = _person(request)
    answer = get_object_or_404(_shown_to(reader), invitation__public_id=public_id)
    context = {"shown": shown(answer, reader=reader)}
    return render(request, "checkins/shared.html", context)


def _person(request: HttpRequest) -> User:
    person: User = request.user  # type: ignore[assignment]
    return person


def _own_invitation(request: HttpRequest, public_id: UUID) -> Invitation:
    mine = Invitation.objects.for_person(_person(request)).select_related("person")
    return get_object_or_404(mine, public_id=public_id)


def _answers(person: User) -> QuerySet[Answer]:
    mine = Answer.objects.for_person(person)
    return mine.select_related("invitation__person", "record")


def _shown_to(reader: User) -> QuerySet[Answer]:
    ids = sealing.ids_shared_with(reader=reader, kind=answers.KIND)
    rows = Answer.objects.filter(record__in=ids)
    return rows.select_related("invitation__person", "record")


def _listed(rows: QuerySet[Answer], *, readers: bool = True) -> list[Shown]:
    """Newest first, unopened: the list says which day and who may read."""
    found = list(
        rows.select_related("invitation__person", "record").order_by(
            "-record__created_on", "-pk"
        )
    )
    records = [answer.record for answer in found] if readers else []
    named = sealing.readers_of(records=records) if records else {}
    return [Shown(answer, named.get(answer.record_id, [])) for answer in found]


def _door(invitation: Invitation, usual: User | None) -> Door:
    here = reverse("check_in", args=[invitation.public_id])
    return Door(
        here=here,
        stop=f"{reverse('check_ins')}#choices",
        saved=reverse("check_in_saved", args=[invitation.public_id]),
        closed=here,
        usual=str(usual.public_id) if usual else "",
        signed_in=True,
    )


def _own_context(answer: Answer) -> dict[str, object]:
    readers = _can_read(answer)
    return {
        "shown": shown(answer, reader=answer.invitation.person, readers=readers),
        "others": [r for r in _could_read(answer) if r not in readers],
    }


def _can_read(answer: Answer) -> list[User]:
    return sealing.readers_of(records=[answer.record])[answer.record_id]


def _could_read(answer: Answer) -> list[User]:
    return list(answer.invitation.readers.filter(is_active=True).order_by("name"))


def _named(request: HttpRequest, field: str, among: list[User]) -> User | None:
    wanted = request.POST.get(field, "")
    return next((r for r in among if str(r.public_id) == wanted), None)
