"""The pages of codebooks, rounds and coders."""

from django.urls import path

from coding.views import codebooks, rounds, samples, work

urlpatterns = [
    path("assignments/", work.queue_page, name="queue"),
    path("assignments/next/", work.take, name="queue-next"),
    path("assignments/mine/", work.my_work, name="my-coding"),
    path("assignments/<int:pk>/", work.code_unit, name="code-unit"),
    path("codebooks/", codebooks.codebook_list, name="codebook-list"),
    path("codebooks/new/", codebooks.codebook_new, name="codebook-new"),
    path("codebooks/<slug:slug>/", codebooks.codebook_detail, name="codebook-detail"),
    path("codebooks/<slug:slug>/edit/", codebooks.codebook_edit, name="codebook-edit"),
    path("codebooks/<slug:slug>/publish/", codebooks.codebook_publish, name="codebook-publish"),
    path("codebooks/<slug:slug>/compare/", codebooks.codebook_compare, name="codebook-compare"),
    path("codebooks/<slug:slug>/draft/start/", codebooks.codebook_draft_start, name="codebook-draft-start"),
    path("codebooks/<slug:slug>/draft/discard/", codebooks.codebook_draft_discard, name="codebook-draft-discard"),
    path("codebooks/<slug:slug>/versions/<int:number>/", codebooks.codebook_version, name="codebook-version"),
    path("codebooks/<slug:slug>/codes/new/", codebooks.code_new, name="code-new"),
    path("codebooks/<slug:slug>/codes/<int:pk>/", codebooks.code_edit, name="code-edit"),
    path("codebooks/<slug:slug>/codes/<int:pk>/shift/", codebooks.code_shift, name="code-shift"),
    path("codebooks/<slug:slug>/codes/<int:pk>/remove/", codebooks.code_remove, name="code-remove"),
    path("rounds/", rounds.round_list, name="round-list"),
    path("rounds/new/", rounds.round_new, name="round-new"),
    path("rounds/<int:pk>/", rounds.round_detail, name="round-detail"),
    path("rounds/<int:pk>/edit/", rounds.round_edit, name="round-edit"),
    path("rounds/<int:pk>/units/", rounds.round_units, name="round-units"),
    path("rounds/<int:pk>/units/unused/delete/", samples.unused_units_delete, name="round-unused-units-delete"),
    path("rounds/<int:pk>/sample/", samples.round_sample, name="round-sample"),
    path("rounds/<int:pk>/share/", samples.round_share, name="round-share"),
    path("rounds/<int:pk>/campaigns/", samples.round_campaigns, name="round-campaigns"),
    path("rounds/<int:pk>/compare/", samples.round_compare, name="round-compare"),
    path("rounds/<int:pk>/start/", rounds.round_start, name="round-start"),
    path("rounds/<int:pk>/close/", rounds.round_close, name="round-close"),
]
