"""`make audit` finds what it looks for, and says so where it could not look."""

import pytest

from tests import audit

ONE = {"name": "django", "version": "5.2.19"}


def test_vulnerability_is_a_finding():
    report = {"dependencies": [ONE | {"vulns": [{"id": "CVE-2026-1"}]}, {"name": "redis", "skip_reason": "unknown"}]}
    assert audit.known_vulnerabilities(report) == ("vulnerabilities: django 5.2.19: CVE-2026-1", True)


def test_source_that_knows_no_package_is_no_proof():
    report = {"dependencies": [ONE | {"vulns": []}, {"name": "redis", "skip_reason": "not found"}]}
    line, is_finding = audit.known_vulnerabilities(report)
    assert line == "vulnerabilities: not audited: no advisories for 1 of 2 packages"
    assert not is_finding


def test_packages_without_a_known_vulnerability_are_told_so():
    line, is_finding = audit.known_vulnerabilities({"dependencies": [ONE | {"vulns": []}]})
    assert (line, is_finding) == ("vulnerabilities: none known in 1 packages", False)


@pytest.mark.parametrize("is_planted", [True, False])
def test_secret_in_a_file_is_found(tmp_path, is_planted):
    """The second is the control: the same file without it."""
    file = tmp_path / "notes.py"
    planted = 'aws = "AKIA' + 'IOSFODNN7EXAMPLQ"\n'
    file.write_text(planted if is_planted else 'aws = ""\n')
    line, is_finding = audit.scan_secrets([str(file)])
    assert is_finding == is_planted
    assert ("AWS Access Key" in line) == is_planted
