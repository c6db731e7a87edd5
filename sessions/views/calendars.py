"""Calendars kept elsewhere: devices that read bookings, busy time that comes in."""

import hashlib
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from sessions.calendar_forms import BusyFileForm, DeviceForm
from sessions.calendars import busy, entries, feeds
from sessions.forms import posted
from sessions.views.desk import supporter_of
from wellbeing.lib import access, clock
from wellbeing.people.models import User


@access.public
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """A person's bookings for one of their devices. The address is the secret, so it
    sets no cookie, is told to nobody, and is the same 404 for unknown and stopped.
    """
    found = feeds.find(token)
    if found is None:
        raise Http404
    at = clock.now()
    if feeds.too_fast(found, at=at):
        return _too_fast()
    content = entries.feed_bytes(feed=found, at=at)
    feeds.note_read(found, at=at)
    changed = int(entries.changed_at(found).timestamp())
    etag = f'"{hashlib.sha256(content).hexdigest()}"'
    whole = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    whole["ETag"], whole["Last-Modified"] = etag, http_date(changed)
    answer = get_conditional_response(
        request, etag=etag, last_modified=changed, response=whole
    )
    return _kept_private(answer or whole)


@access.signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def calendars(request: HttpRequest) -> HttpResponse:
    """Devices of this person. The secret address stands on the answer to the form and
    nowhere else."""
    person = _person(request)
    form = DeviceForm(posted(request), initial={"words": "busy"})
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        try:
            made, token = feeds.make(person=person, **form.cleaned_data, at=clock.now())
        except feeds.NoFeed as refused:
            form.add_error("device", refused.sentence)
        else:
            context = _addresses(token) | {"made": made}
            form = DeviceForm(initial={"words": "busy"})
    context |= {
        "form": form,
        "feeds": list(person.calendar_feeds.all()),
    }
    return render(request, "support_sessions/calendars.html", context)


@access.signed_in
@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    """Stop one device. Nonsense and other people's devices change nothing."""
    named = request.POST.get("feed", "")
    rows = {str(row.public_id): row for row in _person(request).calendar_feeds.all()}
    if named in rows:
        row = rows[named]
        feeds.stop(person=_person(request), feed=row.public_id)
        messages.success(
            request, f"Stopped. {row.device} reads nothing more from here."
        )
    return redirect("calendars")


@access.supporters_only
@require_http_methods(["GET", "HEAD", "POST"])
def busy_times(request: HttpRequest) -> HttpResponse:
    """Bring in a calendar file; its busy times are not offered to anybody."""
    supporter, at = supporter_of(request), clock.now()
    form = BusyFileForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            done = busy.bring_in(
                supporter=supporter, content=form.cleaned_data["file"], at=at
            )
        except busy.FileNotUsed as refused:
            form.add_error("file", refused.sentence)
        else:
            messages.success(request, _brought_in(done))
            return redirect("availability")
    context = {"form": form, "busy": busy.known(supporter)}
    return render(request, "support_sessions/busy.html", context)


@access.supporters_only
@require_POST
def forget_busy(request: HttpRequest) -> HttpResponse:
    busy.forget(supporter=supporter_of(request))
    messages.success(request, "The busy times are gone. Those hours are open again.")
    return redirect("availability")


def _brought_in(done: busy.BroughtIn) -> str:
    said = f"Saved. {done.count} busy times are not offered to anybody."
    if done.count == 1:
        said = "Saved. One busy time is not offered to anybody."
    if done.left_out:
        said += (
            " Some entries could not be read and are left out, so look at your week."
        )
    return said


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - the policy let nobody else in
    return request.user


def _addresses(token: str) -> dict[str, str]:
    path = reverse("calendar_feed", args=[token])
    address = f"{settings.PUBLIC_BASE_URL}{path}"
    return {"address": address, "webcal": f"webcal://{address.partition('://')[2]}"}


def _too_fast() -> HttpResponse:
    answer = HttpResponse(status=429, content_type="text/plain; charset=utf-8")
    answer["Retry-After"] = "60"
    return _kept_private(answer)


def _kept_private(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "private, max-age=0, must-revalidate"
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
