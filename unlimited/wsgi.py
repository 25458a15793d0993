"""What the web server calls."""

import os

from django.core.wsgi import get_wsgi_application

from unlimited.body import with_whole_body

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unlimited.settings")
application = with_whole_body(get_wsgi_application())
