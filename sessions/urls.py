"""The addresses of this app, mounted at the root."""

from django.urls import URLPattern, path

from sessions.views import bookings, desk, week

urlpatterns: list[URLPattern] = [
    path("requests/", desk.requests, name="requests"),
    path("requests/<uuid:public_id>/", desk.own_request, name="request"),
    path("requests/<uuid:public_id>/note/", desk.note, name="request_note"),
    path("requests/<uuid:public_id>/offer/", desk.offer, name="request_offer"),
    path("requests/<uuid:public_id>/pass/", desk.pass_on, name="request_pass"),
    path("requests/<uuid:public_id>/cover/", desk.cover, name="request_cover"),
    path("requests/<uuid:public_id>/close/", desk.close, name="request_close"),
    path("week/", week.week, name="week"),
    path("availability/", week.availability, name="availability"),
    path("availability/remove/", week.remove_hours, name="hours_remove"),
    path("availability/time-off/", week.time_off, name="time_off"),
    path("availability/time-off/remove/", week.remove_time_off, name="time_off_remove"),
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
    path(
        "bookings/<uuid:public_id>/calendar.ics",
        bookings.calendar,
        name="booking_calendar",
    ),
]
