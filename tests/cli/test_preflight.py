"""The question before the first test: what each kind of bad target leads to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable

import pytest
from command_helpers import ACCESS_KEY, SECRET_KEY, Command
from scripted_server import EMPTY_LIST, Behaviour, ScriptedServer, answer, error

from conformance.runs.preflight import Health, check
from conformance.wire.model import Endpoint, Identity, Limits

Start = Callable[[Behaviour], ScriptedServer]
KEYS = {"main": Identity("AKIDEXAMPLE", "hush")}


def asked(url: str, bucket: str | None = None) -> Health:
    """Ask with little patience."""
    limits = Limits(connect_seconds=1, answer_seconds=0.2, body_bytes=1000)
    return check(Endpoint(urls={"http": url}, limits=limits), KEYS, bucket)


def test_an_s3_endpoint_is_well_and_says_who_it_is(scripted: Start) -> None:
    """One request, nothing changed, and the Server header for the record."""
    server = scripted(lambda _head, _number: answer(200, EMPTY_LIST, "Server: Mine/1.0"))
    assert asked(server.url) == Health("well", server="Mine/1.0")
    assert len(server.requests) == 1
    assert server.requests[0].startswith("GET /")


def test_a_closed_port_is_unreachable() -> None:
    """Nobody listens: the URL and the reason are in the sentence."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    health = asked(url)
    assert health.state == "unreachable"
    assert url in health.text
    assert "nothing is listening" in health.text


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (lambda _head, _number: None, "no answer in time"),
        (lambda _head, _number: b"\x00\x01 not http\r\n\r\n", "not HTTP"),
        (lambda _head, _number: b"", "closed without an answer"),
        (lambda _head, _number: answer(200, b"x" * 2000), "larger than the limit"),
        (lambda _head, _number: answer(200, b"<html>Hello</html>"), "not answer as S3 does"),
        (lambda _head, _number: answer(200, b"<html>Hello</html>"), "the port of a console"),
        (lambda _head, _number: answer(400, b"This port requires TLS"), 'requires TLS": use https'),
        (
            lambda _head, _number: answer(307, b"", "Location: https://b.example/"),
            "a redirect to https://b.example/: use that address",
        ),
        (lambda _head, _number: answer(404, b"not here"), "404, the body is not XML"),
        (lambda _head, _number: answer(404, b"not  here"), '"not here"'),
        (lambda _head, _number: error(503, "SlowDown"), "503 SlowDown"),
    ],
    ids=[
        "hangs",
        "garbage",
        "closes",
        "too-large",
        "html",
        "console",
        "wants-tls",
        "redirect",
        "no-error-document",
        "what-it-says",
        "503",
    ],
)
def test_what_is_no_s3_endpoint(scripted: Start, behaviour: Behaviour, words: str) -> None:
    """Each way of failing has its own sentence, and none passes for a target."""
    health = asked(scripted(behaviour).url)
    assert health.state == "unreachable"
    assert words in health.text


def test_an_endpoint_without_tls_is_named() -> None:
    """The handshake is answered by plain HTTP: the sentence has the address to use."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def serve() -> None:
            peer, _ = listener.accept()
            with peer:
                peer.recv(4096)
                peer.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

        thread = threading.Thread(target=serve)
        thread.start()
        limits = Limits(connect_seconds=5, answer_seconds=5, body_bytes=1000)
        where = f"https://127.0.0.1:{port}"
        health = check(Endpoint(urls={"tls": where}, limits=limits), KEYS)
        thread.join()
    assert health == Health(
        "unreachable", f"{where} speaks plain HTTP: use http://127.0.0.1:{port}"
    )


def test_the_region_that_an_answer_names_is_shown(scripted: Start) -> None:
    """A wrong --region is put right by what the server says."""
    document = b"<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-west-3</Region></Error>"
    health = asked(scripted(lambda _head, _number: answer(400, document)).url)
    assert health.state == "refused"
    assert health.text.endswith("(--region), the answer names eu-west-3")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("SignatureDoesNotMatch", "the secret key is not the access key's"),
        ("InvalidAccessKeyId", "no such access key"),
        ("RequestTimeTooSkewed", "clock"),
        ("AuthorizationHeaderMalformed", "--region"),
    ],
)
def test_a_refused_key_pair_is_the_user_s_to_mend(scripted: Start, code: str, words: str) -> None:
    """The sentence says which of the settings is wrong, and never repeats the secret."""
    health = asked(scripted(lambda _head, _number: error(403, code)).url)
    assert health.state == "refused"
    assert words in health.text
    assert "hush" not in health.text


@pytest.mark.parametrize(
    "raw",
    [error(403, "AccessDenied"), error(501, "NotImplemented"), error(405, "MethodNotAllowed")],
)
def test_a_key_pair_that_may_not_list_buckets_is_well(scripted: Start, raw: bytes) -> None:
    """Listing buckets is only the question; not being allowed to is an S3 answer too."""
    assert asked(scripted(lambda _head, _number: raw).url).state == "well"


@pytest.mark.parametrize(
    ("status", "state", "words"),
    [
        (200, "well", ""),
        (404, "refused", "the bucket mine does not exist"),
        (403, "refused", "the bucket mine is not open"),
        (500, "unreachable", "500"),
    ],
)
def test_a_bucket_of_the_user_s_is_looked_at(
    scripted: Start, status: int, state: str, words: str
) -> None:
    """A bucket that is not there is told before the first test, not by every one of them."""
    server = scripted(
        lambda _head, _number: f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n".encode()
    )
    health = asked(server.url, "mine")
    assert health.state == state
    assert words in health.text
    assert server.requests[0] == "HEAD /mine HTTP/1.1"


def versioning(status: bytes) -> bytes:
    """Return an answer of GetBucketVersioning."""
    return answer(200, b"<VersioningConfiguration>%b</VersioningConfiguration>" % status)


@pytest.mark.parametrize(
    ("raw", "state"),
    [
        (versioning(b"<Status>Enabled</Status>"), "refused"),
        (versioning(b"<Status>Suspended</Status>"), "refused"),
        (versioning(b""), "well"),
        (error(501, "NotImplemented"), "well"),
        (answer(200, b"<html>"), "well"),
    ],
    ids=["enabled", "suspended", "never", "unsupported", "unreadable"],
)
def test_a_versioned_bucket_is_not_taken_for_a_plain_one(
    scripted: Start, raw: bytes, state: str
) -> None:
    """What a versioned bucket answers is no deviation, so none is judged by a plain one's rules."""
    server = scripted(lambda head, _number: answer(200) if head.startswith(b"HEAD") else raw)
    health = asked(server.url, "mine")
    assert health.state == state
    assert ("versions" in health.text) is (state == "refused")
    assert [request.split(" ", 1)[1] for request in server.requests] == [
        "/mine HTTP/1.1", "/mine?versioning HTTP/1.1",
    ]  # fmt: skip


def test_hostile_text_is_shown_harmlessly(scripted: Start) -> None:
    """An endpoint can't write escape sequences to the terminal by way of an error."""
    body = b"<Error><Code>\xc2\x9b31mBad</Code></Error>"
    health = asked(scripted(lambda _head, _number: answer(503, body, "Server: \x1b[31m")).url)
    assert health.state == "unreachable"
    assert "\x9b" not in health.text
    assert "\x1b" not in health.text + health.server


def test_a_bucket_that_is_refused_ends_the_run_before_any_test(
    scripted: Start, command: Command
) -> None:
    """The server's code is named once, and ``--bucket`` as the way out; no test is blamed."""

    def behave(head: bytes, _number: int) -> bytes:
        return (
            error(400, "TooManyBuckets") if head.startswith(b"PUT /") else answer(200, EMPTY_LIST)
        )

    keys = ("--access-key", ACCESS_KEY, "--secret-key", SECRET_KEY)
    done = command("run", "--endpoint-url", scripted(behave).url, *keys, "--select", "abort/**")
    assert done.code == 2
    assert "400 TooManyBuckets" in done.out + done.err
    assert "--bucket NAME" in done.out + done.err
    assert "BLOCKED" not in done.out


@pytest.mark.parametrize(
    ("url", "base", "state"),
    [
        ("http://127.0.0.1:9", None, "refused"),
        ("http://[::1]:9", None, "refused"),
        ("http://127.0.0.1:9", "s3.localhost", "unreachable"),
        ("http://localhost:9", None, "unreachable"),
    ],
)
def test_a_bucket_cannot_stand_in_front_of_an_address(
    url: str, base: str | None, state: str
) -> None:
    """Said once, before anything is sent; a base of the profile or a host name may do."""
    limits = Limits(connect_seconds=1, answer_seconds=0.2, body_bytes=1000)
    endpoint = Endpoint(
        urls={"http": url}, addressing="virtual-host", virtual_host_base=base, limits=limits
    )
    health = check(endpoint, KEYS)
    assert health.state == state
    assert ("--addressing path" in health.text) is (state == "refused")
