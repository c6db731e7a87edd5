"""The addresses around the plan, mounted at the root."""

from django.urls import path

from wellbeing.views import past_limits, plan, preparation

urlpatterns = [
    path("plan/", plan.plan, name="plan"),
    path("plan/past-limit/", past_limits.ask, name="past_limit_ask"),
    path("plan/prepared/", preparation.prepared_people, name="plan_prepared"),
    path("plan/prepared/undo/", preparation.undo, name="plan_prepared_undo"),
    path("plan/<uuid:public_id>/", plan.plan_one, name="plan_one"),
    path("plan/<uuid:public_id>/off/", plan.take_off, name="plan_off"),
    path("asked/<uuid:public_id>/", past_limits.past_limit, name="past_limit"),
    path(
        "asked/<uuid:public_id>/answer/",
        past_limits.answer,
        name="past_limit_answer",
    ),
    path(
        "asked/<uuid:public_id>/decide/",
        past_limits.decide,
        name="past_limit_decide",
    ),
    path("prepared/", preparation.prepared, name="prepared"),
]
