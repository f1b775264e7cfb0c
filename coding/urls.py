"""The pages of codebooks, rounds and coders."""

from django.urls import path

from coding.views import codebooks, reopening, round_coders, rounds, running_rounds, work

urlpatterns = [
    path("assignments/", work.queue_page, name="queue"),
    path("assignments/next/", work.take, name="queue-next"),
    path("assignments/mine/", work.my_work, name="my-coding"),
    path("assignments/<int:pk>/", work.code_unit, name="code-unit"),
    path("assignments/<int:pk>/take-back/", reopening.take_back, name="submission-take-back"),
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
    path("rounds/<int:pk>/start/", rounds.round_start, name="round-start"),
    path("rounds/<int:pk>/pause/", running_rounds.round_pause, name="round-pause"),
    path("rounds/<int:pk>/resume/", running_rounds.round_resume, name="round-resume"),
    path("rounds/<int:pk>/close/", running_rounds.round_close, name="round-close"),
    path("rounds/<int:pk>/reopen/", running_rounds.round_reopen, name="round-reopen"),
    path("rounds/<int:pk>/coders-per-unit/", running_rounds.round_coders_per_unit, name="round-coders-per-unit"),
    path("rounds/<int:pk>/units/<int:unit>/give/", reopening.unit_give, name="round-unit-give"),
    path("rounds/<int:pk>/assignments/<int:assignment>/pass-on/", reopening.pass_on, name="assignment-pass-on"),
    path("rounds/<int:pk>/submissions/<int:submission>/reopen/", reopening.reopen, name="submission-reopen"),
    path("rounds/<int:pk>/coders/", round_coders.coder_list, name="round-coders"),
    path("rounds/<int:pk>/coders/<int:coder>/", round_coders.coder_edit, name="round-coder"),
    path("rounds/<int:pk>/coders/<int:coder>/pass-on/", round_coders.coder_pass_on, name="round-coder-pass-on"),
    path("rounds/<int:pk>/coders/<int:coder>/remove/", round_coders.coder_remove, name="round-coder-remove"),
]
