"""The addresses of this app, mounted at the root."""

from django.urls import path

from checkins import link_views, views

urlpatterns = [
    path("check-ins/", views.check_ins, name="check_ins"),
    path("check-ins/change/", views.change, name="check_ins_change"),
    path("check-ins/thank-you/", link_views.thanks, name="check_in_thanks"),
    path("check-ins/<uuid:public_id>/", views.check_in, name="check_in"),
    path(
        "check-ins/<uuid:public_id>/saved/", views.check_in_saved, name="check_in_saved"
    ),
    path("check-ins/<uuid:public_id>/delete/", views.delete, name="check_in_delete"),
    path("check-ins/<uuid:public_id>/share/", views.share, name="check_in_share"),
    path("check-ins/<uuid:public_id>/shared/", views.shared, name="check_in_shared"),
    path(
        "check-ins/<uuid:public_id>/<str:token>/",
        link_views.check_in_by_link,
        name="check_in_by_link",
    ),
    path(
        "check-ins/<uuid:public_id>/stop/<str:token>/",
        link_views.stop_by_link,
        name="check_in_stop_by_link",
    ),
]
