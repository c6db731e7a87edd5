"""The pages behind the links that people without an account get by mail.

Opening one, by whoever or whatever, changes nothing; only a press does. A link that
has done its work says so, in the same words whatever was said. Behind each is one
thing, and nothing else of the study.
"""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from sessions import booking as bookings
from sessions import requests
from sessions.booking import NoLongerThere
from sessions.models import Booking, SupportRequest
from wellbeing.forms.work import TalkForm
from wellbeing.lib import access, clock
from wellbeing.lib.links import signature_of
from wellbeing.models import OutsideWorker, WorkItem, WorkPause
from wellbeing.queue import finishing, notes, outside, telling, terms
from wellbeing.queue.refusals import (
    Busy,
    GoneMeanwhile,
    NotAChoice,
    NotAsked,
    NothingElse,
    OnHold,
)
from wellbeing.views.my_work import answer, finish_form

BUSY = "Somebody is changing the queue just now. Press again, please."
AFTER = {
    "back": "It is back in the queue. Thank you for saying so. No reason is needed.",
    "not_this_topic": (
        "It is back in the queue, and you are not asked for this topic again. "
        "No reason is needed."
    ),
    "swap": "It is back in the queue. The next mail brings another one, if you like.",
    "finish": "Thank you. It is in the log now.",
}


@access.public
@require_http_methods(["GET", "HEAD", "POST"])
def work_link(request: HttpRequest, ask: UUID, signature: str) -> HttpResponse:
    """`/my-work/link/<id>/<signature>/`: one piece of work, without signing in."""
    at = clock.now()
    try:
        item = outside.find_item(ask=ask, signature=signature, at=at)
    except WorkItem.DoesNotExist:
        raise Http404 from None
    if item is None or request.user.is_authenticated:
        return _over(request)
    if request.method == "POST" and request.POST.get("do") == "finish":
        return _finish(request, item, at)
    if request.method == "POST":
        return _answer(request, item, at)
    return _item_page(request, item, at)


@access.public
@require_http_methods(["GET", "HEAD", "POST"])
def work_door(request: HttpRequest, door: UUID, signature: str) -> HttpResponse:
    """`/my-work/yours/<id>/<signature>/`: time to talk, paid minutes, and a pause."""
    at = clock.now()
    try:
        worker = outside.find_worker(door=door, signature=signature)
        if worker is None or request.user.is_authenticated:
            return _over(request)
        if request.method == "POST":
            return _door_answer(request, worker, at)
        return _door_page(request, worker, TalkForm(), at)
    except (OutsideWorker.DoesNotExist, NotAsked):
        raise Http404 from None


@access.public
@require_http_methods(["GET", "HEAD", "POST"])
def booking_link(request: HttpRequest, public_id: UUID, signature: str) -> HttpResponse:
    """`/bookings/<id>/<signature>/`: one time, for somebody without an account. It
    opens as long as there is something to say about that time."""
    at = clock.now()
    try:
        booking = outside.find_booking(public_id=public_id, signature=signature)
    except Booking.DoesNotExist:
        raise Http404 from None
    if request.user.is_authenticated:
        return _over(request)
    if request.method == "POST":
        return _booking_answer(request, booking, at)
    holds = booking.freed_at is None and booking.starts_at > at
    until = booking.pencilled_until
    context = {
        "booking": booking,
        "agreed": holds and booking.agreed_at is not None,
        "pencilled": holds and booking.agreed_at is None and bool(until and until > at),
        "zone": booking.person.time_zone,
    }
    return render(request, "wellbeing/booking_link.html", context)


def _over(request: HttpRequest) -> HttpResponse:
    """The link was used, or somebody is signed in here: then it is another person than
    the one that it was sent to, who has no account."""
    return render(request, "wellbeing/work_link_over.html")


def _item_page(
    request: HttpRequest, item: WorkItem, at: datetime, form: Any = None
) -> HttpResponse:
    assert item.person is not None  # noqa: S101 - a link is somebody's
    form = form or finish_form_of(request, item, at)
    context = {
        "item": item,
        "note": notes.note_of(item, item.person, at),
        "form": form,
        "zone": item.person.time_zone,
        "door": _path(telling.door_path(item.person.outside_worker.door)),
    }
    status = 422 if form.is_bound else 200
    return render(request, "wellbeing/work_link.html", context, status=status)


def finish_form_of(request: HttpRequest, item: WorkItem, at: datetime) -> Any:
    """Unbound unless they say that they have finished."""
    form = finish_form(request, item, at)
    if request.POST.get("do") != "finish":
        form.is_bound = False
    return form


def _finish(request: HttpRequest, item: WorkItem, at: datetime) -> HttpResponse:
    assert item.person is not None  # noqa: S101 - a link is somebody's
    form = finish_form_of(request, item, at)
    if item.taken_at is None or not form.is_valid():
        return _item_page(request, item, at, form)
    try:
        finishing.finish(
            item=item, by=item.person, said=form.cleaned_data["said"], at=at
        )
    except GoneMeanwhile:
        return redirect(request.path)
    messages.success(request, AFTER["finish"])
    worker = OutsideWorker.objects.get(person=item.person)
    return redirect(_path(telling.door_path(worker.door)))


def _answer(request: HttpRequest, item: WorkItem, at: datetime) -> HttpResponse:
    assert item.person is not None  # noqa: S101 - a link is somebody's
    wanted = request.POST.get("do", "")
    if wanted not in notes.note_of(item, item.person, at).answers:
        return redirect(request.path)
    try:
        now = answer(item, wanted, at)
    except Busy:
        messages.info(request, BUSY)
        return redirect(request.path)
    except (GoneMeanwhile, OnHold, NotAChoice):
        return redirect(request.path)
    except NothingElse:
        messages.success(request, AFTER["back"])
        return redirect(request.path)
    if now is not None and now.taken_at is not None and now.ask is not None:
        return redirect(_path(telling.link_path(now.ask)))
    messages.success(request, AFTER[wanted])
    return redirect(request.path)


def _door_page(
    request: HttpRequest, worker: OutsideWorker, form: TalkForm, at: datetime
) -> HttpResponse:
    document = terms.terms_of(worker.study, at).document
    zone = ZoneInfo(worker.study.time_zone)
    first = at.astimezone(zone).replace(
        day=1, hour=0, minute=0, second=0, microsecond=0
    )
    audio, worked = outside.minutes_since(
        person=worker.person, study=worker.study, since=first
    )
    waiting = SupportRequest.objects.filter(
        person=worker.person, closed_at=None, booking=None
    )
    context = {
        "worker": worker,
        "form": form,
        "talks": [
            (kind, document.kind_words(kind), outside.talkers(worker, kind, at))
            for kind in outside.talk_kinds(document)
        ],
        "quiet": [document.kinds[kind] for kind in outside.quiet_kinds(document)],
        "paid": document.paid_time,
        "audio": audio,
        "worked": worked,
        "waiting": waiting.select_related("holder__person").order_by("-asked_at"),
        "is_paused": WorkPause.objects.filter(
            study=worker.study, person=worker.person
        ).exists(),
        "zone": worker.person.time_zone,
    }
    status = 422 if form.is_bound else 200
    return render(request, "wellbeing/work_door.html", context, status=status)


def _door_answer(
    request: HttpRequest, worker: OutsideWorker, at: datetime
) -> HttpResponse:
    wanted = request.POST.get("do")
    form = TalkForm(request.POST)
    try:
        if wanted == "pause":
            fresh = outside.pause(worker=worker, at=at)
            said = "You are asked for nothing more until you say so."
        elif wanted == "go_on":
            fresh = outside.go_on(worker=worker, at=at)
            said = "You can be asked again."
        elif wanted == "talk" and form.is_valid():
            fresh, asked = outside.ask_for_talk(
                worker=worker, at=at, **form.cleaned_data
            )
            said = (
                f"{asked.holder.person.name} has your request now and writes to you "
                "with a time."
            )
        else:
            return _door_page(request, worker, form, at)
    except GoneMeanwhile:
        return redirect(request.path)
    messages.success(request, said)
    return redirect(_path(telling.door_path(fresh.door)))


def _booking_answer(
    request: HttpRequest, booking: Booking, at: datetime
) -> HttpResponse:
    person, wanted = booking.person, request.POST.get("do")
    try:
        if wanted == "keep":
            requests.keep(booking=booking, by=person, at=at)
            messages.success(request, "This time is yours.")
        elif wanted == "not_this_time":
            bookings.decline(booking=booking, by=person, at=at)
            messages.success(request, "That is fine. Nobody is told.")
        elif wanted == "cancel":
            bookings.cancel(booking=booking, by=person, at=at)
            messages.success(request, "The time is free again. No reason is needed.")
    except NoLongerThere:
        messages.info(request, "This time has changed. This is how it stands now.")
    return redirect(request.path)


def _path(path: str) -> str:
    """A path of ours with its signature, as the mail has it."""
    return f"{path}{signature_of(path)}/"
