import datetime
import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import wellbeing.people.models


class Migration(migrations.Migration):
    # A database made before 0.1 has run these and holds the same tables already.
    replaces = [
        ("people", "0001_initial"),
        ("people", "0002_discretion_and_holidays"),
        ("people", "0003_address_without_account"),
    ]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="last login"
                    ),
                ),
                (
                    "public_id",
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                ),
                (
                    "email",
                    models.EmailField(
                        blank=True, max_length=254, null=True, unique=True
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                (
                    "time_zone",
                    models.CharField(
                        default="Europe/London",
                        max_length=64,
                        validators=[wellbeing.people.models.check_zone],
                    ),
                ),
                (
                    "theme",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Match my device"),
                            ("light", "Light"),
                            ("dark", "Dark"),
                        ],
                        max_length=8,
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
                ("joined_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="contact",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("mail", models.EmailField(blank=True, max_length=254)),
                ("phone", models.CharField(blank=True, max_length=16)),
                ("phone_verified_at", models.DateTimeField(blank=True, null=True)),
                ("sms_wanted_at", models.DateTimeField(blank=True, null=True)),
                ("sms_stopped_at", models.DateTimeField(blank=True, null=True)),
                ("email_suspended_at", models.DateTimeField(blank=True, null=True)),
                ("suspended_email", models.CharField(blank=True, max_length=254)),
                ("quiet_from", models.TimeField(default=datetime.time(20, 0))),
                ("quiet_until", models.TimeField(default=datetime.time(8, 0))),
                ("sms_at_weekends", models.BooleanField(default=False)),
                ("quiet_holidays", models.CharField(blank=True, max_length=8)),
                (
                    "discretion",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "The time only"),
                            (
                                "place",
                                "The time, and whether it is by phone, video or in a room",
                            ),
                            ("name", "The time, how, and who it is with"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "calendar_title",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Busy"),
                            ("appointment", "Appointment"),
                            ("name", "The name of the person you meet"),
                        ],
                        max_length=12,
                    ),
                ),
            ],
        ),
    ]
