"""The one field of the import page."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from wellbeing.imports.reading import LARGEST_FILE


class FileForm(forms.Form):
    """Clean `file` is the upload, not larger than a log may be."""

    file = forms.FileField(
        label="File",
        allow_empty_file=True,
        error_messages={
            "required": "Choose a file first.",
            "invalid": "Choose a file first.",
            "missing": "Choose a file first.",
        },
    )

    def clean_file(self) -> "UploadedFile[Any]":
        file: Any = self.cleaned_data["file"]
        # Asked before a byte is read, so that a film cannot fill the memory.
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(
                "The file is larger than 1 MB. Split it into smaller ones."
            )
        upload: UploadedFile[Any] = file
        return upload
