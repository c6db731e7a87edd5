"""What people type about the calendars that they keep elsewhere."""

from django import forms
from django.core.files.uploadedfile import UploadedFile

from sessions.calendars.busy import MOST_BYTES, SENTENCES
from sessions.models import CalendarFeed


class DeviceForm(forms.Form):
    """A device that reads a person's bookings, and how much its entries say."""

    device = forms.CharField(
        label="What do you call it?",
        max_length=40,
        error_messages={
            "required": "Enter a name, like my phone.",
            "max_length": "Enter a name of at most 40 letters.",
        },
    )
    words = forms.ChoiceField(
        label="What should each entry say?",
        choices=CalendarFeed.Words.choices,
        error_messages={
            "required": "Choose what each entry says.",
            "invalid_choice": "Choose what each entry says.",
        },
    )

    def clean_device(self) -> str:
        """One line of visible letters, since it is shown back in sentences."""
        name = " ".join(self.cleaned_data["device"].split())
        if not name.isprintable():
            raise forms.ValidationError("Enter a name in plain letters.")
        return name


class BusyFileForm(forms.Form):
    """A calendar file. What is in it is read elsewhere, by a process with limits."""

    file = forms.FileField(
        label="Calendar file",
        error_messages={
            "required": "Choose a file that ends in .ics.",
            "missing": "Choose a file that ends in .ics.",
            "empty": SENTENCES["empty"],
            "invalid": "Choose a file that ends in .ics.",
        },
    )

    def clean_file(self) -> bytes:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(SENTENCES["too_big"])
        content: bytes = file.read()
        return content
