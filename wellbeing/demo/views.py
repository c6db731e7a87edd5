"""Pages that exist in the demo only: be somebody, and see what reached them."""

from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from wellbeing.demo import inbox
from wellbeing.demo.context import people_in_the_story, people_without_an_account
from wellbeing.lib import access
from wellbeing.people.models import Contact, User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@access.public
@require_POST
def be(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Sign in as one of the people in the story."""
    person = get_object_or_404(User, public_id=public_id, email__isnull=False)
    login(request, person, backend=BACKEND)
    return redirect("home")


@access.public
def people(request: HttpRequest) -> HttpResponse:
    """`/demo/`: everybody in the story, to be one of them."""
    return render(request, "demo/be.html")


@access.public
def inbox_page(request: HttpRequest) -> HttpResponse:
    """`/demo/inbox/`: every mail and text that left, by who received it."""
    story = [*people_in_the_story(), *people_without_an_account()]
    wanted = request.GET.get("who", "")
    mine = request.user if request.user.is_authenticated else None
    person = next((one for one in story if str(one.person.public_id) == wanted), None)
    shown = person.person if person else mine or story[0].person
    contact = Contact.objects.filter(person_id=shown.pk).first()
    return render(
        request,
        "demo/inbox.html",
        {
            "people": story,
            "shown": shown,
            "zone": shown.time_zone,
            "phone": contact.phone if contact else "",
            "mails": inbox.mails_to(shown, Path(settings.DEMO_MAIL_DIR)),
            "texts": inbox.texts_to(
                contact.phone if contact else "", Path(settings.DEMO_SMS_STORE)
            ),
        },
    )


@access.public
def mail(request: HttpRequest, public_id: UUID, name: str) -> HttpResponse:
    """One mail's HTML part by itself, under a policy that lets only its style in."""
    person = get_object_or_404(User, public_id=public_id)
    html = inbox.html_of(name, person, Path(settings.DEMO_MAIL_DIR))
    if html is None:
        raise Http404
    answer = HttpResponse(html)
    answer.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'; "
        "sandbox allow-top-navigation-by-user-activation"
    )
    return answer
