"""The addresses of this app, mounted at the root."""

from django.urls import URLPattern, path

from sessions.views import (
    availability,
    away,
    bookings,
    calendars,
    desk,
    groups,
    new_times,
    series,
    time_off,
    week,
)

urlpatterns: list[URLPattern] = [
    path("requests/", desk.requests, name="requests"),
    path("requests/<uuid:public_id>/", desk.own_request, name="request"),
    path("requests/<uuid:public_id>/note/", desk.note, name="request_note"),
    path("requests/<uuid:public_id>/offer/", desk.offer, name="request_offer"),
    path("requests/<uuid:public_id>/pass/", desk.pass_on, name="request_pass"),
    path("requests/<uuid:public_id>/cover/", desk.cover, name="request_cover"),
    path("requests/<uuid:public_id>/close/", desk.close, name="request_close"),
    path("groups/", groups.groups, name="groups"),
    path("groups/<uuid:public_id>/", groups.group, name="group"),
    path("groups/<uuid:public_id>/choose/", groups.choose, name="group_choose"),
    path("groups/<uuid:public_id>/call-off/", groups.call_off, name="group_call_off"),
    path(
        "groups/<uuid:public_id>/move/<uuid:gathering>/",
        groups.move,
        name="group_move",
    ),
    path("week/", week.week, name="week"),
    path("week/new-times/", new_times.new_times, name="new_times"),
    path("week/new-times/<uuid:public_id>/", new_times.found, name="new_times_found"),
    path("week/new-times/<uuid:public_id>/ask/", new_times.ask, name="new_times_ask"),
    path("new-time/<uuid:public_id>/", new_times.new_time, name="new_time"),
    path("new-time/<uuid:public_id>/yes/", new_times.yes, name="new_time_yes"),
    path("new-time/<uuid:public_id>/no/", new_times.no, name="new_time_no"),
    path("availability/", availability.availability, name="availability"),
    path("availability/remove/", availability.remove_hours, name="hours_remove"),
    path("availability/day/", availability.one_day, name="one_day"),
    path("availability/day/open/", availability.open_day, name="open_day"),
    path("availability/limits/", availability.limits, name="limits"),
    path("availability/busy/", calendars.busy_times, name="busy_times"),
    path("availability/busy/forget/", calendars.forget_busy, name="busy_forget"),
    path("availability/time-off/", time_off.time_off, name="time_off"),
    path(
        "availability/time-off/remove/",
        time_off.remove_time_off,
        name="time_off_remove",
    ),
    path("calendars/", calendars.calendars, name="calendars"),
    path("calendars/stop/", calendars.stop, name="calendar_stop"),
    path("cal/<str:token>.ics", calendars.feed, name="calendar_feed"),
    path("bookings/<uuid:public_id>/", bookings.booking, name="booking"),
    path("bookings/<uuid:public_id>/times/", bookings.times, name="booking_times"),
    path("bookings/<uuid:public_id>/keep/", bookings.keep, name="booking_keep"),
    path(
        "bookings/<uuid:public_id>/not-this-time/",
        bookings.not_this_time,
        name="booking_not_this_time",
    ),
    path("bookings/<uuid:public_id>/way/", bookings.way, name="booking_way"),
    path("bookings/<uuid:public_id>/cancel/", bookings.cancel, name="booking_cancel"),
    path(
        "bookings/<uuid:public_id>/restore/", bookings.restore, name="booking_restore"
    ),
    path(
        "bookings/<uuid:public_id>/outcome/", bookings.outcome, name="booking_outcome"
    ),
    path("bookings/<uuid:public_id>/away/", away.away, name="booking_away"),
    path(
        "bookings/<uuid:public_id>/will-be-there/",
        away.will_be_there,
        name="booking_will_be_there",
    ),
    path("bookings/<uuid:public_id>/again/", bookings.take_again, name="booking_again"),
    path(
        "bookings/<uuid:public_id>/no-more-notes/",
        bookings.no_more_notes,
        name="booking_no_more_notes",
    ),
    path("bookings/<uuid:public_id>/regular/", series.regular, name="booking_regular"),
    path(
        "bookings/<uuid:public_id>/move-from/",
        series.move_from,
        name="booking_move_from",
    ),
    path("series/<uuid:public_id>/", series.series, name="series"),
    path("series/<uuid:public_id>/end/", series.end, name="series_end"),
    path(
        "bookings/<uuid:public_id>/calendar.ics",
        bookings.calendar,
        name="booking_calendar",
    ),
]
