import datetime
import uuid

import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import sessions.guard


class Migration(migrations.Migration):
    # A database made before 0.1 has run these and holds the same tables already.
    replaces = [
        ("support_sessions", "0001_initial"),
        ("support_sessions", "0002_calendars"),
        ("support_sessions", "0003_outreach"),
        ("support_sessions", "0004_groups"),
        ("support_sessions", "0005_series"),
        ("support_sessions", "0006_new_times_and_wishes"),
        ("support_sessions", "0007_another_way_to_talk"),
    ]

    initial = True

    dependencies = [
        ("people", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("vault", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="TimeWish",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="time_wish",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("weekdays", models.JSONField(default=list)),
                ("parts", models.JSONField(default=list)),
                ("modes", models.JSONField(default=list)),
                ("changed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Supporter",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="supporter",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("title", models.CharField(max_length=80)),
                ("about", models.CharField(blank=True, max_length=300)),
                ("outside", models.BooleanField(default=False)),
                ("buffer_minutes", models.PositiveSmallIntegerField(default=10)),
                ("notice_minutes", models.PositiveIntegerField(default=120)),
                ("most_per_day", models.PositiveSmallIntegerField(default=5)),
                ("horizon_days", models.PositiveSmallIntegerField(default=120)),
                (
                    "most_per_week",
                    models.PositiveSmallIntegerField(blank=True, null=True),
                ),
                (
                    "longest_run_minutes",
                    models.PositiveSmallIntegerField(blank=True, null=True),
                ),
                ("rest_minutes", models.PositiveSmallIntegerField(default=30)),
                ("holidays", models.CharField(blank=True, max_length=12)),
                (
                    "cover",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="covers",
                        to="support_sessions.supporter",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="GroupRound",
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
                ("origin", models.CharField(max_length=120, null=True, unique=True)),
                ("kind", models.CharField(max_length=32)),
                ("quiet_minutes", models.PositiveSmallIntegerField(default=0)),
                ("made_at", models.DateTimeField()),
                (
                    "supporter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rounds",
                        to="support_sessions.supporter",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Gathering",
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
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("mode", models.CharField(max_length=16)),
                ("place", models.CharField(blank=True, max_length=80)),
                ("most", models.PositiveSmallIntegerField()),
                ("reminders", models.JSONField(default=list)),
                ("called_off_at", models.DateTimeField(null=True)),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="gatherings",
                        to="support_sessions.groupround",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="gathering_has_length",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("most__gte", 2)),
                        name="gathering_needs_others",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Series",
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
                ("kind", models.CharField(max_length=32)),
                ("minutes", models.PositiveSmallIntegerField()),
                ("mode", models.CharField(max_length=16)),
                ("reminders", models.JSONField(default=list)),
                ("zone", models.CharField(max_length=64)),
                ("wall", models.TimeField()),
                ("anchor_on", models.DateField()),
                ("anchor_number", models.PositiveSmallIntegerField(default=1)),
                ("every_weeks", models.PositiveSmallIntegerField()),
                ("times", models.PositiveSmallIntegerField()),
                ("laid_out", models.PositiveSmallIntegerField(default=1)),
                ("look_at", models.DateTimeField(null=True)),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="series",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "supporter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="series",
                        to="support_sessions.supporter",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "series",
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("ended_at__isnull", True), ("look_at__isnull", False)
                        ),
                        fields=["look_at"],
                        name="series_to_lay_out",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Booking",
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
                ("origin", models.CharField(max_length=120, null=True, unique=True)),
                ("kind", models.CharField(max_length=32)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("mode", models.CharField(max_length=16)),
                ("place", models.CharField(blank=True, max_length=80)),
                ("stands_in", models.BooleanField(default=False)),
                ("reminders", models.JSONField(default=list)),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("way_asked_at", models.DateTimeField(null=True)),
                ("made_at", models.DateTimeField()),
                ("pencilled_until", models.DateTimeField(null=True)),
                ("agreed_at", models.DateTimeField(null=True)),
                ("freed_at", models.DateTimeField(null=True)),
                (
                    "freed_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("released", "the pencilled time went back"),
                            ("by_person", "cancelled by you"),
                            ("by_us", "cancelled by us"),
                            ("declined", "not this time"),
                        ],
                        max_length=12,
                    ),
                ),
                ("took_place_at", models.DateTimeField(null=True)),
                ("did_not_happen_at", models.DateTimeField(null=True)),
                ("seat", models.PositiveSmallIntegerField(null=True)),
                ("number", models.PositiveSmallIntegerField(null=True)),
                ("entry_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "gathering",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="places",
                        to="support_sessions.gathering",
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="support_sessions.series",
                    ),
                ),
                (
                    "supporter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="support_sessions.supporter",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["supporter", "starts_at"], name="booking_supporter"
                    ),
                    models.Index(fields=["person", "starts_at"], name="booking_person"),
                    models.Index(
                        condition=models.Q(
                            ("agreed_at__isnull", True), ("freed_at__isnull", True)
                        ),
                        fields=["pencilled_until"],
                        name="booking_pencils",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at__gt", models.F("starts_at")),
                            (
                                "ends_at__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("starts_at"),
                                    "+",
                                    models.Value(datetime.timedelta(days=1)),
                                ),
                            ),
                        ),
                        name="booking_has_length",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("agreed_at__isnull", False),
                            ("pencilled_until__isnull", False),
                            _connector="OR",
                        ),
                        name="booking_agreed_or_pencilled",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("supporter", models.F("person")), _negated=True),
                            ("seat", 0),
                            _connector="OR",
                        ),
                        name="booking_needs_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("gathering__isnull", True), ("seat__isnull", True)
                            ),
                            models.Q(
                                ("gathering__isnull", False), ("seat__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="booking_seat_in_a_gathering",
                    ),
                    models.UniqueConstraint(
                        fields=("series", "number"), name="booking_number_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("freed_at__isnull", True)),
                        fields=("gathering", "seat"),
                        name="booking_seat_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("freed_at__isnull", True), ("freed_because", "")),
                            models.Q(
                                ("freed_at__isnull", False),
                                models.Q(("freed_because", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="booking_freed_has_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Outreach",
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
                ("begun_at", models.DateTimeField()),
                ("first_at", models.DateTimeField()),
                ("again_at", models.DateTimeField(null=True)),
                ("first_sent_at", models.DateTimeField(null=True)),
                ("again_sent_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "booking",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outreach",
                        to="support_sessions.booking",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=["first_at"],
                        name="outreach_open",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Rearrangement",
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
                ("starts_at", models.DateTimeField(null=True)),
                ("ends_at", models.DateTimeField(null=True)),
                ("cannot_keep", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField()),
                ("claimed_until", models.DateTimeField(null=True)),
                ("steps", models.PositiveIntegerField(default=0)),
                ("steps_done", models.PositiveIntegerField(default=0)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "also",
                    models.ManyToManyField(
                        related_name="+", to="support_sessions.supporter"
                    ),
                ),
                (
                    "supporter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rearrangements",
                        to="support_sessions.supporter",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ends_at__isnull", True), ("starts_at__isnull", True)
                            ),
                            ("ends_at__gt", models.F("starts_at")),
                            _connector="OR",
                        ),
                        name="rearrangement_has_days",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ClosedDay",
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
                ("day", models.DateField()),
                (
                    "supporter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="closed_days",
                        to="support_sessions.supporter",
                    ),
                ),
            ],
            options={
                "ordering": ["day"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("supporter", "day"), name="closed_day_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BusyTime",
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
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("brought_in_at", models.DateTimeField()),
                (
                    "supporter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="busy_times",
                        to="support_sessions.supporter",
                    ),
                ),
            ],
            options={
                "ordering": ["starts_at"],
                "indexes": [
                    models.Index(
                        fields=["supporter", "starts_at"], name="busy_supporter"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="busy_time_has_length",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BookingChange",
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
                    "what",
                    models.CharField(
                        choices=[
                            ("pencilled", "pencilled"),
                            ("agreed", "agreed"),
                            ("moved", "moved"),
                            ("freed", "freed"),
                            ("restored", "restored"),
                            ("outcome", "outcome recorded"),
                            ("way", "another way to talk"),
                        ],
                        max_length=12,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("was_starts_at", models.DateTimeField(null=True)),
                ("was_ends_at", models.DateTimeField(null=True)),
                (
                    "booking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="support_sessions.booking",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "was_supporter",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="support_sessions.supporter",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SupportRequest",
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
                ("origin", models.CharField(max_length=120, null=True, unique=True)),
                ("held_since", models.DateTimeField()),
                ("kind", models.CharField(max_length=32)),
                ("minutes", models.PositiveSmallIntegerField()),
                ("modes", models.JSONField(default=list)),
                ("reminders", models.JSONField(default=list)),
                ("asked_at", models.DateTimeField()),
                ("promised_by", models.DateTimeField()),
                ("answer_due", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("cover_asked_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "booking",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="request",
                        to="support_sessions.booking",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="support_sessions.supporter",
                    ),
                ),
                (
                    "note",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="vault.record",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="support_requests",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("answered_at__isnull", True), ("closed_at__isnull", True)
                        ),
                        fields=["answer_due"],
                        name="request_unanswered",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Suggestion",
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
                ("was_at", models.DateTimeField(null=True)),
                ("starts_at", models.DateTimeField(null=True)),
                ("ends_at", models.DateTimeField(null=True)),
                ("mode", models.CharField(blank=True, max_length=16)),
                ("why", models.CharField(max_length=12)),
                ("asked_at", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "answer",
                    models.CharField(
                        blank=True, choices=[("yes", "yes"), ("no", "no")], max_length=3
                    ),
                ),
                (
                    "booking",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="suggestions",
                        to="support_sessions.booking",
                    ),
                ),
                (
                    "rearrangement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="suggestions",
                        to="support_sessions.rearrangement",
                    ),
                ),
                (
                    "supporter",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="support_sessions.supporter",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="suggestions",
                        to="support_sessions.supportrequest",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("booking__isnull", False), ("request__isnull", True)
                            ),
                            models.Q(
                                ("booking__isnull", True), ("request__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="suggestion_about_one_thing",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TimeOff",
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
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "cover",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="support_sessions.supporter",
                    ),
                ),
                (
                    "supporter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="time_off",
                        to="support_sessions.supporter",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="time_off_has_length",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AwayQuestion",
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
                ("asked_at", models.DateTimeField()),
                ("answer_by", models.DateTimeField()),
                ("kept_at", models.DateTimeField(null=True)),
                (
                    "booking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="away_questions",
                        to="support_sessions.booking",
                    ),
                ),
                (
                    "time_off",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="support_sessions.timeoff",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("kept_at__isnull", True)),
                        fields=["answer_by"],
                        name="away_question_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("booking", "time_off"), name="away_question_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UsualSupporter",
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
                ("since", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="usual_supporters",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "supporter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="support_sessions.supporter",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("person", "supporter"),
                        name="usual_supporter_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkingHours",
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
                ("weekday", models.PositiveSmallIntegerField()),
                ("starts", models.TimeField()),
                ("ends", models.TimeField()),
                ("zone", models.CharField(max_length=64)),
                ("from_date", models.DateField()),
                ("until_date", models.DateField(blank=True, null=True)),
                ("modes", models.JSONField(default=list)),
                ("place", models.CharField(blank=True, max_length=80)),
                ("every_weeks", models.PositiveSmallIntegerField(default=1)),
                (
                    "supporter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hours",
                        to="support_sessions.supporter",
                    ),
                ),
            ],
            options={
                "ordering": ["weekday", "starts"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("weekday__lte", 6)),
                        name="hours_on_a_weekday",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("every_weeks__range", (1, 8))),
                        name="hours_every_few_weeks",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CalendarFeed",
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
                ("device", models.CharField(max_length=40)),
                (
                    "words",
                    models.CharField(
                        choices=[
                            ("busy", "“Busy”, and no more"),
                            ("talk", "“Time to talk”"),
                            ("names", "“Time to talk” and who supports you"),
                        ],
                        default="busy",
                        max_length=8,
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calendar_feeds",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["made_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "device"),
                        name="calendar_feed_once_per_device",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="GroupInvitation",
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
                ("quiet_at", models.DateTimeField(null=True)),
                ("declined_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="group_invitations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="support_sessions.groupround",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("round", "person"), name="invited_once_to_a_round"
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=sessions.guard.OnPostgres(
                condition=models.Q(("freed_at__isnull", True)),
                expressions=[
                    (
                        models.Func(
                            models.Func(
                                models.Case(
                                    models.When(
                                        gathering__isnull=True,
                                        then=models.F("supporter_id"),
                                    ),
                                    default=models.F("person_id"),
                                ),
                                models.Case(
                                    models.When(
                                        gathering__isnull=True,
                                        then=models.F("supporter_id"),
                                    ),
                                    default=models.F("person_id"),
                                ),
                                models.Value("[]"),
                                function="int8range",
                            ),
                            models.Func(
                                models.F("person_id"),
                                models.F("person_id"),
                                models.Value("[]"),
                                function="int8range",
                            ),
                            function="int8multirange",
                        ),
                        "&&",
                    ),
                    (
                        models.Func(
                            models.F("starts_at"),
                            models.F("ends_at"),
                            function="tstzrange",
                            output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField(),
                        ),
                        "&&",
                    ),
                ],
                name="booking_nobody_in_two_places",
            ),
        ),
    ]
