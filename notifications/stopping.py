"""The page behind "stop these messages": a look changes nothing, the button does."""

from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notifications import preferences
from notifications.message_context import STOP_SALT, STOPPABLE
from notifications.models import Message
from wellbeing.lib import access, clock


# A mail program posts here by itself (RFC 8058), without a page or a cookie of ours;
# the signed token is the proof. Mail scanners only ever GET.
@csrf_exempt
@access.public
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Switch off this purpose for this person on this channel, and nothing else."""
    message = _message_of(token)
    about: dict[str, Any] = {
        "person": message.person,
        "purpose": message.purpose,
        "channel": message.channel,
    }
    if request.method == "POST":
        preferences.stop(**about, at=clock.now())
        if request.POST.get("List-Unsubscribe") == "One-Click":
            # RFC 8058 forbids an answer that leads elsewhere.
            return HttpResponse(status=204)
        return redirect("message_stop", token=token)
    stopped = not preferences.wanted(**about)
    return render(request, "notifications/stop.html", {"stopped": stopped})


def _message_of(token: str) -> Message:
    """The message whose reader holds this token. The same 404 for every other token."""
    try:
        public_id = signing.Signer(salt=STOP_SALT).unsign(token)
    except signing.BadSignature as problem:
        raise Http404 from problem
    message = Message.objects.filter(public_id=public_id).first()
    if message is None or message.person is None or message.purpose not in STOPPABLE:
        raise Http404
    return message
