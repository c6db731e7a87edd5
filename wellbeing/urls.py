"""Every address of the product."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from wellbeing.views import (
    alerts,
    coding,
    corrections,
    groups,
    hard_one,
    home,
    imports,
    life,
    load,
    log,
    message_texts,
    offers,
    post,
    studies,
    support_page,
    teams,
    times,
    wishes,
    work_links,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("log/", log.log, name="log"),
    path("log/coding/", coding.log_coding, name="log_coding"),
    path("log/recording/", coding.log_recording, name="log_recording"),
    path("log/meeting/", coding.log_meeting, name="log_meeting"),
    path("activities/", home.my_activities, name="my_activities"),
    path("activities/<uuid:public_id>/", log.activity, name="activity"),
    path("activities/<uuid:public_id>/menu/", hard_one.menu, name="menu"),
    path("activities/<uuid:public_id>/take-back/", log.take_back, name="take_back"),
    path("activities/<uuid:public_id>/correct/", corrections.correct, name="correct"),
    path(
        "activities/<uuid:public_id>/take-out/",
        corrections.take_out,
        name="correction_take_out",
    ),
    path(
        "activities/<uuid:public_id>/there-too/",
        corrections.there_too,
        name="correction_there_too",
    ),
    path(
        "activities/<uuid:public_id>/not-there/",
        corrections.not_there,
        name="correction_not_there",
    ),
    path("offers/<uuid:public_id>/", offers.offer, name="offer"),
    path("offers/<uuid:public_id>/keep/", offers.keep, name="offer_keep"),
    path("offers/<uuid:public_id>/not-now/", offers.decline, name="offer_decline"),
    path("offers/<uuid:public_id>/quiet/", offers.quiet_time, name="offer_quiet"),
    path("times/", times.times, name="times"),
    path("times/wishes/", wishes.own_wishes, name="wishes"),
    path("support/", support_page.support_page, name="support"),
    path("support/ask/", times.ask, name="ask"),
    path("support/someone-else/", support_page.someone_else, name="someone_else"),
    path("own-supervision/", groups.own_supervision, name="own_supervision"),
    path("groups/new/", groups.new, name="group_new"),
    path("load/", load.load, name="load"),
    path("alerts/", alerts.alerts, name="alerts"),
    path("message-texts/", message_texts.message_texts, name="message_texts"),
    path("message-texts/<slug:name>/", message_texts.message_text, name="message_text"),
    path(
        "message-texts/<slug:name>/letter/",
        message_texts.letter,
        name="message_text_letter",
    ),
    path(
        "message-texts/<slug:name>/edit/", message_texts.edit, name="message_text_edit"
    ),
    path(
        "message-texts/<slug:name>/back/", message_texts.back, name="message_text_back"
    ),
    path("post/", post.post, name="post"),
    path("protocol/", include("wellbeing.draft_urls")),
    path("studies/", studies.studies, name="studies"),
    path("studies/<uuid:public_id>/log/", studies.study_log, name="study_log"),
    path("studies/<uuid:public_id>/life/", life.study_life, name="study_life"),
    path(
        "studies/<uuid:public_id>/life/<slug:step>/",
        life.study_step,
        name="study_step",
    ),
    path("studies/<uuid:public_id>/teams/", teams.study_teams, name="study_teams"),
    path(
        "studies/<uuid:public_id>/teams/put/",
        teams.put_in_team,
        name="study_team_put",
    ),
    path("studies/<uuid:public_id>/import/", imports.study_import, name="study_import"),
    path(
        "studies/<uuid:public_id>/import/<uuid:batch_id>/",
        imports.study_import_batch,
        name="study_import_batch",
    ),
    path(
        "studies/<uuid:public_id>/import/<uuid:batch_id>/undo/",
        imports.study_import_undo,
        name="study_import_undo",
    ),
    path("", include("wellbeing.front_urls")),
    path("", include("wellbeing.plan_urls")),
    path("", include("sessions.urls")),
    # After the addresses of a booking that have a word in this place.
    path(
        "bookings/<uuid:public_id>/<str:signature>/",
        work_links.booking_link,
        name="booking_link",
    ),
    path("", include("checkins.urls")),
    path("", include("notifications.urls")),
    path("accounts/", include("allauth.urls")),
]
if settings.DEMO:
    urlpatterns.insert(0, path("demo/", include("wellbeing.demo.urls")))
