import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    # A database made before 0.1 has run these and holds the same tables already.
    replaces = [
        ("notifications", "0001_initial"),
        ("notifications", "0002_taken_back_on_its_way"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ChannelState",
            fields=[
                (
                    "channel",
                    models.CharField(max_length=8, primary_key=True, serialize=False),
                ),
                ("closed_until", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                (
                    "name",
                    models.CharField(max_length=32, primary_key=True, serialize=False),
                ),
                ("beat_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Message",
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
                (
                    "public_id",
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                ),
                ("dedupe_key", models.CharField(max_length=200, unique=True)),
                ("group", models.CharField(max_length=120)),
                ("purpose", models.CharField(max_length=32)),
                (
                    "channel",
                    models.CharField(
                        choices=[("email", "Email"), ("sms", "Text message")],
                        max_length=8,
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=254)),
                ("template", models.CharField(max_length=64)),
                ("context", models.JSONField(default=dict)),
                ("not_before", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Waiting for its time"),
                            ("claimed", "About to be sent"),
                            ("sending", "Being sent"),
                            ("retry", "To be tried again"),
                            ("uncertain", "Not known whether it left"),
                            ("accepted", "Handed over"),
                            ("delivered", "Arrived"),
                            ("cancelled", "Not sent: no longer needed"),
                            ("expired", "Not sent: too late to be of use"),
                            (
                                "withheld",
                                "Not sent: the person does not want it this way",
                            ),
                            ("dead", "Not sent: it could not be delivered"),
                        ],
                        default="pending",
                        max_length=12,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=80)),
                ("priority", models.SmallIntegerField(default=5)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_try", models.DateTimeField()),
                ("lease_until", models.DateTimeField(null=True)),
                ("lease_token", models.UUIDField(null=True)),
                ("provider_sid", models.CharField(blank=True, max_length=128)),
                ("last_code", models.CharField(blank=True, max_length=32)),
                ("created_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "fallback_of",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="fallbacks",
                        to="notifications.message",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["pending", "retry"])),
                        fields=["next_try", "priority"],
                        name="message_due",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["claimed", "sending"])),
                        fields=["lease_until"],
                        name="message_leased",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("settled_at", None),
                            ("state__in", ["uncertain", "accepted"]),
                        ),
                        fields=["next_try"],
                        name="message_in_doubt",
                    ),
                    models.Index(fields=["group"], name="message_group"),
                    models.Index(
                        fields=["person", "-created_at"], name="message_person"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("person__isnull", False),
                            models.Q(("address", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="message_has_a_recipient",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("not_before"))),
                        name="message_expires_after_it_starts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attempt",
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
                (
                    "public_id",
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("calling", "The provider is being called"),
                            ("answered", "The provider has answered"),
                        ],
                        max_length=10,
                    ),
                ),
                ("outcome", models.CharField(blank=True, max_length=16)),
                ("code", models.CharField(blank=True, max_length=32)),
                (
                    "provider_sid",
                    models.CharField(blank=True, db_index=True, max_length=128),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tries",
                        to="notifications.message",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("message", "number"), name="attempt_numbered_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Preference",
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
                ("purpose", models.CharField(max_length=32)),
                (
                    "channel",
                    models.CharField(
                        choices=[("email", "Email"), ("sms", "Text message")],
                        max_length=8,
                    ),
                ),
                ("wanted", models.BooleanField()),
                ("changed_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="message_preferences",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "purpose", "channel"), name="preference_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProviderEvent",
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
                ("provider", models.CharField(max_length=16)),
                ("sid", models.CharField(max_length=128)),
                ("status", models.CharField(max_length=24)),
                ("code", models.CharField(blank=True, max_length=16)),
                ("received_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "sid", "status"), name="provider_event_once"
                    )
                ],
            },
        ),
    ]
