"""The people of the demo's story, and the hours of those who listen."""

from datetime import date, datetime, time

from sessions import availability
from sessions.models import Supporter, UsualSupporter
from wellbeing import studies
from wellbeing.models import Role, Study
from wellbeing.people.models import Contact, User

Cast = dict[str, User]

LIVED = Role.LIVED_EXPERIENCE
TEAM = {
    "ada": ("Ada Okafor", [Role.INTERVIEWER, LIVED], "+447700900101"),
    "bem": ("Bem Adeyemi", [Role.INTERVIEWER, LIVED], "+447700900102"),
    "cleo": ("Cleo Hartley", [Role.INTERVIEWER, Role.CODER, LIVED], ""),
    "dev": ("Dev Patel", [Role.INTERVIEWER, Role.CODER, LIVED], "+447700900104"),
    "esi": ("Esi Mensah", [Role.INTERVIEWER, Role.OBSERVER, LIVED], "+447700900105"),
    "fay": ("Fay Lindqvist", [Role.INTERVIEWER, Role.COORDINATOR], ""),
    "gil": ("Gil Torres", [Role.FACILITATOR], "+447700900107"),
    "mo": ("Mo Rahman", [Role.FACILITATOR, Role.CODER], ""),
    "pat": ("Pat Quigley", [Role.FACILITATOR, Role.CODER], ""),
    "lou": ("Lou Brennan", [Role.COORDINATOR], ""),
    "sam": ("Sam Reid", [Role.LEAD], ""),
    "ash": ("Ash Webb", [Role.ADMINISTRATOR], ""),
}
STEPS = ("interview_training", "role_play", "live_observation")
# What the same people did in the study that is over.
EARLIER = {
    "ada": [Role.INTERVIEWER, Role.CODER],
    "dev": [Role.INTERVIEWER, Role.CODER],
    "cleo": [Role.INTERVIEWER, Role.CODER],
    "esi": [Role.INTERVIEWER, Role.CODER],
    "bem": [Role.INTERVIEWER],
    "fay": [Role.INTERVIEWER, Role.FACILITATOR, Role.CODER],
    "mo": [Role.FACILITATOR, Role.CODER],
    "gil": [Role.FACILITATOR],
}
LISTENING = {
    "kim": ("Dr Kim Sato", Role.PSYCHOLOGIST, "Clinical psychologist"),
    "jo": ("Dr Jo Whitfield", Role.PSYCHOLOGIST, "Clinical psychologist"),
    "ines": ("Dr Ines Duarte", Role.OUTSIDE_PSYCHOLOGIST, "Psychologist from outside"),
    "rosa": ("Rosa Iyer", Role.PEER_SUPPORTER, "Peer supporter"),
    "lin": ("Dr Amara Lin", Role.SUPERVISOR, "Clinical supervisor"),
}
ABOUT = {
    "kim": "Covers when Dr Jo is away. Not in your group.",
    "jo": "Part of your co-production group.",
    "ines": "No tie to your team or university. The study pays; the bill has no names.",
    "rosa": "Has done this work, is trained and has supervision.",
    "lin": "Looks after supervision. Not your line manager.",
}
HOURS = {
    "jo": [(0, 13, 17), (1, 10, 17), (2, 9, 12), (2, 14, 17), (3, 9, 12), (3, 13, 16)],
    "kim": [(0, 9, 12), (1, 14, 18), (2, 9, 12), (3, 13, 17), (4, 9, 13)],
    "ines": [(1, 17, 20), (3, 17, 20), (4, 9, 12)],
    "rosa": [(0, 10, 12), (2, 10, 13), (4, 10, 13)],
    "lin": [(1, 9, 13), (3, 9, 13)],
}
IN_PERSON = {"jo": "room 4"}


def gather(*, study: Study, opened: date, at: datetime) -> Cast:
    """Everybody of the study, with their roles, phones and weekly hours."""
    people: Cast = {}
    for key, (name, roles, phone) in TEAM.items():
        people[key] = _person(key, name, at)
        studies.join(study=study, person=people[key], roles=roles, since=opened, at=at)
        Contact.objects.create(
            person=people[key],
            phone=phone,
            phone_verified_at=at if phone else None,
            sms_wanted_at=at if phone else None,
        )
    for key, (name, role, title) in LISTENING.items():
        people[key] = _person(key, name, at)
        studies.join(study=study, person=people[key], roles=[role], since=opened, at=at)
        _open_hours(key, people[key], title, opened, at)
    jo, kim = (Supporter.objects.get(person=people[key]) for key in ("jo", "kim"))
    for first, second in ((jo, kim), (kim, jo)):
        first.cover = second
        first.save(update_fields=["cover"])
    for key in ("ada", "bem", "cleo", "esi"):
        UsualSupporter.objects.create(person=people[key], supporter=jo, since=at)
    return people


def _person(key: str, name: str, at: datetime) -> User:
    return User.objects.create_user(
        email=f"{key}@alongside.example", name=name, joined_at=at
    )


def _open_hours(key: str, person: User, title: str, opened: date, at: datetime) -> None:
    supporter = Supporter.objects.create(
        person=person, title=title, about=ABOUT[key], outside=key == "ines"
    )
    modes = ["phone", "video"]
    if key in IN_PERSON:
        modes.append("in_person")
    for weekday, starts, ends in HOURS[key]:
        availability.add_hours(
            supporter=supporter,
            weekday=weekday,
            starts=time(starts, 30 if starts == 9 else 0),
            ends=time(ends),
            zone="Europe/London",
            modes=modes,
            from_date=opened,
            place=IN_PERSON.get(key, ""),
        )
