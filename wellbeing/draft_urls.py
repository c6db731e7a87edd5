"""The addresses of the protocol and its drafts, mounted at `protocol/`."""

from django.urls import path

from wellbeing.views import draft_steps, drafts, protocol

urlpatterns = [
    path("", protocol.protocol, name="protocol"),
    path("version/<int:number>/", protocol.version, name="protocol_version"),
    path("propose/", protocol.propose, name="protocol_propose"),
    path("proposals/", protocol.proposals, name="protocol_proposals"),
    path(
        "proposals/<uuid:public_id>/", protocol.proposal_page, name="protocol_proposal"
    ),
    path("draft/new/", drafts.start, name="draft_new"),
    path("draft/<uuid:public_id>/", drafts.draft, name="draft"),
    path("draft/<uuid:public_id>/edit/", drafts.edit, name="draft_edit"),
    path("draft/<uuid:public_id>/preview/", drafts.preview, name="draft_preview"),
    path("draft/<uuid:public_id>/review/", draft_steps.review, name="draft_review"),
    path("draft/<uuid:public_id>/back/", draft_steps.back, name="draft_back"),
    path(
        "draft/<uuid:public_id>/withdraw/", draft_steps.withdraw, name="draft_withdraw"
    ),
    path("draft/<uuid:public_id>/comment/", draft_steps.comment, name="draft_comment"),
    path(
        "draft/<uuid:public_id>/comment/<uuid:comment_id>/answer/",
        draft_steps.answer,
        name="draft_answer",
    ),
    path(
        "draft/<uuid:public_id>/comment/<uuid:comment_id>/settle/",
        draft_steps.settle,
        name="draft_settle",
    ),
    path("draft/<uuid:public_id>/sign/", draft_steps.sign, name="draft_sign"),
    path("draft/<uuid:public_id>/unsign/", draft_steps.unsign, name="draft_unsign"),
    path(
        "draft/<uuid:public_id>/activate/", draft_steps.activate, name="draft_activate"
    ),
]
