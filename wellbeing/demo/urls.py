"""Addresses that exist in the demo only."""

from django.urls import path

from wellbeing.demo import views

urlpatterns = [
    path("", views.people, name="demo_people"),
    path("be/<uuid:public_id>/", views.be, name="demo_be"),
    path("inbox/", views.inbox_page, name="demo_inbox"),
    path("inbox/<uuid:public_id>/<str:name>/", views.mail, name="demo_mail"),
]
