"""Forms of the settings page. Each saves one part and leaves the others alone."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError

from wellbeing import phone
from wellbeing.people.models import Contact, User

PLACES = sorted(
    name
    for name in available_timezones()
    if "/" in name and not name.startswith(("Etc/", "SystemV/", "US/"))
)


class AboutForm(forms.ModelForm):  # type: ignore[type-arg]
    """How pages and messages speak to the person."""

    time_zone = forms.ChoiceField(
        choices=[(name, name.replace("_", " ")) for name in [*PLACES, "UTC"]],
        label="Time zone",
        help_text="Every time that we show you is in this zone.",
        error_messages={"invalid_choice": "Choose a place from the list."},
    )

    class Meta:
        model = User
        fields = ("name", "time_zone", "theme")
        widgets = {"theme": forms.RadioSelect}
        labels = {"name": "Name", "theme": "Colours"}
        help_texts = {"name": "As people on your study know you."}
        error_messages = {"name": {"required": "Enter your name."}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        theme = self.fields["theme"]
        if isinstance(theme, forms.TypedChoiceField):
            theme.choices = User.Theme.choices

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        if not name.isprintable():
            raise ValidationError("Use letters only, like Ada Okafor.")
        return name


class TextsForm(forms.ModelForm):  # type: ignore[type-arg]
    """Whether text messages come, and when not."""

    wanted = forms.BooleanField(label="Text me reminders", required=False)
    quiet_holidays = forms.ChoiceField(
        label="Quiet on public holidays",
        required=False,
        choices=(
            ("", "No"),
            ("GB-ENG", "In England"),
            ("GB-WLS", "In Wales"),
            ("GB-SCT", "In Scotland"),
            ("GB-NIR", "In Northern Ireland"),
            ("IE", "In Ireland"),
        ),
        error_messages={"invalid_choice": "Choose from the list."},
    )

    class Meta:
        model = Contact
        fields = ("quiet_from", "quiet_until", "sms_at_weekends", "quiet_holidays")
        widgets = {
            "quiet_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "quiet_until": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }
        labels = {
            "quiet_from": "Quiet from",
            "quiet_until": "Quiet until",
            "sms_at_weekends": "Weekends are fine too",
            "quiet_holidays": "Quiet on public holidays",
        }
        error_messages = {
            name: {
                "required": "Enter a time, like 20:00.",
                "invalid": "Enter a time, like 20:00.",
            }
            for name in ("quiet_from", "quiet_until")
        }

    field_order = (
        "wanted",
        "quiet_from",
        "quiet_until",
        "sms_at_weekends",
        "quiet_holidays",
    )


class ChannelsForm(forms.Form):
    """How each kind of message comes. Those about agreed times always come somehow."""

    MAIL, TEXT, PAGE = "email", "sms", "page"
    BY = (
        ("booking_notice", "When a time is agreed, moved or cancelled", (TEXT,)),
        ("booking_reminder", "Reminders of your times", (TEXT,)),
        ("offer", "Time that is there for you", (TEXT, PAGE)),
        ("check_in", "A few questions for yourself", (TEXT, PAGE)),
    )
    NAMES = {MAIL: "By email", TEXT: "By text", PAGE: "On my page only"}

    def __init__(self, *args: Any, takes_sms: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for purpose, label, others in self.BY:
            offered = [self.MAIL]
            offered += [way for way in others if way != self.TEXT or takes_sms]
            self.fields[purpose] = forms.ChoiceField(
                label=label,
                choices=[(value, self.NAMES[value]) for value in offered],
                error_messages={
                    "required": "Choose from the list.",
                    "invalid_choice": "Choose from the list.",
                },
            )


class DiscretionForm(forms.ModelForm):  # type: ignore[type-arg]
    """How much is said where others may look."""

    class Meta:
        model = Contact
        fields = ("discretion", "calendar_title")
        labels = {
            "discretion": "A subject or a text about your time says",
            "calendar_title": "Your calendar entry says",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (
            ("discretion", Contact.Discretion.choices),
            ("calendar_title", Contact.CalendarTitle.choices),
        ):
            self.fields[name] = forms.ChoiceField(
                label=self.fields[name].label,
                choices=choices,
                required=False,
                error_messages={"invalid_choice": "Choose from the list."},
            )


class PhoneForm(forms.Form):
    """The number that a code goes to."""

    phone = forms.CharField(
        max_length=40,
        label="Phone number",
        help_text="We text a code to it. Nobody on your study sees the number.",
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        error_messages={"required": "Enter a phone number, like 07700 900123."},
    )

    def clean_phone(self) -> str:
        try:
            return phone.normalised(self.cleaned_data["phone"])
        except phone.NotANumber as problem:
            raise ValidationError(
                "Enter a mobile number, like 07700 900123."
            ) from problem
        except phone.CountryNotServed as problem:
            raise ValidationError(
                "We cannot send text messages to that country. Email still reaches you."
            ) from problem


class CodeForm(forms.Form):
    """The code that came by text message."""

    code = forms.CharField(
        max_length=20,
        label="Code",
        help_text="Six digits, from the text message.",
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}
        ),
        error_messages={"required": "Enter the six digits from the text message."},
    )

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].replace(" ", "")
        if not (code.isascii() and code.isdigit() and len(code) == 6):
            raise ValidationError("Enter the six digits from the text message.")
        return code
