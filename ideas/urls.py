from django.urls import path

from ideas.views import (
    answers,
    appeal,
    bulk,
    case_export,
    closing,
    coauthors,
    concern,
    leader,
    mine,
    moderation,
    moving,
    public,
    submission,
    support,
)

app_name = "ideas"
urlpatterns = [
    # A resident writes an idea
    path("ideer/ny/", submission.new, name="new"),
    path("ideer/ny/lagre/", submission.start, name="start"),
    path("ideer/utkast/<uuid:uuid>/lagre/", submission.autosave, name="autosave"),
    path("ideer/utkast/<uuid:uuid>/send/", submission.send, name="send"),
    path("ideer/utkast/<uuid:uuid>/slett/", mine.discard, name="discard"),
    path("ideer/utkast/<uuid:uuid>/<slug:screen>/", submission.draft, name="draft"),
    path("ideer/kvittering/<uuid:uuid>/", submission.receipt, name="receipt"),
    path("ideer/bilde/<uuid:uuid>/", submission.picture, name="picture"),
    # and follows it
    path("min-side/", mine.mine, name="mine"),
    path("min-side/ideer/<uuid:uuid>/", mine.mine_idea, name="mine_idea"),
    path("min-side/ideer/<uuid:uuid>/stottespiller/", support.mine, name="my_support"),
    path("min-side/ideer/<uuid:uuid>/melding/", mine.message, name="write_to_incubator"),
    path("min-side/ideer/<uuid:uuid>/synlig/", mine.publishing, name="publishing"),
    path("min-side/ideer/<uuid:uuid>/trekk/", mine.withdraw, name="withdraw"),
    path("min-side/ideer/<uuid:uuid>/senere-frist/", moving.answer, name="answer_later_date"),
    path("min-side/ideer/<uuid:uuid>/klage/<int:revision>/", appeal.write, name="write_appeal"),
    path("min-side/ideer/<uuid:uuid>/medforfattere/", coauthors.coauthors, name="coauthors"),
    path("min-side/ideer/<uuid:uuid>/medforfattere/<uuid:person>/fjern/", coauthors.remove, name="remove_coauthor"),
    path("min-side/ideer/<uuid:uuid>/medforfattere/<uuid:person>/overta/", coauthors.hand_over, name="hand_over"),
    path("min-side/ideer/<uuid:uuid>/varsler/", coauthors.mails, name="coauthor_mails"),
    path("min-side/ideer/<uuid:uuid>/forlat/", coauthors.leave, name="leave"),
    path("medforfatter/<uuid:uuid>/<str:token>/", coauthors.invitation, name="coauthor_invitation"),
    path("medforfatter/<uuid:uuid>/<str:token>/bli-med/", coauthors.join, name="join"),
    path("medforfatter/<uuid:uuid>/<str:token>/takk-nei/", coauthors.decline, name="decline_to_join"),
    # Staff answer it
    path("arbeidsflate/leder/", leader.leader, name="leader"),
    path("arbeidsflate/ideer/", moderation.queue, name="queue"),
    path("arbeidsflate/ideer/flere/", bulk.bulk, name="bulk"),
    path("arbeidsflate/ideer/<uuid:uuid>/", moderation.case, name="case"),
    path("arbeidsflate/ideer/<uuid:uuid>/versjon/<int:number>/", moderation.case_version, name="case_version"),
    path("arbeidsflate/ideer/<uuid:uuid>/versjon/<int:number>/bilde/", moderation.case_picture, name="case_picture"),
    path(
        "arbeidsflate/ideer/<uuid:uuid>/sammenlign/<int:older>/<int:newer>/",
        moderation.case_comparison,
        name="case_comparison",
    ),
    path("arbeidsflate/ideer/<uuid:uuid>/innsyn/", case_export.export, name="case_export"),
    path("arbeidsflate/ideer/<uuid:uuid>/bekymring/", concern.raise_concern, name="raise_concern"),
    path("arbeidsflate/ideer/<uuid:uuid>/stotte/", support.support, name="support"),
    path("arbeidsflate/ideer/<uuid:uuid>/<slug:name>/", moderation.act, name="case_act"),
    # and support those taken in
    path("arbeidsflate/stotte/", support.supported, name="supported"),
    path("arbeidsflate/stotte/<uuid:uuid>/<slug:name>/", support.act, name="support_act"),
    path("arbeidsflate/klager/", appeal.waiting, name="appeals"),
    path("arbeidsflate/klager/<uuid:uuid>/", appeal.answer, name="appeal"),
    # and see that nobody is in danger
    path("arbeidsflate/bekymringer/", concern.concerns, name="concerns"),
    path("arbeidsflate/bekymringer/<uuid:uuid>/", concern.concern, name="concern"),
    path("arbeidsflate/bekymringer/<uuid:uuid>/<slug:name>/", concern.act, name="concern_act"),
    # and keep words and partners ready for their answers
    path("arbeidsflate/inkubatorer/<slug:slug>/svar/", answers.kept, name="answers_kept"),
    path("arbeidsflate/inkubatorer/<slug:slug>/svar/tekst/ny/", answers.template, name="new_answer_text"),
    path("arbeidsflate/inkubatorer/<slug:slug>/svar/tekst/<uuid:uuid>/", answers.template, name="answer_text"),
    path("arbeidsflate/inkubatorer/<slug:slug>/svar/partner/ny/", answers.partner, name="new_partner"),
    path("arbeidsflate/inkubatorer/<slug:slug>/svar/partner/<uuid:uuid>/", answers.partner, name="partner"),
    path("arbeidsflate/inkubatorer/<slug:slug>/legg-ned/", closing.close_incubator, name="close_incubator"),
    # Everyone reads what was taken in
    path("ideer/", public.public_list, name="list"),
    path("ideer/<slug:slug>/", public.detail, name="detail"),
]
