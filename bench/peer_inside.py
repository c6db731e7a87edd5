"""Run by the interpreter of `bench.peer`, in which the other package is installed.

Prints one line of JSON: what 28 days of one person's free times cost it, half of them
taken, by its own function, one day at a time as its page asks.
"""

import json
import time
from datetime import date, timedelta

import django
from django.conf import settings

TIMES = 7
DAYS = 28
FIRST = 14


def main() -> None:
    _settle()
    staff = _half_full(_monday())
    from appointment.services import get_available_slots_for_staff  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    days = [_monday() + timedelta(days=ahead) for ahead in range(DAYS)]

    def ask() -> int:
        return sum(
            len(get_available_slots_for_staff(day, staff, (day.weekday() + 1) % 7))
            for day in days
        )

    with CaptureQueriesContext(connection) as heard:
        found = ask()
    took = []
    for _ in range(TIMES):
        began = time.process_time()
        ask()
        took.append((time.process_time() - began) * 1000)
    print(json.dumps({"found": found, "queries": len(heard), "ms": min(took)}))


def _settle() -> None:
    settings.configure(
        DATABASES={
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
        },
        INSTALLED_APPS=[
            *("django.contrib.auth", "django.contrib.contenttypes"),
            *("django.contrib.sessions", "django.contrib.messages", "appointment"),
        ],
        # It ships none; its users make their own.
        MIGRATION_MODULES={"appointment": None},
        USE_TZ=True,
        TIME_ZONE="Europe/London",
        SECRET_KEY="only-for-measuring",
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", run_syncdb=True, verbosity=0)


def _monday() -> date:
    ahead = date.today() + timedelta(days=FIRST)  # noqa: DTZ011 - a day in a year
    return ahead - timedelta(days=ahead.weekday())


def _half_full(monday: date) -> object:
    """Monday to Friday, nine to five, and every other hour of it taken."""
    from datetime import time as clock  # noqa: PLC0415

    from appointment.models import (  # noqa: PLC0415
        Appointment,
        AppointmentRequest,
        Service,
        StaffMember,
        WorkingHours,
    )
    from django.contrib.auth import get_user_model  # noqa: PLC0415

    people = get_user_model().objects
    talk = Service.objects.create(name="Talk", duration=timedelta(hours=1), price=0)
    staff = StaffMember.objects.create(
        user=people.create(username="staff"), slot_duration=60
    )
    staff.services_offered.add(talk)
    client = people.create(username="client")
    for weekday in range(1, 6):
        WorkingHours.objects.create(
            staff_member=staff,
            day_of_week=weekday,
            start_time=clock(9),
            end_time=clock(17),
        )
    for ahead in range(DAYS):
        day = monday + timedelta(days=ahead)
        for hour in range(9, 17, 2) if day.weekday() < 5 else ():
            asked = AppointmentRequest.objects.create(
                date=day,
                start_time=clock(hour),
                end_time=clock(hour + 1),
                service=talk,
                staff_member=staff,
            )
            Appointment.objects.create(client=client, appointment_request=asked)
    return staff


if __name__ == "__main__":
    main()
