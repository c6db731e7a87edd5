"""`/my-work/`: what somebody is asked to take on, and what is with them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from wellbeing.forms.work import FinishForm
from wellbeing.lib import access, clock
from wellbeing.models import EXPOSED_ROLES, Study, TopicRest, WorkItem, WorkPause
from wellbeing.queue import asks, finishing, notes, room, terms
from wellbeing.queue.refusals import (
    Busy,
    GoneMeanwhile,
    NotAChoice,
    NothingElse,
    OnHold,
)
from wellbeing.standing import person_of

GONE = "It is no longer with you, and that is fine. Nothing is asked of you."
BACK = "It is back in the queue. No reason is needed, and nobody counts."
REFUSALS: dict[type[Exception], str] = {
    GoneMeanwhile: GONE,
    NothingElse: f"{BACK} There is no other one just now.",
    OnHold: "The study is paused, and the queue is on hold with it.",
    Busy: "The queue is being changed just now. Press again, please.",
    NotAChoice: "Choose one of these, please.",
}
SAID = {
    "take": "It is yours. Take it at your own pace.",
    "split": "One half is yours. The other is in the queue for somebody else.",
    "swap": "Here is another one in its place.",
    "back": BACK,
    "not_this_topic": f"{BACK} You are not asked for this topic again.",
}


@access.exposed_only
@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """What I am asked, what I have, and what I would rather not be asked."""
    at = clock.now()
    person = person_of(request)
    mine = WorkItem.objects.for_person(person).select_related("study", "topic")
    asked = [notes.note_of(row, person, at) for row in mine.asked(at).order_by("pk")]
    studies = _studies(request, at)
    paused = WorkPause.objects.filter(person=person, study__in=studies)
    context = {
        "asked": asked,
        "taken": mine.taken().order_by("due_on", "pk"),
        "rests": room.rests_of(person=person, at=at),
        "studies": studies,
        "paused": set(paused.values_list("study_id", flat=True)),
    }
    return render(request, "wellbeing/my_work.html", context)


@access.exposed_only
@require_http_methods(["GET", "HEAD", "POST"])
def work_item(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """`/my-work/<id>/`: the content note first, then what one may say."""
    at = clock.now()
    item = _mine(request, public_id)
    if request.method == "POST":
        return _answer(request, item, at)
    note = notes.note_of(item, person_of(request), at)
    return render(request, "wellbeing/work_item.html", {"note": note, "item": item})


@access.exposed_only
@require_http_methods(["GET", "HEAD", "POST"])
def work_finish(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """`/my-work/<id>/finish/`: it is done, and goes into the log."""
    at = clock.now()
    item = _mine(request, public_id, finished=True)
    form = finish_form(request, item, at)
    if request.method != "POST" and item.activity and item.finished_at:
        return redirect("activity", item.activity.public_id)
    if form.is_bound and form.is_valid():
        try:
            activity = finishing.finish(
                item=item, by=person_of(request), said=form.cleaned_data["said"], at=at
            )
        except GoneMeanwhile:
            messages.info(request, GONE)
            return redirect("my_work")
        return redirect("activity", activity.public_id)
    context = {"form": form, "item": item, "zone": item.study.time_zone}
    status = 422 if form.is_bound else 200
    return render(request, "wellbeing/work_finish.html", context, status=status)


@access.exposed_only
@require_POST
def work_wishes(request: HttpRequest) -> HttpResponse:
    """`/my-work/wishes/`: a topic again, no more work for now, or work again."""
    person = person_of(request)
    wanted, key = request.POST.get("do"), _uuid(request.POST.get("key", ""))
    if wanted == "topic":
        rests = TopicRest.objects.filter(person=person, topic__public_id=key)
        for rest in rests:
            asks.ask_again_about(person=person, rest=rest)
        messages.success(request, "You can be asked for this topic again.")
        return redirect("my_work")
    study = next(
        (one for one in _studies(request, clock.now()) if one.public_id == key), None
    )
    if study is None:
        raise Http404
    if wanted == "pause":
        asks.pause(person=person, study=study, at=clock.now())
        messages.success(request, "You are not asked for more until you say so.")
    elif wanted == "go_on":
        asks.go_on(person=person, study=study)
        messages.success(request, "You can be asked again.")
    else:
        raise Http404
    return redirect("my_work")


def finish_form(request: HttpRequest, item: WorkItem, at: datetime) -> FinishForm:
    return FinishForm(
        request.POST or None,
        audio=item.kind == WorkItem.Kind.TRANSCRIPTION,
        zone=item.study.time_zone,
        at=at,
        initial={"when": "now", "audio_minutes": item.audio_minutes},
    )


def answer(item: WorkItem, wanted: str, at: datetime) -> WorkItem | None:
    """Carry out what was said. The piece that is now with the person, or None."""
    if wanted in {"take", "split", "swap"}:
        done: Any = {"take": asks.take, "split": asks.split, "swap": asks.swap}[wanted]
        now: WorkItem = done(item=item, at=at)
        return now
    if wanted == "not_this_topic":
        asks.not_this_topic(item=item, at=at)
    else:
        asks.give_back(item=item, at=at)
    return None


def _answer(request: HttpRequest, item: WorkItem, at: datetime) -> HttpResponse:
    wanted = request.POST.get("do", "")
    here = redirect("work_item", item.public_id)
    if wanted not in notes.note_of(item, person_of(request), at).answers:
        messages.info(request, REFUSALS[NotAChoice])
        return here
    try:
        now = answer(item, wanted, at)
    except tuple(REFUSALS) as refusal:
        messages.info(request, REFUSALS[type(refusal)])
        stays = isinstance(refusal, Busy | NotAChoice)
        return here if stays else redirect("my_work")
    messages.success(request, SAID[wanted])
    return redirect("work_item", now.public_id) if now else redirect("my_work")


def _mine(request: HttpRequest, public_id: UUID, *, finished: bool = False) -> WorkItem:
    """A piece that is with the person now. One that they are no longer asked for, one
    of somebody else's and one that never was look alike."""
    at = clock.now()
    rows = WorkItem.objects.for_person(person_of(request))
    now = rows.asked(at) | rows.taken()
    if finished:
        now = rows.taken() | rows.filter(finished_at__isnull=False, off_at=None)
    return get_object_or_404(
        now.select_related("study", "topic", "person", "activity"), public_id=public_id
    )


def _studies(request: HttpRequest, at: datetime) -> list[Study]:
    mine = request.standing.studies(*EXPOSED_ROLES)  # type: ignore[attr-defined]
    return [study for study in mine if terms.gives_work(study, at)]


def _uuid(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        raise Http404 from None
