"""A person's own settings: how pages look, and how we may reach them."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from notifications import addresses, preferences, telling, try_out
from wellbeing import phone
from wellbeing.forms.settings_page import (
    AboutForm,
    ChannelsForm,
    CodeForm,
    DiscretionForm,
    PhoneForm,
    TextsForm,
)
from wellbeing.lib import access, clock
from wellbeing.people.models import Contact, User
from wellbeing.standing import person_of


@access.signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request: HttpRequest) -> HttpResponse:
    """All settings. A post here saves name, zone and colours."""
    person = person_of(request)
    if request.method != "POST":
        return _page(request, person)
    # The form writes into its instance even when it refuses; the page shows `person`.
    about = AboutForm(request.POST, instance=User.objects.get(pk=person.pk))
    if not about.is_valid():
        return _page(request, person, about=about)
    about.save()
    messages.success(request, "Saved.")
    return redirect("settings")


def _page(request: HttpRequest, person: User, **forms: Any) -> HttpResponse:
    contact = _contact_of(person)
    context = {
        "contact": contact,
        "about": AboutForm(instance=person),
        "texts": TextsForm(
            instance=contact, initial={"wanted": contact.sms_wanted_at is not None}
        ),
        "phone": PhoneForm(),
        "channels": ChannelsForm(
            initial=_channels_of(person), takes_sms=contact.takes_sms()
        ),
        "discretion": DiscretionForm(instance=contact),
        "email_suspended": contact.email_is_suspended(),
        "texts_possible": bool(settings.TWILIO_ACCOUNT_SID),
        **forms,
    }
    broken = next((form for form in forms.values() if form.errors), None)
    context["form"] = broken
    status = 422 if broken else 200
    return render(request, "wellbeing/settings.html", context, status=status)


def _channels_of(person: User) -> dict[str, str]:
    """How each kind comes now. Who has no mail of a kind has texts of it where they
    asked for them, or where there is no third way."""
    refused = preferences.refused(person=person)
    by_text = preferences.by_text(person=person)
    ways = {}
    for purpose, _, others in ChannelsForm.BY:
        in_place = ChannelsForm.TEXT if purpose in by_text else others[-1]
        has_mail = (purpose, ChannelsForm.MAIL) not in refused
        ways[purpose] = ChannelsForm.MAIL if has_mail else in_place
    return ways


def _contact_of(person: User) -> Contact:
    return Contact.objects.filter(person=person).first() or Contact(person=person)


@access.signed_in
@require_POST
def save_texts(request: HttpRequest) -> HttpResponse:
    """Quiet hours, weekends, and whether texts come at all."""
    person = person_of(request)
    texts = TextsForm(request.POST, instance=_contact_of(person))
    if not texts.is_valid():
        return _page(request, person, texts=texts)
    contact = texts.save(commit=False)
    if texts.cleaned_data["wanted"]:
        contact.sms_wanted_at = contact.sms_wanted_at or clock.now()
    else:
        contact.sms_wanted_at = None
    contact.save()
    messages.success(request, "Saved.")
    return redirect("settings")


@access.signed_in
@require_POST
def save_channels(request: HttpRequest) -> HttpResponse:
    """How each kind of message comes."""
    person = person_of(request)
    takes_sms = _contact_of(person).takes_sms()
    channels = ChannelsForm(request.POST, takes_sms=takes_sms)
    if not channels.is_valid():
        return _page(request, person, channels=channels)
    for purpose, *_ in ChannelsForm.BY:
        chosen = channels.cleaned_data[purpose]
        preferences.choose(
            person=person,
            purpose=purpose,
            email=chosen == ChannelsForm.MAIL,
            sms=chosen == ChannelsForm.TEXT,
            at=clock.now(),
        )
    messages.success(request, "Saved.")
    return redirect("settings")


@access.signed_in
@require_POST
def save_discretion(request: HttpRequest) -> HttpResponse:
    """How much is said where others may look."""
    person = person_of(request)
    form = DiscretionForm(request.POST, instance=_contact_of(person))
    if not form.is_valid():
        return _page(request, person, discretion=form)
    form.save()
    messages.success(request, "Saved.")
    return redirect("settings")


@access.signed_in
@require_POST
def send_test(request: HttpRequest) -> HttpResponse:
    """A message to the person, by each way that is open to them."""
    person = person_of(request)
    try_out.send(person=person, at=clock.now())
    messages.success(request, "A test is on its way to you.")
    return redirect("settings_messages")


@access.signed_in
@require_POST
def try_email_again(request: HttpRequest) -> HttpResponse:
    """The person says that their address takes mail again."""
    person = person_of(request)
    addresses.try_email_again(person=person)
    try_out.send(person=person, at=clock.now())
    messages.success(request, "We write to your address again. A test is on its way.")
    return redirect("settings")


@access.signed_in
@require_safe
def my_messages(request: HttpRequest) -> HttpResponse:
    """What became of each message to the person, and why."""
    lines = telling.told(person_of(request), at=clock.now())
    return render(request, "wellbeing/settings_messages.html", {"lines": lines})


@access.signed_in
@require_POST
def send_code(request: HttpRequest) -> HttpResponse:
    """Text a code to a number, to see that it is the person's own."""
    person = person_of(request)
    form = PhoneForm(request.POST)
    if form.is_valid():
        try:
            phone.send_code(
                person=person, phone=form.cleaned_data["phone"], at=clock.now()
            )
        except phone.TooManyCodes:
            form.add_error("phone", "That was a lot of codes. Please try tomorrow.")
        else:
            return redirect("settings_phone_code")
    return _page(request, person, phone=form)


@access.signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def phone_code(request: HttpRequest) -> HttpResponse:
    """Where the code is typed in."""
    person = person_of(request)
    waits = phone.waiting_for(person=person)
    if waits is None:
        messages.info(request, "No code is waiting. You can ask for a new one.")
        return redirect("settings")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _verified(form, person):
        messages.success(request, "Your number is saved.")
        return redirect("settings")
    context = {"form": form, "phone": waits.phone}
    status = 422 if form.errors else 200
    return render(request, "wellbeing/settings_phone.html", context, status=status)


def _verified(form: CodeForm, person: User) -> bool:
    try:
        phone.verify(person=person, code=form.cleaned_data["code"], at=clock.now())
    except phone.WrongCode as wrong:
        form.add_error("code", _wrong_words(wrong.left))
        return False
    except phone.NoCodeWaiting:
        form.add_error("code", "This code no longer works. Ask for a new one.")
        return False
    return True


def _wrong_words(left: int) -> str:
    if left == 0:
        return "That is not the code. Go back to ask for a new one."
    tries = "1 try" if left == 1 else f"{left} tries"
    return f"That is not the code. You have {tries} left."


@access.signed_in
@require_POST
def forget_phone(request: HttpRequest) -> HttpResponse:
    phone.forget(person=person_of(request))
    messages.success(request, "Your number is gone. We will write by email.")
    return redirect("settings")
