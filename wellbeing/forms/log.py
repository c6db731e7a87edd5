"""The log form: three questions, facts filled in, nothing about the participant."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from wellbeing.activities import Entry
from wellbeing.models import Activity, Membership, Role, Study
from wellbeing.people.models import User
from wellbeing.protocol.document import ActivityPart

WHEN = [("now", "Just now"), ("today", "Earlier today"), ("other", "Another day")]
ANSWERS = ["keep", "times", "someone", "no"]
OTHER = "other"
LONGEST_AGO = timedelta(days=800)


@dataclass(frozen=True)
class LogContext:
    """What the form needs to know about the person and the study. `at` is UTC."""

    study: Study
    person: User
    roles: frozenset[str]
    part: ActivityPart
    planned: list[Activity]
    at: datetime

    @property
    def role(self) -> str:
        """How the person took part, unless a plan says otherwise."""
        for role in (Role.INTERVIEWER, Role.FACILITATOR, Role.OBSERVER):
            if role in self.roles:
                return role
        return Role.OBSERVER

    @property
    def other_role(self) -> str:
        """The role of the one who was with them."""
        if self.role == Role.INTERVIEWER:
            return Role.FACILITATOR
        return Role.INTERVIEWER

    def colleagues(self) -> list[User]:
        """Members who could have been there, A to Z."""
        rows = (
            Membership.objects.on(self.at.date())
            .filter(study=self.study, role__in=self.part.roles)
            .exclude(person=self.person)
            .select_related("person")
            .order_by("person__name")
        )
        return list({row.person_id: row.person for row in rows}.values())


class LogForm(forms.Form):
    """Clean data is one `Entry`, an answer or none, and the time that was shown."""

    when = forms.ChoiceField(
        choices=WHEN, error_messages={"required": "Choose when it finished."}
    )
    day = forms.DateField(
        required=False,
        label="Which day?",
        widget=forms.DateInput(attrs={"type": "date", "class": "input input--short"}),
        error_messages={"invalid": "Enter a day, like 16/09/2026."},
    )
    finished = forms.TimeField(
        required=False,
        label="What time did it finish?",
        widget=forms.TimeInput(attrs={"type": "time", "class": "input input--short"}),
        error_messages={"invalid": "Enter a time, like 15:40."},
    )
    minutes = forms.IntegerField(
        required=False,
        label="How many minutes did it last?",
        min_value=1,
        max_value=1440,
        widget=forms.NumberInput(attrs={"class": "input input--short"}),
        error_messages={
            "invalid": "Enter the minutes as a number, like 60.",
            "min_value": "Enter at least 1 minute.",
            "max_value": "Enter at most 1440 minutes, which is a whole day.",
        },
    )
    which = forms.CharField(
        error_messages={"required": "Choose which interview it was."}
    )
    code = forms.CharField(
        required=False,
        max_length=32,
        label="What is its code?",
        widget=forms.TextInput(
            attrs={"class": "input input--short", "autocomplete": "off"}
        ),
        error_messages={"max_length": "Enter a code of at most 32 characters."},
    )
    mode = forms.ChoiceField(
        required=False,
        label="How was it held?",
        widget=forms.Select(attrs={"class": "select input--mid"}),
    )
    with_whom = forms.ChoiceField(
        required=False, widget=forms.Select(attrs={"class": "select input--mid"})
    )
    companion = forms.BooleanField(
        required=False, label="The participant had somebody with them"
    )
    talk = forms.ChoiceField(
        required=False, choices=[(value, value) for value in ANSWERS]
    )
    slot = forms.CharField(required=False)
    submission = forms.UUIDField(
        error_messages={
            "required": "Open the page again, please.",
            "invalid": "Open the page again, please.",
        }
    )

    def __init__(self, *args: Any, context: LogContext, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.context = context
        self.people = {str(one.public_id): one for one in context.colleagues()}
        self.plans = {str(plan.public_id): plan for plan in context.planned}
        mode, with_whom = self.fields["mode"], self.fields["with_whom"]
        mode.choices = [("", "Not said"), *context.part.modes.items()]  # type: ignore[attr-defined]
        names = [(key, person.name) for key, person in self.people.items()]
        with_whom.choices = [("", "Nobody else from the team"), *names]  # type: ignore[attr-defined]
        with_whom.label = (
            "Who facilitated?"
            if context.other_role == Role.FACILITATOR
            else "Who interviewed?"
        )

    def clean_which(self) -> Activity | None:
        """The planned interview, or None for a different one."""
        value = self.cleaned_data["which"]
        if value == OTHER:
            return None
        if value not in self.plans:
            raise forms.ValidationError("Choose one of these, or a different one.")
        return self.plans[value]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "which" in data and data["which"] is None and not data.get("code"):
            self.add_error("code", "Enter the interview’s code, like 209.")
        if "when" in data and not self.errors.keys() & {"day", "finished"}:
            self._clean_end(data)
        if not self.errors:
            self._clean_entry(data)
        return data

    def _clean_end(self, data: dict[str, Any]) -> None:
        if data["when"] == "now":
            data["ends_at"] = self.context.at.replace(second=0, microsecond=0)
            return
        zone = ZoneInfo(self.context.study.time_zone)
        day: date | None = data.get("day")
        if data["when"] == "today":
            day = self.context.at.astimezone(zone).date()
        if day is None:
            self.add_error("day", "Choose the day on which it finished.")
        wall: time | None = data.get("finished")
        if wall is None:
            self.add_error("finished", "Enter the time when it finished, like 15:40.")
        if day is None or wall is None:
            return
        # At the ends of the calendar an instant in another zone cannot be worked out.
        day = min(max(day, date(1970, 1, 1)), date(2999, 12, 31))
        ends_at = datetime.combine(day, wall, zone).astimezone(ZoneInfo("UTC"))
        field = "day" if data["when"] == "other" else "finished"
        if ends_at > self.context.at:
            self.add_error(field, "That is still to come. Log it when it has finished.")
        elif ends_at < self.context.at - LONGEST_AGO:
            self.add_error(field, "That is more than two years ago. Check the day.")
        data["ends_at"] = ends_at

    def _clean_entry(self, data: dict[str, Any]) -> None:
        plan: Activity | None = data["which"]
        minutes = data.get("minutes") or self._minutes_of(plan, data["ends_at"])
        person = self.people.get(data.get("with_whom") or "")
        others = ((person, self.context.other_role),) if person else ()
        data["entry"] = Entry(
            study=self.context.study,
            role=self._role_in(plan),
            code=plan.code if plan else data["code"].strip(),
            starts_at=data["ends_at"] - timedelta(minutes=minutes),
            ends_at=data["ends_at"],
            mode=data.get("mode") or (plan.mode if plan else ""),
            companion=data["companion"] or None,
            others=others or self._others_in(plan),
            submission=data["submission"],
            planned=plan,
        )

    def _minutes_of(self, plan: Activity | None, ends_at: datetime) -> int:
        """From the planned start to the end when that is a usual length; else as
        planned; else an hour."""
        if plan is None or plan.planned_start is None:
            return 60
        took = int((ends_at - plan.planned_start).total_seconds() // 60)
        usual = self.context.part.usual_minutes
        if usual.least <= took <= usual.most:
            return took
        return plan.planned_minutes or 60

    def _role_in(self, plan: Activity | None) -> str:
        for exposure in plan.exposures.all() if plan else ():
            if exposure.person_id == self.context.person.pk:
                return exposure.role
        return self.context.role

    def _others_in(self, plan: Activity | None) -> tuple[tuple[User, str], ...]:
        return tuple(
            (exposure.person, exposure.role)
            for exposure in (plan.exposures.all() if plan else ())
            if exposure.person_id != self.context.person.pk
        )
