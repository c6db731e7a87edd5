"""`/message-texts/`: how each message reads, and other words for it. Coordinators."""

import json
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from notifications import preview, shipped, texts
from wellbeing.forms.message_texts import BackForm, MessageTextForm
from wellbeing.lib import access, clock
from wellbeing.models import Membership
from wellbeing.standing import person_of
from wellbeing.views.studies import mine

VERSIONS_SHOWN = 10
# As a mail program shows it: with its own style, and with nothing that can be pressed.
LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; sandbox"
)
MEANWHILE = "Somebody changed these words meanwhile. Theirs are in force; look first."


@access.coordinators_only
@require_safe
def message_texts(request: HttpRequest) -> HttpResponse:
    """Every message, those whose words can be changed first."""
    found = preview.titles(texts.in_force())
    context = {
        "open": [title for title in found if title.can_change],
        "fixed": [title for title in found if not title.can_change],
    }
    return render(request, "wellbeing/message_texts.html", context)


@access.coordinators_only
@require_safe
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type] # it takes arguments, too
def message_text(request: HttpRequest, name: str) -> HttpResponse:
    """The four faces of one message at one level of discretion, and its versions."""
    _known(name)
    level = _level(request)
    versions = list(texts.versions(name)[:VERSIONS_SHOWN])
    newest = versions[0] if versions else None
    context = {
        "name": name,
        "what": preview.what_of(name),
        "levels": preview.LEVELS,
        "level": level,
        "shown": preview.of(name, texts.faces_of(newest), level=level),
        "can_change": name in shipped.EDITABLE,
        "versions": versions,
        "opened": newest.number if newest else 0,
        "ours": not texts.faces_of(newest),
        "colleagues": _colleagues(request) if versions else set(),
    }
    return render(request, "wellbeing/message_text.html", context)


@access.coordinators_only
@require_safe
@xframe_options_sameorigin
def letter(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML of the mail, alone."""
    _known(name)
    edit = texts.faces_of(texts.newest(name))
    answer = HttpResponse(preview.of(name, edit, level=_level(request)).html)
    answer.headers["Content-Security-Policy"] = LETTER_POLICY
    return answer


@access.coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, name: str) -> HttpResponse:
    """Change the words. What is refused stays as it was typed."""
    _can_change(name)
    newest = texts.newest(name)
    form = MessageTextForm(
        request.POST if request.method == "POST" else None,
        name=name,
        faces=texts.faces_of(newest),
        opened=newest.number if newest else 0,
    )
    if form.is_bound and form.is_valid() and _saved(request, form, name):
        messages.success(request, "Saved. Messages say it this way from now on.")
        return redirect("message_text", name)
    context = {"form": form, "name": name, "what": preview.what_of(name)}
    context |= _counting(form, name)
    status = 422 if form.errors else 200
    return render(request, "wellbeing/message_text_edit.html", context, status=status)


@access.coordinators_only
@require_POST
def back(request: HttpRequest, name: str) -> HttpResponse:
    """Use an earlier version again, or the words that came with Alongside."""
    _can_change(name)
    form = BackForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        texts.back_to(
            name=name, **form.cleaned_data, by=person_of(request), at=clock.now()
        )
    except texts.NoSuchVersion as unknown:
        raise Http404 from unknown
    except texts.ChangedMeanwhile:
        messages.warning(request, MEANWHILE)
    else:
        messages.success(request, "Done. Messages say it this way from now on.")
    return redirect("message_text", name)


def _saved(request: HttpRequest, form: MessageTextForm, name: str) -> bool:
    at = clock.now()
    form.check_words(studies=list(mine(request)), at=at)
    if form.errors:
        return False
    try:
        texts.change(
            name=name,
            faces=form.faces(),
            opened=form.cleaned_data["opened"],
            by=person_of(request),
            at=at,
        )
    except texts.ChangedMeanwhile:
        form.add_error(None, MEANWHILE)
        return False
    return True


def _counting(form: MessageTextForm, name: str) -> dict[str, Any]:
    """What the page needs to count the letters of the text while somebody types."""
    if "sms" not in form.fields:
        return {}
    count = preview.count(name, str(form["sms"].value() or ""))
    return {"count": count, "values": json.dumps(count.values)}


def _colleagues(request: HttpRequest) -> set[int]:
    """Whom the reader shares a study with, and may therefore know by name."""
    rows = Membership.objects.filter(study__in=mine(request))
    return set(rows.values_list("person", flat=True))


def _level(request: HttpRequest) -> str:
    level = request.GET.get("level", "")
    return level if level in dict(preview.LEVELS) else ""


def _known(name: str) -> None:
    if name not in shipped.every_name():
        raise Http404


def _can_change(name: str) -> None:
    if name not in shipped.EDITABLE:
        raise Http404
