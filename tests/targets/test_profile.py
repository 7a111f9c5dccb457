"""Profiles as data: URLs, claims, and the endpoint that follows from them."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from conformance.targets.profile import Profile, endpoint_urls, url_problem


def test_http_is_the_default_transport_of_two() -> None:
    """Plain HTTP comes first unless TLS is asked for."""
    urls = endpoint_urls("http://h:1", "https://h:2/", None)
    assert list(urls.items()) == [("http", "http://h:1"), ("tls", "https://h:2")]
    assert list(endpoint_urls("http://h:1", "https://h:2", "tls")) == ["tls", "http"]


def test_a_single_https_url_is_the_tls_endpoint() -> None:
    """Users give the one URL that they have, whatever its scheme."""
    assert endpoint_urls("https://h", None, None) == {"tls": "https://h"}


@pytest.mark.parametrize(
    ("url", "tls_url", "first", "words"),
    [
        (None, None, None, "nowhere"),
        ("http://h", None, "tls", "--tls-endpoint-url"),
        ("https://h", None, "http", "--endpoint-url"),
        ("https://h", "https://i", None, "both for tls"),
        (None, "http://h", None, "not an https URL"),
    ],
)
def test_urls_that_do_not_go_together(
    url: str | None, tls_url: str | None, first: str | None, words: str
) -> None:
    """A transport without a URL, or with two, is told before anything is sent."""
    with pytest.raises(ValueError, match=words):
        endpoint_urls(url, tls_url, first)  # type: ignore[arg-type]  # a parametrised literal


@pytest.mark.parametrize(
    "url",
    ["h:9000", "ftp://h", "http://", "http://h#f", "http://h?x=1", "http://h:x", "http://h:0"],
)
def test_what_is_no_base_url(url: str) -> None:
    """Only scheme, host and port make an endpoint."""
    assert url_problem(url)


def test_a_url_with_a_user_is_refused_without_repeating_it() -> None:
    """What stands before the @ may be a secret."""
    assert "hush" not in url_problem("http://me:hush@h")
    assert url_problem("http://me:hush@h")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9000", "https://h/", "http://[::1]:9000", "http://h/s3"]
)
def test_what_is_a_base_url(url: str) -> None:
    """Names, addresses and ports are all fine."""
    assert url_problem(url) == ""


def test_a_claim_is_yes_no_or_unsaid() -> None:
    """The three answers that capabilities are decided on."""
    profile = Profile(name="x", launcher="moto", claims=("acl",), lacks={"tls": "no"})
    assert [profile.claim(name) for name in ("acl", "tls", "copy")] == ["yes", "no", "unsaid"]


def test_a_claim_that_is_also_lacking_is_refused() -> None:
    """A profile may not contradict itself."""
    with pytest.raises(ValidationError, match="acl both claimed and lacking"):
        Profile(name="x", launcher="moto", claims=("acl",), lacks={"acl": "no"})


def test_a_profile_leads_to_an_endpoint() -> None:
    """Everything that the wire needs comes from the profile."""
    profile = Profile.model_validate(
        {
            "name": "x",
            "endpoint_url": "http://h:1",
            "region": "eu-west-1",
            "addressing": "virtual-host",
            "virtual_host_base": "s3.test",
            "resolve": {"*.s3.test": "127.0.0.1"},
            "limits": {"answer_seconds": 7},
        }
    )
    endpoint = profile.endpoint()
    assert endpoint.urls == {"http": "http://h:1"}
    assert (endpoint.region, endpoint.addressing) == ("eu-west-1", "virtual-host")
    assert endpoint.virtual_host_base == "s3.test"
    assert endpoint.resolve == {"*.s3.test": "127.0.0.1"}
    assert endpoint.limits.answer_seconds == 7
    assert endpoint.limits.connect_seconds == 5
    assert endpoint.insecure is False
