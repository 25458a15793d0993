"""Who may see the outbox: national staff alone, for it names people of every incubator. Cases are numbers there."""

import rules

rules.add_perm("mail.view_outbox", rules.is_active & rules.is_staff)
