"""Who may see the outbox."""

import rules


@rules.predicate
def is_national_staff(user) -> bool:
    """Runs the network. The outbox names people of every incubator, so nobody else sees it."""
    return user.is_active and user.is_staff


rules.add_perm("mail.view_outbox", is_national_staff)
