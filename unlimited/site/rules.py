"""Who may do what on the site's own pages."""

import rules

from unlimited.users.rules import is_national_staff

rules.add_perm("site.handle_feedback", is_national_staff)
