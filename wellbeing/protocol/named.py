"""How each kind of activity is called in the sentences that people read. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Named:
    """`done`: what somebody finished. `doing`: what they took part in. `one`, `many`:
    how it is counted. `shown`: what a page that plans or logs it calls it."""

    done: str
    doing: str
    one: str
    many: str

    def counted(self, number: float) -> str:
        """`1 interview`, `2.5 transcripts`."""
        return f"{number:g} {self.one if number == 1 else self.many}"

    @property
    def heading(self) -> str:
        return self.many[0].upper() + self.many[1:]


ACTIVITIES: dict[str, Named] = {
    "interview": Named("an interview", "interviewing", "interview", "interviews"),
    "survey_interview": Named(
        "a survey interview",
        "survey interviewing",
        "survey interview",
        "survey interviews",
    ),
    "transcription": Named(
        "transcribing a recording", "transcribing", "recording", "recordings"
    ),
    "coding": Named("coding a transcript", "coding", "transcript", "transcripts"),
    "group_coding": Named(
        "coding together",
        "coding together",
        "time coding together",
        "times coding together",
    ),
    "analysis_meeting": Named(
        "an analysis meeting",
        "meeting about the analysis",
        "analysis meeting",
        "analysis meetings",
    ),
}
