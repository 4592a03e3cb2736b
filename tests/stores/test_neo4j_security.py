"""What must never happen: text that becomes a query, secrets that are seen, data in plain text on a network."""

import ast
import contextlib
import datetime
import logging
import os
import socket
import ssl
import stat
import subprocess
import threading
from pathlib import Path

import psutil
import pytest

from graphkit.errors import StoreError, UsageError
from graphkit.lab.checks_stores import batch, listed
from graphkit.stores import open_store
from graphkit.stores.neo4j.address import Address
from graphkit.stores.server.home import read_secret, write_secret

STORES = Path(__file__).parents[2] / "graphkit" / "stores"
RUNNERS = {"run", "read", "write", "schema", "stream"}


def made_of_text(node):
    """Whether an expression puts text together: an f-string with values, +, % or format."""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(value, ast.FormattedValue) for value in node.values)
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Add | ast.Mod)
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("format", "join")


def built_queries(source):
    """Line numbers of calls that run a query put together inside a function."""
    found = []
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef | ast.Lambda):
            continue
        body = function.body if isinstance(function.body, list) else [function.body]
        nodes = [node for statement in body for node in ast.walk(statement)]
        built = {
            target.id
            for node in nodes
            if isinstance(node, ast.Assign) and made_of_text(node.value)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for call in nodes:
            if not isinstance(call, ast.Call) or not call.args:
                continue
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            first = call.args[0]
            if name in RUNNERS and (made_of_text(first) or (isinstance(first, ast.Name) and first.id in built)):
                found.append(call.lineno)
    return sorted(set(found))


def test_no_query_is_put_together_from_text_where_it_is_run():
    paths = [*(STORES / "neo4j").glob("*.py"), *(STORES / "server").glob("*.py")]
    assert len(paths) > 12
    assert {path.name: built_queries(path.read_text()) for path in paths if built_queries(path.read_text())} == {}


@pytest.mark.parametrize(
    "line",
    ['run(f"MATCH (n:{x})")', 'run("MATCH (n) " + x)', 'run("%s" % x)', 'run("{}".format(x))', 'q = f"{x}"; run(q)'],
)
def test_the_rule_sees_every_way_to_put_a_query_together(line):
    assert built_queries(f"def f(run, x):\n    {line}\n") == [2]


HOSTILE = [
    "`", "``", "\\u0060", "'", '"', "\\", "}) DETACH DELETE n //", "a' OR 1=1 //", "/*", "*/", "$id", "{id: 1}", "\n",
    "]-(x) MATCH (n) DELETE n", "\u202e", "${7*7}", "';CALL dbms.shutdown()", "\x00", "`}) RETURN 1 //", "﹛", "‘", "%s",
]  # fmt: skip


@pytest.mark.server
@pytest.mark.parametrize("neo4j_server", ["2026"], indirect=True)
def test_hostile_text_stays_text_wherever_it_stands(neo4j_server):
    texts = [f"{left}{right}" for left in HOSTILE for right in HOSTILE][:484]
    accounts = [{"id": text, "name": text, "bio": text} for text in texts]
    acts = [{"actor": text, "target": text, "kind": text, "client": text} for text in texts]
    with neo4j_server.store() as store:
        store.add(listed("hostile", batch(0, accounts=accounts, interactions=acts)))
        assert store.graph().accounts.column("name").to_pylist() == sorted(set(texts), key=lambda t: t.encode())
        assert store.graph().interactions.to_pylist() == store.tables().interactions.to_pylist()
    labels = {label for (label,) in neo4j_server.ask("MATCH (n) UNWIND labels(n) AS l RETURN DISTINCT l")}
    assert labels <= {"Account", "_GkStore", "_GkLoad", "_GkBatch", "_GkRows"}
    types = {kind for (kind,) in neo4j_server.ask("MATCH ()-[r]->() RETURN DISTINCT type(r)")}
    assert types <= {"ACTED", "ENGAGED"}


@pytest.mark.server
@pytest.mark.parametrize("neo4j_server", ["5.26"], indirect=True)
def test_reading_is_asked_for_as_reading_and_writes_are_refused(neo4j_server):
    with pytest.raises(StoreError, match="AccessMode"):
        neo4j_server.ask("CREATE (:Account {id: 'x'})")
    assert neo4j_server.ask("MATCH (n) RETURN count(n)") == [[0]]
    with pytest.raises(StoreError, match="ExternalResourceFailed"):
        neo4j_server.ask("LOAD CSV FROM 'file:///etc/hostname' AS row RETURN row")


@pytest.mark.server
@pytest.mark.parametrize("neo4j_server", ["5.26"], indirect=True)
def test_the_password_is_seen_nowhere(neo4j_server, caplog, monkeypatch):
    secret = neo4j_server.home.password_file.read_text().strip()
    caplog.set_level(logging.DEBUG)
    assert stat.S_IMODE(neo4j_server.home.password_file.stat().st_mode) == 0o600
    with neo4j_server.store() as store:
        assert secret not in repr(store) + repr(store.address) + repr(store.bolt.address)
    for process in psutil.process_iter(["cmdline"]):
        assert secret not in " ".join(process.info["cmdline"] or [])
    assert secret not in neo4j_server.home.log.read_text()
    assert secret not in caplog.text
    wrong = neo4j_server.home.path / "wrong"
    if not wrong.exists():
        write_secret(wrong, "not-the-password")
    with pytest.raises(StoreError) as refused:
        open_store(f"{neo4j_server.home.address}?password-file={wrong}")
    assert "not-the-password" not in str(refused.value)
    assert "check the password file" in str(refused.value)


@pytest.mark.server
def test_the_server_listens_on_loopback_only(neo4j_server):
    from graphkit.stores import server

    connections = psutil.Process(server.status(neo4j_server.home).pid).net_connections()
    heard = {one.laddr.ip.removeprefix("::ffff:") for one in connections if one.status == psutil.CONN_LISTEN}
    assert heard == {"127.0.0.1"}


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620, 0o602, 0o660, 0o666, 0o777])
def test_a_password_file_open_to_others_is_refused(mode, tmp_path):
    file = tmp_path / "password"
    file.write_text("secret-word\n")
    file.chmod(mode)
    with pytest.raises(StoreError, match="chmod 600") as refused:
        read_secret(file)
    assert "secret-word" not in str(refused.value)


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_password_file_of_ones_own_is_read(mode, tmp_path):
    file = tmp_path / "password"
    write_secret(file, "secret-word")
    file.chmod(mode)
    assert read_secret(file) == "secret-word"


@pytest.mark.parametrize("host", ["db.example.org", "10.0.0.5", "192.168.1.2", "[2001:db8::1]", "0.0.0.0"])
@pytest.mark.parametrize("scheme", ["neo4j", "bolt"])
def test_plain_text_beyond_this_machine_is_refused_without_a_flag(scheme, host):
    with pytest.raises(StoreError, match="plain text"):
        Address.parse(f"{scheme}://{host}:7687")
    assert Address.parse(f"{scheme}://{host}:7687?insecure-plaintext=yes").may_be_plain
    assert Address.parse(f"{scheme}+s://{host}:7687").scheme == f"{scheme}+s"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "[::1]"])
def test_this_machine_may_be_spoken_to_plainly(host):
    assert Address.parse(f"neo4j://{host}").is_local


def test_a_password_in_an_address_is_refused_and_not_repeated():
    with pytest.raises(UsageError) as refused:
        Address.parse("neo4j://neo4j:hunter22@localhost:7687")
    assert "hunter22" not in str(refused.value)


@pytest.mark.parametrize(
    "text", ["neo4j://", "neo4j://h:x", "neo4j://localhost?x=1", "http://localhost", "neo4j:///db"]
)
def test_an_address_that_is_none_is_refused(text):
    with pytest.raises(UsageError, match="no address"):
        Address.parse(text)


def test_a_store_without_a_known_password_says_how_to_give_one(monkeypatch, tmp_path):
    monkeypatch.setenv("GRAPHKIT_NEO4J", str(tmp_path))
    for name in ("GRAPHKIT_NEO4J_PASSWORD", "GRAPHKIT_NEO4J_PASSWORD_FILE"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(UsageError, match="password-file"):
        open_store("bolt://localhost:1")


@contextlib.contextmanager
def self_signed_server(folder):
    """A TLS server on loopback whose certificate nobody vouches for; how many bytes it was told in clear."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subject = ["-subj", "/CN=localhost", "-days", "2"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*made, *subject], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    told, listener = [], socket.create_server(("127.0.0.1", 0))

    def serve():
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                with contextlib.suppress(OSError), context.wrap_socket(client, server_side=True) as secure:
                    told.append(secure.recv(100))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1], told
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def test_a_certificate_that_nobody_vouches_for_is_refused_at_once(tmp_path, monkeypatch):
    monkeypatch.setenv("GRAPHKIT_NEO4J_PASSWORD", "canary-password")
    began = datetime.datetime.now(datetime.UTC)
    with self_signed_server(tmp_path) as (port, told):
        with pytest.raises(StoreError, match="certificate") as refused:
            open_store(f"bolt+s://localhost:{port}")
        assert not any(told)
    assert "canary-password" not in str(refused.value)
    assert (datetime.datetime.now(datetime.UTC) - began).total_seconds() < 20
    assert os.environ["GRAPHKIT_NEO4J_PASSWORD"] == "canary-password"


def test_the_whole_run_is_guarded_against_connections_to_other_machines():
    with pytest.raises(PermissionError, match="nothing may leave this machine"):
        socket.create_connection(("192.0.2.1", 7687), timeout=1)
