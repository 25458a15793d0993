"""A check that two workers would do is done by one."""

import subprocess
import sys
import uuid

from tests.once import Once

OTHER_WORKER = """
import sys
from django.conf import settings
settings.configure(BASE_DIR=sys.argv[1])
from tests.once import Once
print(Once(sys.argv[2]).is_first("author", "/ideer/"))
"""


def test_check_is_first_once_for_all_workers(settings):
    kind = f"control {uuid.uuid4()}"
    assert Once(kind).is_first("author", "/ideer/")
    assert Once(kind).is_first("author", "/inkubatorer/")
    assert not Once(kind).is_first("author", "/ideer/")
    other = [sys.executable, "-c", OTHER_WORKER, str(settings.BASE_DIR), kind]
    answer = subprocess.run(other, capture_output=True, text=True, check=True, cwd=settings.BASE_DIR)
    assert answer.stdout.strip() == "False"
