"""The form of one step in the life of a study."""

from typing import Any
from uuid import uuid4

from django import forms

from wellbeing.forms.fields import day_field
from wellbeing.lib.words import date_words
from wellbeing.models import Pause, StudyChange

What = StudyChange.What
OPEN_AGAIN = "Open the page again, please."
# Steps that hold at once; all others have a first day.
AT_ONCE = {What.REOPENED, What.SUPPORT_STAYS}
DAY_LABELS = {
    What.BEGUN: "First day on which interviews can be planned",
    What.PAUSED: "First day of the pause",
    What.RESUMED: "First day after the pause",
    What.FINISHED: "First day without interviews",
    What.ANALYSIS: "First day of the analysis",
    What.CLOSED: "First day on which the study is closed",
    What.SUPPORT_ENDS: "First day without support",
}
APART = [
    ("apart", "No. Those who have such a time to come are asked: phone or video?"),
    ("as_before", "Yes, as before"),
]


class StepForm(forms.Form):
    """When and why. A pause also says where, and whether people can still meet."""

    pause = forms.ChoiceField(
        label="Which pause?",
        error_messages={
            "required": "Choose which pause ends.",
            "invalid_choice": "Choose one from the list.",
        },
    )
    site = forms.ChoiceField(
        label="Where?",
        required=False,
        help_text="The others go on as before.",
        error_messages={"invalid_choice": "Choose one from the list."},
    )
    day = day_field("First day", required="Choose a day.")
    meeting = forms.ChoiceField(
        label="Can people talk in person with a supporter meanwhile?",
        choices=APART,
        widget=forms.RadioSelect,
        initial="apart",
        help_text="Their times stay agreed in any case. You do not see who is asked.",
        error_messages={
            "required": "Choose one of the two.",
            "invalid_choice": "Choose one of the two.",
        },
    )
    reason = forms.CharField(
        label="Why, in one sentence?",
        max_length=200,
        help_text="Everybody in the team can read it. Please name nobody.",
        widget=forms.TextInput(attrs={"class": "input"}),
        error_messages={
            "required": "Write one sentence for the team.",
            "max_length": "Keep it to 200 characters.",
        },
    )
    seen = forms.IntegerField(
        widget=forms.HiddenInput,
        error_messages={"required": OPEN_AGAIN, "invalid": OPEN_AGAIN},
    )
    submission = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={"required": OPEN_AGAIN, "invalid": OPEN_AGAIN},
    )

    def __init__(
        self,
        data: Any = None,
        *,
        what: What,
        seen: int,
        places: dict[str, str],
        pauses: list[Pause],
        initial: dict[str, Any],
    ) -> None:
        given = {"seen": seen, "submission": uuid4(), **initial}
        super().__init__(data, initial=given)
        self._ask_only_what_fits(what, places, pauses)

    def _ask_only_what_fits(
        self, what: What, places: dict[str, str], pauses: list[Pause]
    ) -> None:
        if what in AT_ONCE:
            del self.fields["day"]
        else:
            self.fields["day"].label = DAY_LABELS[what]
        if what is not What.PAUSED:
            del self.fields["meeting"]
        if what is not What.PAUSED or not places:
            del self.fields["site"]
        else:
            choices = [("", "All of the study"), *places.items()]
            self.fields["site"].choices = choices  # type: ignore[attr-defined]
        if what is not What.RESUMED:
            del self.fields["pause"]
            return
        named = {str(one.pk): one for one in pauses}
        self.pauses = named
        field = self.fields["pause"]
        field.choices = [(key, pause_words(one)) for key, one in named.items()]  # type: ignore[attr-defined]
        if len(named) == 1:
            field.widget = forms.HiddenInput()
            field.initial = next(iter(named))

    def clean_pause(self) -> Pause:
        return self.pauses[self.cleaned_data["pause"]]


def pause_words(pause: Pause) -> str:
    """`At north, from Monday 1 March 2027`."""
    where = f"At {pause.site}, from" if pause.site else "All of the study, from"
    return f"{where} {date_words(pause.starts_on, year=True)}"
