"""Files that go with the Neo4j store: the compose file is hardened, the jars are pinned, the style names what there is."""

import re
from pathlib import Path

import pytest
import yaml

from graphkit.errors import StoreError, UsageError
from graphkit.stores import server
from graphkit.stores.neo4j import migrating
from graphkit.stores.server import assembling
from graphkit.stores.server.home import Home, Memory
from graphkit.stores.server.lines import Line, java_for

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docker" / "neo4j-compose.yaml").read_text()
COMPOSE = yaml.safe_load(TEXT)


@pytest.mark.parametrize("name", ["neo4j-lts", "neo4j-current"])
def test_the_containers_may_do_nothing_that_they_do_not_need(name):
    service = COMPOSE["services"][name]
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", service["user"])
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "cap_add", "devices", "pid", "ipc", "network_mode"} & set(service)
    assert service["pids_limit"] > 0
    assert service["mem_limit"] == "3g"
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert not any("docker.sock" in volume for volume in service["volumes"])
    assert service["healthcheck"]["retries"] > 0
    assert re.fullmatch(r"neo4j:\d+\.\d+\.\d+-community", service["image"])


def test_no_password_stands_in_the_compose_file_and_none_is_assumed():
    assert COMPOSE["secrets"]["neo4j-auth"]["file"].startswith("${NEO4J_AUTH_FILE:?")
    for service in COMPOSE["services"].values():
        assert "NEO4J_AUTH" not in service["environment"]
        assert service["environment"]["NEO4J_AUTH_FILE"] == "/run/secrets/neo4j-auth"
        assert " -p " not in " ".join(service["healthcheck"]["test"])
    assert "neo4j/neo4j" not in TEXT


def test_the_images_are_of_the_versions_that_the_tests_run_on():
    images = {service["image"] for service in COMPOSE["services"].values()}
    assert images == {f"neo4j:{line.version}-community" for line in server.LINES.values()}


@pytest.mark.parametrize("line", server.LINES.values(), ids=lambda line: line.name)
def test_every_jar_is_pinned_and_another_one_is_refused(line, tmp_path):
    digests = assembling.digests(line)
    assert len(digests) > 200
    assert f"neo4j-{line.version}.jar" in digests
    assert all(re.fullmatch(r"[0-9a-f]{64}", digest) for digest in digests.values())
    (tmp_path / "stranger.jar").write_bytes(b"")
    with pytest.raises(StoreError, match="not those that graphkit was tested with"):
        assembling.check(line, tmp_path)


def test_the_configuration_opens_nothing_but_loopback_and_fetches_nothing(tmp_path):
    for line in server.LINES.values():
        home = Home(tmp_path / line.name, line)
        home.prepare(4711, Memory())
        conf = dict(row.split("=", 1) for row in (home.path / "conf" / "neo4j.conf").read_text().splitlines())
        assert conf["server.bolt.listen_address"] == "127.0.0.1:4711"
        assert conf["server.http.enabled"] == conf["server.https.enabled"] == "false"
        assert conf["dbms.security.auth_enabled"] == "true"
        assert conf["dbms.usage_report.enabled"] == "false"
        assert conf["dbms.security.allow_csv_import_from_file_urls"] == "false"
        assert conf["internal.dbms.cypher_ip_blocklist"] == "0.0.0.0/0,::/0"
        assert len(home.password_file.read_text().strip()) >= 32


def test_an_unknown_line_and_a_missing_java_say_what_there_is():
    with pytest.raises(UsageError, match=r"5\.26, 2026"):
        server.line_of("4.4")
    with pytest.raises(StoreError, match="GRAPHKIT_JAVA"):
        java_for(Line("future", "9999.1.1", 90, 99, ()))


def test_the_style_names_only_what_the_graph_has():
    style = (ROOT / "docs" / "neo4j-style.grass").read_text()
    model = (ROOT / "docs" / "graph_model.md").read_text()
    named = set(re.findall(r"^(?:node|relationship)\.(\w+)", style, re.MULTILINE))
    assert len(named) == 9
    assert {name for name in named if f"`{name}`" not in model} == set()
    assert style.count("{") == style.count("}")


def test_every_migration_can_be_repeated():
    [first] = migrating.migrations()
    assert len(first) == 16
    assert all("IF NOT EXISTS" in statement for statement in first)
