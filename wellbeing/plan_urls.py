"""The addresses around the plan, mounted at the root."""

from django.urls import path

from wellbeing.views import (
    my_work,
    outside_people,
    past_limits,
    plan,
    plan_one,
    preparation,
    queue,
    work_links,
)

urlpatterns = [
    path("plan/", plan.plan, name="plan"),
    path("plan/past-limit/", past_limits.ask, name="past_limit_ask"),
    path("plan/prepared/", preparation.prepared_people, name="plan_prepared"),
    path("plan/prepared/undo/", preparation.undo, name="plan_prepared_undo"),
    path("plan/queue/", queue.queue, name="queue"),
    path("plan/queue/topics/", queue.add_topic, name="queue_topic"),
    path("plan/queue/<uuid:public_id>/", queue.queue_item, name="queue_item"),
    path("plan/queue/<uuid:public_id>/do/", queue.queue_change, name="queue_change"),
    path("plan/outside/", outside_people.outside_people, name="outside_people"),
    path("plan/outside/<uuid:public_id>/end/", outside_people.end, name="outside_end"),
    path("my-work/", my_work.my_work, name="my_work"),
    path("my-work/wishes/", my_work.work_wishes, name="work_wishes"),
    path("my-work/<uuid:public_id>/", my_work.work_item, name="work_item"),
    path("my-work/<uuid:public_id>/finish/", my_work.work_finish, name="work_finish"),
    path(
        "my-work/link/<uuid:ask>/<str:signature>/",
        work_links.work_link,
        name="work_link",
    ),
    path(
        "my-work/yours/<uuid:door>/<str:signature>/",
        work_links.work_door,
        name="work_door",
    ),
    path("plan/<uuid:public_id>/", plan_one.plan_one, name="plan_one"),
    path("plan/<uuid:public_id>/off/", plan_one.take_off, name="plan_off"),
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
