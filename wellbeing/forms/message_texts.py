"""The form in which a coordinator changes the words of a message."""

from typing import Any

from django import forms

from notifications import shipped
from notifications.wording import Face, Faces
from notifications.wording_lint import LONGEST, allowed, problems
from wellbeing.lib import words
from wellbeing.models import Study
from wellbeing.unsaid import unsaid_in

_LABELS: dict[Face, str] = {
    "subject": "Subject of the mail",
    "words": "Words of the mail",
    "sms": "Text message",
}
_ROWS = {"subject": 2, "words": 11, "sms": 4}


class MessageTextForm(forms.Form):
    """Three faces; the HTML of a mail is made from its words. Empty means ours."""

    opened = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, name: str, faces: Faces, opened: int
    ) -> None:
        self.message, self.came = name, shipped.faces_of(name)
        start: dict[str, Any] = {
            face: getattr(faces, face) or self._ours(face) for face in _LABELS
        }
        super().__init__(data, initial={**start, "opened": opened})
        for face, label in _LABELS.items():
            if self._ours(face):
                self.fields[face] = self._field(face, label)

    def _ours(self, face: Face) -> str:
        text: str = getattr(self.came, face)
        return text

    def _field(self, face: Face, label: str) -> forms.CharField:
        names = words.list_words([f"{{{name}}}" for name in allowed(face, self.came)])
        longest = LONGEST[face]
        return forms.CharField(
            label=label,
            required=False,
            help_text=f"You can use {names}.",
            # The browser does not cut off what somebody pastes: we say it instead.
            widget=forms.Textarea(attrs={"class": "input", "rows": _ROWS[face]}),
            validators=[_at_most(longest)],
        )

    def faces(self) -> Faces:
        """What was typed; a face that says what ours says is left empty."""
        typed: dict[str, str] = {}
        for face in _LABELS:
            text = self.cleaned_data.get(face, "").replace("\r\n", "\n").strip()
            if face != "words":
                text = " ".join(text.split())
            typed[face] = "" if text == self._ours(face) else text
        return Faces(**typed)

    def check_words(self, *, studies: list[Study], at: Any) -> None:
        """Put each thing that is wrong beside its field."""
        faces = self.faces()
        unsaid = unsaid_in(faces, studies=studies, at=at)
        for finding in problems(self.message, faces, unsaid=unsaid):
            self.add_error(finding.face, finding.sentence)


class BackForm(forms.Form):
    """Which version to use again, and which one the person was looking at."""

    number = forms.IntegerField(min_value=0, max_value=1_000_000)
    opened = forms.IntegerField(min_value=0, max_value=1_000_000)


def _at_most(longest: int) -> Any:
    def check(text: str) -> None:
        if len(text) > longest:
            raise forms.ValidationError(
                f"This is {len(text)} letters long. At most {longest} fit."
            )

    return check
