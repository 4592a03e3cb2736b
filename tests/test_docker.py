"""The container files keep the rules of hardening: no root, read-only, no capability, no secret, pinned, checked for health."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
FILE = (ROOT / "docker" / "Dockerfile").read_text()
INSTRUCTIONS = [
    line for line in re.sub(r"\\\n", " ", FILE).splitlines() if line.strip() and not line.lstrip().startswith("#")
]
SERVICE = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text())["services"]["graphkit"]


def said(instruction: str) -> list[str]:
    return [line.split(maxsplit=1)[1] for line in INSTRUCTIONS if line.split()[0] == instruction]


def test_the_last_user_is_a_number_and_not_root():
    [user] = said("USER")
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user)
    assert SERVICE["user"] == user


def test_the_base_is_named_by_digest_or_by_its_whole_version():
    [base] = said("ARG")
    assert re.search(r"@sha256:[0-9a-f]{64}$|:\d+\.\d+\.\d+-", base)
    assert {line.split()[0] for line in said("FROM")} == {"${BASE}"}


def test_packages_come_from_the_lock_and_must_match_their_hashes():
    installs = re.findall(r"pip install ([^&\n]*)", "\n".join(said("RUN")))
    assert len(installs) == 2
    assert "--require-hashes --requirement locks/run.txt" in installs[0]
    assert "--no-deps --no-build-isolation" in installs[1]


def test_no_secret_and_no_remote_file_is_in_the_recipe():
    assert said("ADD") == []
    assert re.findall(r"(?i)password|secret|token|api_key|curl |wget ", "\n".join(INSTRUCTIONS)) == []
    assert "environment" not in SERVICE
    assert "env_file" not in SERVICE


def test_what_is_copied_is_named_and_the_rest_is_kept_out():
    sources = [line.split()[:-1] for line in said("COPY") if not line.startswith("--from")]
    kept = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in kept
    for source in (name for names in sources for name in names):
        assert f"!{source}" in kept
        assert (ROOT / source).exists()


def test_health_is_what_doctor_says():
    assert re.search(r'CMD \["graphkit", "doctor", "--quiet"\]$', said("HEALTHCHECK")[0])
    assert SERVICE["healthcheck"]["test"] == ["CMD", "graphkit", "doctor", "--quiet"]


def test_the_service_may_do_nothing_that_it_does_not_need():
    assert SERVICE["read_only"] is True
    assert SERVICE["cap_drop"] == ["ALL"]
    assert SERVICE["security_opt"] == ["no-new-privileges:true"]
    assert SERVICE["network_mode"] == "none"
    assert not {"ports", "privileged", "cap_add", "devices", "pid", "ipc"} & set(SERVICE)
    assert SERVICE["pids_limit"] > 0
    assert SERVICE["mem_limit"]
    writable = [volume for volume in SERVICE["volumes"] if not volume.endswith(":ro")]
    assert writable == ["./results:/results"]
    assert not any("docker.sock" in volume for volume in SERVICE["volumes"])
