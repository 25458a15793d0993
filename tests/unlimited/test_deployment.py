"""What is deployed, as far as it can be checked without a container engine."""

import contextlib
import http.client
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from unlimited.embedded import free_port

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
OURS = ("migrate", "web", "worker", "beat")


def procfile(name: str) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in (ROOT / name).read_text().splitlines())


def test_compose_has_every_process_and_server():
    assert set(COMPOSE["services"]) == {*OURS, "postgres", "valkey", "mailpit"}
    assert set(COMPOSE["volumes"]) == {"media", "erasures", "postgres"}


@pytest.mark.parametrize("name", ["web", "worker", "postgres", "valkey", "mailpit"])
def test_compose_service_says_whether_it_is_well(name):
    assert COMPOSE["services"][name]["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")


def test_compose_starts_nothing_before_the_database_is_up_to_date():
    for name in ("web", "worker", "beat"):
        waits_for = COMPOSE["services"][name]["depends_on"]["migrate"]
        assert waits_for == {"condition": "service_completed_successfully"}


def test_compose_mounts_postgres_one_folder_above_its_data():
    assert COMPOSE["services"]["postgres"]["volumes"] == ["postgres:/var/lib/postgresql"]


def test_compose_takes_secrets_from_files_only():
    for name, service in COMPOSE["services"].items():
        for variable, value in service.get("environment", {}).items():
            if re.search("SECRET|PASSWORD|_URL", variable) and variable != "SITE_URL":
                assert variable.endswith("_FILE"), f"{name}: {variable} is a secret in the environment"
                assert value.removeprefix("/run/secrets/") in service["secrets"], f"{name}: {variable}"
    assert {Path(secret["file"]).parent for secret in COMPOSE["secrets"].values()} == {Path("secrets")}
    for ignored in (".gitignore", ".dockerignore"):
        assert re.search(r"^/?secrets/?$", (ROOT / ignored).read_text(), re.M), ignored


def test_operations_page_makes_each_secret_of_compose():
    page = (ROOT / "docs/operations.md").read_text()
    assert {
        name for name in COMPOSE["secrets"] if f"> secrets/{name}" not in page and f"touch secrets/{name}" not in page
    } == set()


def test_compose_services_run_with_as_little_as_they_need():
    for name, service in COMPOSE["services"].items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["read_only"] is True, name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert re.fullmatch(r"\d+[mg]", service["mem_limit"]), name
    assert [name for name, service in COMPOSE["services"].items() if "cap_add" in service] == ["postgres"]


def test_servers_with_data_have_no_way_out():
    assert COMPOSE["networks"]["data"] == {"internal": True}
    assert COMPOSE["services"]["postgres"]["networks"] == COMPOSE["services"]["valkey"]["networks"] == ["data"]


def test_valkey_asks_for_a_password_and_writes_nothing_to_disk():
    command = " ".join(COMPOSE["services"]["valkey"]["command"])
    assert "requirepass $$(cat /run/secrets/valkey_password)" in command
    assert '--save "" --appendonly no' in command
    assert "volumes" not in COMPOSE["services"]["valkey"]


def test_base_images_are_named_by_digest():
    bases = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.M)
    images = [service["image"] for name, service in COMPOSE["services"].items() if name in ("postgres", "valkey")]
    assert len(bases) == 3
    for image in (*bases, *images):
        assert re.fullmatch(r"\S+:\S+@sha256:[0-9a-f]{64}", image), image


def test_compose_mounts_only_volumes_that_it_declares():
    for name, service in COMPOSE["services"].items():
        assert {mount.split(":")[0] for mount in service.get("volumes", [])} <= set(COMPOSE["volumes"]), name


def test_processes_are_the_same_wherever_they_are_named():
    for name, command in procfile("Procfile").items():
        without_numbers = re.sub(r"\$\{\w+:-(\w+)\}", r"\1", command)
        assert COMPOSE["services"][name]["command"] == without_numbers
    assert list(procfile("Procfile")) == list(procfile("Procfile.dev")) == ["web", "worker", "beat"]


def test_image_runs_as_nobody_special_and_builds_what_the_site_needs():
    dockerfile = (ROOT / "Dockerfile").read_text()
    last_stage = dockerfile.split("\nFROM ")[-1]
    assert re.search(r"^USER [1-9]\d+$", last_stage, re.M)
    assert "collectstatic" in dockerfile
    assert "compilemessages" in dockerfile
    assert len(re.findall("^FROM ", dockerfile, re.M)) == 3


def test_operations_page_names_every_variable_of_the_environment():
    settings = (ROOT / "unlimited/settings.py").read_text() + (ROOT / "gunicorn.conf.py").read_text()
    read = set(re.findall(r'(?:env\.\w+|required|in_production|environ\.get)\(\s*["\']([A-Z_]+)["\']', settings))
    assert {"SECRET_KEY", "DATABASE_URL", "WEB_CONCURRENCY"} <= read
    page = (ROOT / "docs/operations.md").read_text()
    assert {name for name in read if f"`{name}`" not in page} == set()


def test_each_front_end_package_that_is_installed_is_served_and_each_that_is_served_is_used():
    wanted = set(json.loads((ROOT / "package.json").read_text())["dependencies"])
    served = {
        prefix: Path(folder) for prefix, folder in (one for one in settings.STATICFILES_DIRS if type(one) is tuple)
    }
    assert {"/".join(folder.relative_to(ROOT / "node_modules").parts[:2]) for folder in served.values()} == wanted
    using = "".join(path.read_text() for path in (ROOT / "templates").rglob("*.html"))
    assert [prefix for prefix in served if f'static "{prefix}/' not in using] == []


def test_server_names_no_product():
    port = free_port()
    command = ["-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "1", "--log-level", "error"]
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    with subprocess.Popen([sys.executable, *command], cwd=ROOT, env=env) as server:
        try:
            assert banner_at(port) == "web"
        finally:
            server.terminate()


def banner_at(port: int) -> str:
    """Return the `Server` header of `/healthz`, as soon as the server answers; raises OSError after 60 s."""
    deadline = time.monotonic() + 60
    while True:
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as client:
            try:
                client.request("GET", "/healthz")
                return client.getresponse().getheader("Server")
            except OSError:
                if time.monotonic() > deadline:
                    raise
        time.sleep(0.1)
