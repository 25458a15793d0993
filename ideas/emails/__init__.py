"""The mails about an idea. A body holds its name, a link, and what staff write to the author; never the story."""

from ideas.emails.agreements import (
    mail_agreement_answered,
    mail_agreement_proposed,
    mail_established,
    mail_stays,
    mail_talks_overdue,
)
from ideas.emails.appeal import (
    cancel_appeal_late,
    mail_appeal_answered,
    mail_appeal_received,
    mail_appeal_waits,
    mail_appeals_late,
)
from ideas.emails.coauthors import mail_coauthor_invited, mail_handed_over
from ideas.emails.effect import mail_effect_asked
from ideas.emails.erasure import mail_idea_erased, mail_merged_idea_erased
from ideas.emails.hallmarks import mail_sheet_answered
from ideas.emails.meetings import (
    mail_meeting_booked,
    mail_meeting_moved,
    mail_meeting_proposed,
    mail_meeting_reminders,
    mail_meetings_called_off,
    mail_steps_overdue,
)
from ideas.emails.merging import mail_merge_asked, mail_merge_lapsed, mail_merge_over, mail_merged
from ideas.emails.moderation import (
    mail_accepted,
    mail_asked_along,
    mail_changes_requested,
    mail_declined,
    mail_ended,
    mail_hidden,
    mail_passed_on,
    mail_paused,
    mail_redacted,
    mail_resumed,
    mail_shown,
    mail_step_changed,
    mail_unredacted,
)
from ideas.emails.moving import mail_later_asked, mail_moved, mail_moved_on
from ideas.emails.notes import mail_author_wrote, mail_mentioned, mail_message
from ideas.emails.old_cases import mail_cases_old
from ideas.emails.promise import cancel_delay, mail_delays, mail_leaders
from ideas.emails.recipients import cancel_mails_about_idea, forget_idea_in_mails
from ideas.emails.report import mail_report_sent
from ideas.emails.splitting import mail_split
from ideas.emails.stories import mail_story_asked, mail_story_link, mail_story_withdrawn
from ideas.emails.submission import mail_claimed, mail_received, mail_sent_in_again, mail_withdrawn
from ideas.emails.support import (
    mail_support_declined,
    mail_support_ended,
    mail_support_over,
    mail_support_started,
    mail_supporter_asked,
    mail_supporter_offered,
)
from ideas.emails.trials import mail_trial_written

__all__ = [
    "cancel_appeal_late",
    "cancel_delay",
    "cancel_mails_about_idea",
    "forget_idea_in_mails",
    "mail_accepted",
    "mail_agreement_answered",
    "mail_agreement_proposed",
    "mail_appeal_answered",
    "mail_appeal_received",
    "mail_appeal_waits",
    "mail_appeals_late",
    "mail_asked_along",
    "mail_author_wrote",
    "mail_cases_old",
    "mail_changes_requested",
    "mail_claimed",
    "mail_coauthor_invited",
    "mail_declined",
    "mail_delays",
    "mail_effect_asked",
    "mail_ended",
    "mail_established",
    "mail_handed_over",
    "mail_hidden",
    "mail_idea_erased",
    "mail_later_asked",
    "mail_leaders",
    "mail_meeting_booked",
    "mail_meeting_moved",
    "mail_meeting_proposed",
    "mail_meeting_reminders",
    "mail_meetings_called_off",
    "mail_mentioned",
    "mail_merge_asked",
    "mail_merge_lapsed",
    "mail_merge_over",
    "mail_merged",
    "mail_merged_idea_erased",
    "mail_message",
    "mail_moved",
    "mail_moved_on",
    "mail_passed_on",
    "mail_paused",
    "mail_received",
    "mail_redacted",
    "mail_report_sent",
    "mail_resumed",
    "mail_sent_in_again",
    "mail_sheet_answered",
    "mail_shown",
    "mail_split",
    "mail_stays",
    "mail_step_changed",
    "mail_steps_overdue",
    "mail_story_asked",
    "mail_story_link",
    "mail_story_withdrawn",
    "mail_support_declined",
    "mail_support_ended",
    "mail_support_over",
    "mail_support_started",
    "mail_supporter_asked",
    "mail_supporter_offered",
    "mail_talks_overdue",
    "mail_trial_written",
    "mail_unredacted",
    "mail_withdrawn",
]
