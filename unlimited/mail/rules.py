"""Who may see the outbox: national staff alone, for it names people of every incubator. Cases are numbers there.

`unlimited.users` is above this app, so the permission is asked for by name: see `unlimited/users/rules.py`.
"""

import rules


@rules.predicate
def runs_the_network(user) -> bool:
    """National staff with a second factor."""
    return user.has_perm("users.run_network")


rules.add_perm("mail.view_outbox", runs_the_network)
