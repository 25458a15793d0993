"""`make audit`: what the product is made of, known vulnerabilities in it, and secrets that were committed by mistake.

Writes bills of materials (CycloneDX) to `var/audit/`. Prints one line per question; exits 1 where one has a finding.
Where no advisory source answers, the line says "not audited": silence of a source is no proof of health.
"""

import json
import subprocess
import sys

from tests.house import ROOT, committed_files

FOLDER = ROOT / "var" / "audit"
LOCK = "requirements.lock"
# Reviewed strings that only look like secrets. To review new ones: `detect-secrets audit` on this file.
REVIEWED = ".ci/secrets.baseline"


def run(*command: str) -> subprocess.CompletedProcess:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def list_components() -> str:
    """Write a bill of materials for each lock file; return what is in them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    python, node = FOLDER / "sbom-python.json", FOLDER / "sbom-node.json"
    made = run("cyclonedx-py", "requirements", LOCK, "--output-file", str(python))
    if made.returncode:
        raise SystemExit(f"bill of materials: {made.stderr.strip()}")
    listed = run("npm", "sbom", "--sbom-format", "cyclonedx", "--package-lock-only")
    if listed.returncode:
        raise SystemExit(f"bill of materials: {listed.stderr.strip()}")
    node.write_text(listed.stdout)
    counts = [len(json.loads(path.read_text())["components"]) for path in (python, node)]
    return f"bill of materials: {counts[0]} Python and {counts[1]} front-end packages in {FOLDER.relative_to(ROOT)}"


def known_vulnerabilities(report: dict) -> tuple[str, bool]:
    """Return a line about pip-audit's `report`, and whether it has a finding."""
    packages = report["dependencies"]
    skipped = [package for package in packages if "skip_reason" in package]
    found = [f"{one['name']} {one['version']}: {hole['id']}" for one in packages for hole in one.get("vulns", [])]
    if found:
        return f"vulnerabilities: {', '.join(found)}", True
    if skipped:
        return f"vulnerabilities: not audited: no advisories for {len(skipped)} of {len(packages)} packages", False
    return f"vulnerabilities: none known in {len(packages)} packages", False


def audit_packages() -> tuple[str, bool]:
    path = FOLDER / "vulnerabilities.json"
    path.unlink(missing_ok=True)
    run("pip-audit", "--requirement", LOCK, "--disable-pip", "--require-hashes", "--progress-spinner", "off",
        "--timeout", "10", "--format", "json", "--output", str(path))  # fmt: skip
    if not path.exists():
        return "vulnerabilities: not audited: no advisory source can be reached", False
    return known_vulnerabilities(json.loads(path.read_text()))


def scan_secrets(names: list[str], reviewed: str = REVIEWED) -> tuple[str, bool]:
    """Return a line about strings in the files that look like secrets, and whether one is not reviewed."""
    scanned = run("detect-secrets-hook", "--no-verify", "--json", "--baseline", reviewed, *names)
    # 3: reviewed strings have moved to other lines, and the list of them is brought up to date.
    if scanned.returncode in (0, 3):
        return f"secrets: none in {len(names)} files", False
    results = json.loads(scanned.stdout)["results"]
    found = [f"{name}:{one['line_number']}: {one['type']}" for name, many in results.items() for one in many]
    return f"secrets: {', '.join(found)}", True


def files_with_words() -> list[str]:
    """Return the committed files, but those in which hashes of packages look like keys."""
    return [name for name in committed_files() if not name.endswith((".lock", "package-lock.json", ".baseline"))]


def main() -> int:
    print(list_components())  # noqa: T201
    answers = [audit_packages(), scan_secrets(files_with_words())]
    for line, _is_finding in answers:
        print(line)  # noqa: T201
    return int(any(is_finding for _line, is_finding in answers))


if __name__ == "__main__":
    sys.exit(main())
