"""What is deployed, as far as it can be checked without a container engine."""

import json
import re
from pathlib import Path

import pytest
import yaml
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
OURS = ("migrate", "web", "worker", "beat")


def procfile(name: str) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in (ROOT / name).read_text().splitlines())


def test_compose_has_every_process_and_server():
    assert set(COMPOSE["services"]) == {*OURS, "postgres", "valkey", "mailpit"}
    assert set(COMPOSE["volumes"]) == {"media", "postgres", "valkey"}


@pytest.mark.parametrize("name", ["web", "worker", "postgres", "valkey", "mailpit"])
def test_compose_service_says_whether_it_is_well(name):
    assert COMPOSE["services"][name]["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")


def test_compose_starts_nothing_before_the_database_is_up_to_date():
    for name in ("web", "worker", "beat"):
        waits_for = COMPOSE["services"][name]["depends_on"]["migrate"]
        assert waits_for == {"condition": "service_completed_successfully"}


def test_compose_mounts_postgres_one_folder_above_its_data():
    assert COMPOSE["services"]["postgres"]["volumes"] == ["postgres:/var/lib/postgresql"]


def test_compose_takes_secrets_from_the_environment_only():
    for name in (*OURS, "postgres"):
        for variable, value in COMPOSE["services"][name]["environment"].items():
            if re.search("SECRET|PASSWORD|_URL", variable) and variable != "REDIS_URL":
                assert re.search(r"\$\{[A-Z_]+:\?", value), f"{name}: {variable} has no secret from the environment"


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
    read = set(re.findall(r'(?:env\.\w+|required|environ\.get)\(\s*["\']([A-Z_]+)["\']', settings))
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
