import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import wellbeing.people.models


class Migration(migrations.Migration):
    # A database made before 0.1 has run these and holds the same tables already.
    replaces = [
        ("wellbeing", "0001_initial"),
        ("wellbeing", "0002_logged_too"),
        ("wellbeing", "0003_teams_and_kinds_of_work"),
        ("wellbeing", "0004_past_limits_of_each_kind"),
        ("wellbeing", "0005_facilitators_past_a_limit"),
        ("wellbeing", "0006_corrections"),
        ("wellbeing", "0007_cancelled_twice"),
        ("wellbeing", "0008_life_of_a_study"),
        ("wellbeing", "0009_work_that_is_given"),
        ("wellbeing", "0010_preview_runs"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("support_sessions", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Study",
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
                ("name", models.CharField(max_length=120)),
                (
                    "time_zone",
                    models.CharField(
                        default="Europe/London",
                        max_length=64,
                        validators=[wellbeing.people.models.check_zone],
                    ),
                ),
                ("opened_on", models.DateField(blank=True, null=True)),
                ("finished_on", models.DateField(blank=True, null=True)),
                ("analysis_from", models.DateField(blank=True, null=True)),
                ("closed_on", models.DateField(blank=True, null=True)),
                ("support_ends_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("support_ends_on__isnull", True),
                            models.Q(
                                ("closed_on__isnull", False),
                                ("support_ends_on__gte", models.F("closed_on")),
                            ),
                            _connector="OR",
                        ),
                        name="support_outlives_the_study",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProtocolVersion",
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
                ("number", models.PositiveIntegerField()),
                ("text", models.TextField()),
                ("digest", models.CharField(max_length=64)),
                ("reason", models.CharField(max_length=200)),
                ("active_from", models.DateTimeField()),
                ("made_at", models.DateTimeField()),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="protocol_versions",
                        to="wellbeing.study",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("study", "number"),
                        name="protocol_version_numbered_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Draft",
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
                ("text", models.TextField()),
                ("reason", models.CharField(max_length=200)),
                ("ethics_reference", models.CharField(blank=True, max_length=80)),
                ("active_from", models.DateField(blank=True, null=True)),
                ("made_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draft",
                        to="wellbeing.protocolversion",
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drafts",
                        to="wellbeing.study",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("version__isnull", True), ("withdrawn_at__isnull", True)
                        ),
                        fields=("study",),
                        name="one_draft_at_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DraftComment",
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
                ("at", models.DateTimeField()),
                ("text", models.TextField(max_length=2000)),
                ("objection", models.BooleanField(default=False)),
                ("answer", models.TextField(blank=True, max_length=2000)),
                ("answered_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="comments",
                        to="wellbeing.draft",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ImportBatch",
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
                ("file_name", models.CharField(max_length=120)),
                ("digest", models.CharField(max_length=64)),
                ("people_added", models.JSONField(default=list)),
                ("made_at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="import_batches",
                        to="wellbeing.study",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Activity",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("interview", "interview"),
                            ("survey_interview", "survey interview"),
                            ("coding", "transcript coded"),
                            ("transcription", "recording transcribed"),
                            ("group_coding", "coding together"),
                            ("analysis_meeting", "analysis meeting"),
                        ],
                        max_length=20,
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=32)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("mode", models.CharField(blank=True, max_length=16)),
                ("companion", models.BooleanField(null=True)),
                ("marked", models.BooleanField(null=True)),
                (
                    "level",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("plain", "plain"),
                            ("noted", "with a content note"),
                            ("heavy", "heavy"),
                        ],
                        max_length=8,
                    ),
                ),
                ("again", models.BooleanField(default=False)),
                ("audio_minutes", models.PositiveIntegerField(null=True)),
                ("closing_minutes", models.PositiveSmallIntegerField(null=True)),
                ("planned_start", models.DateTimeField(null=True)),
                ("planned_at", models.DateTimeField(null=True)),
                ("planned_minutes", models.PositiveIntegerField(null=True)),
                ("logged_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("submission", models.UUIDField(null=True, unique=True)),
                ("import_key", models.CharField(max_length=120, null=True)),
                (
                    "logged_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "planned_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "import_batch",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="activities",
                        to="wellbeing.importbatch",
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="activities",
                        to="wellbeing.study",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["study", "-ends_at"], name="activity_study_end"
                    ),
                    models.Index(
                        fields=["logged_by", "starts_at"], name="activity_own_log"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="activity_has_length",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("study", "import_key"),
                        name="activity_imported_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Correction",
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
                ("at", models.DateTimeField()),
                ("was", models.JSONField()),
                (
                    "activity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="corrections",
                        to="wellbeing.activity",
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
            ],
        ),
        migrations.CreateModel(
            name="ServiceAlert",
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
                    "kind",
                    models.CharField(
                        choices=[
                            (
                                "no_time_in_window",
                                "No time was free inside the promised window",
                            ),
                            (
                                "request_unanswered",
                                "A request waited longer than was promised",
                            ),
                            (
                                "cancelled_twice",
                                "We cancelled on the same person more than once",
                            ),
                        ],
                        max_length=24,
                    ),
                ),
                ("key", models.CharField(max_length=120, unique=True)),
                ("made_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(null=True)),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="alerts",
                        to="wellbeing.study",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Prepared",
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
                ("step", models.CharField(max_length=40)),
                ("done_on", models.DateField()),
                ("noted_at", models.DateTimeField()),
                (
                    "noted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prepared",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prepared",
                        to="wellbeing.study",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("study", "person", "step"), name="prepared_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Pause",
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
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(blank=True, null=True)),
                ("reason", models.CharField(max_length=200)),
                ("site", models.CharField(blank=True, max_length=40)),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pauses",
                        to="wellbeing.study",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            ("ends_on__gt", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="pause_has_length",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PastLimit",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("interview", "interview"),
                            ("survey_interview", "survey interview"),
                            ("coding", "transcript coded"),
                            ("transcription", "recording transcribed"),
                            ("group_coding", "coding together"),
                            ("analysis_meeting", "analysis meeting"),
                        ],
                        default="interview",
                        max_length=20,
                    ),
                ),
                ("code", models.CharField(max_length=32)),
                ("starts_at", models.DateTimeField()),
                ("minutes", models.PositiveIntegerField()),
                ("mode", models.CharField(blank=True, max_length=16)),
                ("limit_words", models.CharField(blank=True, max_length=200)),
                ("facilitator_words", models.CharField(blank=True, max_length=200)),
                ("reason", models.CharField(max_length=300)),
                ("asked_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_yes", models.BooleanField(null=True)),
                ("person_answered_at", models.DateTimeField(null=True)),
                ("person_yes", models.BooleanField(null=True)),
                ("facilitator_answered_at", models.DateTimeField(null=True)),
                ("facilitator_yes", models.BooleanField(null=True)),
                (
                    "activity",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="past_limit",
                        to="wellbeing.activity",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "facilitator",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="past_limits",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="past_limits",
                        to="wellbeing.study",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(
                                models.Q(
                                    ("decided_by", models.F("person")), _negated=True
                                ),
                                models.Q(
                                    ("decided_by", models.F("asked_by")), _negated=True
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="past_limit_needs_other_eyes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            ("facilitator__isnull", True),
                            ("facilitator_words", ""),
                            models.Q(
                                ("decided_by", models.F("facilitator")), _negated=True
                            ),
                            _connector="OR",
                        ),
                        name="past_limit_facilitator_never_decides",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("limit_words", ""), _negated=True),
                            models.Q(("facilitator_words", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="past_limit_is_about_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OutsideWorker",
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
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("interviewer", "interviewer"),
                            ("facilitator", "facilitator"),
                            ("observer", "observer"),
                            ("transcriber", "transcriber"),
                            ("coder", "coder"),
                            ("psychologist", "clinical psychologist"),
                            ("supervisor", "clinical supervisor"),
                            ("peer_supporter", "peer supporter"),
                            ("outside_psychologist", "outside psychologist"),
                            ("counsellor", "counsellor"),
                            ("team_supervisor", "team supervisor"),
                            ("group_facilitator", "group facilitator"),
                            ("coordinator", "coordinator"),
                            ("lead", "well-being lead"),
                            ("lived_experience", "lived-experience researcher"),
                            ("chief_investigator", "chief investigator"),
                            ("administrator", "administrator"),
                        ],
                        max_length=24,
                    ),
                ),
                ("door", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("added_at", models.DateTimeField()),
                ("last_work_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("erased_at", models.DateTimeField(null=True)),
                (
                    "added_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outside_worker",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outside_workers",
                        to="wellbeing.study",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Offer",
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
                ("rule", models.CharField(max_length=32)),
                ("subject", models.CharField(max_length=64)),
                ("because", models.JSONField()),
                ("made_at", models.DateTimeField()),
                ("window_until", models.DateTimeField()),
                ("open_until", models.DateTimeField()),
                ("time_in_window", models.BooleanField(null=True)),
                ("accepted_at", models.DateTimeField(null=True)),
                ("accepted_as", models.CharField(blank=True, max_length=32)),
                ("declined_at", models.DateTimeField(null=True)),
                ("lapsed_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "booking",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="offers",
                        to="support_sessions.booking",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="wellbeing.offer",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to="wellbeing.protocolversion",
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to="wellbeing.study",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "-made_at"], name="offer_person"),
                    models.Index(
                        condition=models.Q(
                            ("accepted_at__isnull", True),
                            ("declined_at__isnull", True),
                            ("lapsed_at__isnull", True),
                            ("withdrawn_at__isnull", True),
                        ),
                        fields=["open_until"],
                        name="offer_open",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("study", "person", "rule", "subject"), name="offer_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NextLook",
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
                ("due_at", models.DateTimeField(db_index=True, null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="wellbeing.study",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("study", "person"), name="next_look_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
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
                ("email", models.EmailField(max_length=254)),
                ("name", models.CharField(max_length=120)),
                ("roles", models.JSONField()),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="wellbeing.study",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ChangeProposal",
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
                ("text", models.TextField(max_length=2000)),
                ("at", models.DateTimeField()),
                ("outcome", models.TextField(blank=True, max_length=2000)),
                ("decided_at", models.DateTimeField(null=True)),
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
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to="wellbeing.study",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StudyChange",
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
                            ("begun", "Planning opens"),
                            ("paused", "Paused"),
                            ("resumed", "Goes on after the pause"),
                            ("pause_taken_back", "The pause was taken back"),
                            ("finished", "Interviews finished"),
                            ("analysis", "Analysis"),
                            ("closed", "Closed"),
                            ("reopened", "Opened again"),
                            ("support_ends", "Support ends"),
                            ("support_stays", "Support stays"),
                        ],
                        max_length=20,
                    ),
                ),
                ("day", models.DateField(null=True)),
                ("site", models.CharField(blank=True, max_length=40)),
                ("reason", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                ("submission", models.UUIDField(unique=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pause",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="changes",
                        to="wellbeing.pause",
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="wellbeing.study",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Team",
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
                ("name", models.CharField(max_length=80)),
                ("site", models.CharField(blank=True, max_length=40)),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="teams",
                        to="wellbeing.study",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("study", "name"), name="team_name_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
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
                    "role",
                    models.CharField(
                        choices=[
                            ("interviewer", "interviewer"),
                            ("facilitator", "facilitator"),
                            ("observer", "observer"),
                            ("transcriber", "transcriber"),
                            ("coder", "coder"),
                            ("psychologist", "clinical psychologist"),
                            ("supervisor", "clinical supervisor"),
                            ("peer_supporter", "peer supporter"),
                            ("outside_psychologist", "outside psychologist"),
                            ("counsellor", "counsellor"),
                            ("team_supervisor", "team supervisor"),
                            ("group_facilitator", "group facilitator"),
                            ("coordinator", "coordinator"),
                            ("lead", "well-being lead"),
                            ("lived_experience", "lived-experience researcher"),
                            ("chief_investigator", "chief investigator"),
                            ("administrator", "administrator"),
                        ],
                        max_length=24,
                    ),
                ),
                ("from_date", models.DateField()),
                ("until_date", models.DateField(blank=True, null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="wellbeing.study",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="memberships",
                        to="wellbeing.team",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "role"], name="membership_person")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("study", "person", "role", "from_date"),
                        name="membership_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkPause",
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
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="work_pauses",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="work_pauses",
                        to="wellbeing.study",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("study", "person"), name="work_pause_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkTopic",
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
                ("name", models.CharField(max_length=40)),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="topics",
                        to="wellbeing.study",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("study", "name"), name="topic_name_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkItem",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("transcription", "recording"),
                            ("coding", "transcript"),
                        ],
                        max_length=20,
                    ),
                ),
                ("code", models.CharField(max_length=32)),
                ("part", models.PositiveSmallIntegerField(default=0)),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("plain", "plain"),
                            ("noted", "with a content note"),
                            ("heavy", "heavy"),
                        ],
                        default="plain",
                        max_length=8,
                    ),
                ),
                ("again", models.BooleanField(default=False)),
                ("audio_minutes", models.PositiveIntegerField(null=True)),
                ("due_on", models.DateField(null=True)),
                ("made_at", models.DateTimeField()),
                ("held_at", models.DateTimeField(null=True)),
                ("off_at", models.DateTimeField(null=True)),
                ("ask", models.UUIDField(null=True, unique=True)),
                ("asked_until", models.DateTimeField(null=True)),
                ("taken_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "activity",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="work_item",
                        to="wellbeing.activity",
                    ),
                ),
                (
                    "last_asked",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="work_items",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="work_items",
                        to="wellbeing.study",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="wellbeing.worktopic",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["study", "finished_at"], name="work_item_study"
                    ),
                    models.Index(
                        fields=["person", "finished_at"], name="work_item_person"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("off_at", None)),
                        fields=("study", "kind", "code", "part", "again"),
                        name="work_item_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TopicRest",
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
                ("until", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="topic_rests",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rests",
                        to="wellbeing.worktopic",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "topic"), name="topic_rest_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Exposure",
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
                    "role",
                    models.CharField(
                        choices=[
                            ("interviewer", "interviewer"),
                            ("facilitator", "facilitator"),
                            ("observer", "observer"),
                            ("transcriber", "transcriber"),
                            ("coder", "coder"),
                            ("psychologist", "clinical psychologist"),
                            ("supervisor", "clinical supervisor"),
                            ("peer_supporter", "peer supporter"),
                            ("outside_psychologist", "outside psychologist"),
                            ("counsellor", "counsellor"),
                            ("team_supervisor", "team supervisor"),
                            ("group_facilitator", "group facilitator"),
                            ("coordinator", "coordinator"),
                            ("lead", "well-being lead"),
                            ("lived_experience", "lived-experience researcher"),
                            ("chief_investigator", "chief investigator"),
                            ("administrator", "administrator"),
                        ],
                        max_length=24,
                    ),
                ),
                ("submission", models.UUIDField(editable=False, null=True)),
                (
                    "activity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="exposures",
                        to="wellbeing.activity",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exposures",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "activity"], name="exposure_person")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("activity", "person", "role"), name="exposure_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PreviewRun",
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
                ("text_digest", models.CharField(max_length=64)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("people", models.PositiveIntegerField(default=0)),
                ("people_done", models.PositiveIntegerField(default=0)),
                ("last_person", models.BigIntegerField(default=0)),
                ("activities", models.PositiveIntegerField(default=0)),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("claim", models.UUIDField(null=True)),
                ("claimed_until", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("failed_at", models.DateTimeField(null=True)),
                (
                    "draft",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="preview_run",
                        to="wellbeing.draft",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("done_at__isnull", True), ("failed_at__isnull", True)
                        ),
                        fields=["until"],
                        name="preview_runs_waiting",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Signature",
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
                ("constituency", models.CharField(max_length=24)),
                ("text_digest", models.CharField(max_length=64)),
                ("signed_at", models.DateTimeField()),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signatures",
                        to="wellbeing.draft",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("draft", "person"), name="signature_once_per_person"
                    )
                ],
            },
        ),
    ]
