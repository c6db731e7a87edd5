"""Pages for what went wrong. None of them says more than the reader may know."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's protection ran out, or the post came from elsewhere."""
    return render(request, "errors/form_too_old.html", status=403)
