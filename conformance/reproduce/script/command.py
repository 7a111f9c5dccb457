"""The command line of a script, and its exit code."""

from __future__ import annotations

import argparse
import os
import secrets
import ssl
import sys
from dataclasses import replace

from conformance.reproduce.script.running import Script, printable
from conformance.reproduce.script.sending import Endpoint
from conformance.reproduce.script.signing import Keys
from conformance.reproduce.script.steps import Test
from conformance.reproduce.script.values import NotChecked, NotSaved, Values


def arguments(about: str) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    env = os.environ.get
    where = env("AWS_ENDPOINT_URL_S3") or env("AWS_ENDPOINT_URL")
    parser.add_argument("--endpoint", default=where, help="URL; AWS_ENDPOINT_URL_S3 by default")
    parser.add_argument(
        "--tls-endpoint", help="https URL for requests that the test sends over TLS"
    )
    region = env("AWS_REGION") or env("AWS_DEFAULT_REGION") or "us-east-1"
    parser.add_argument("--region", default=region)
    parser.add_argument("--addressing", choices=("path", "virtual-host"), default="path")
    parser.add_argument(
        "--virtual-host-base", default="", help="host below which buckets are names"
    )
    parser.add_argument("--ca-file", help="certificates to trust, in PEM")
    parser.add_argument("--no-verify", action="store_true", help="check no certificate")
    parser.add_argument(
        "--bucket", help="use this bucket of yours; by default one is made and removed"
    )
    parser.add_argument("--timeout", type=float, default=30.0, help="seconds for one answer")
    parser.add_argument("--value", action="append", default=[], metavar="NAME=VALUE")
    return parser.parse_args()


def keys_of_environment() -> dict[str, Keys]:
    """Return the key pairs that the environment holds."""
    env = os.environ.get
    main = Keys(
        env("AWS_ACCESS_KEY_ID", ""), env("AWS_SECRET_ACCESS_KEY", ""), env("AWS_SESSION_TOKEN", "")
    )
    alt = Keys(env("S3_CONFORMANCE_ALT_ACCESS_KEY", ""), env("S3_CONFORMANCE_ALT_SECRET_KEY", ""))
    if not (main.access and main.secret):
        raise NotChecked("set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
    return {"main": main, **({"alt": alt} if alt.access and alt.secret else {})}


def reached(given: argparse.Namespace, test: Test) -> Endpoint:
    """Return the endpoint that the command line means."""
    named = [url for url in (given.endpoint, given.tls_endpoint) if url]
    if test.prefers_tls:
        named.sort(key=lambda url: not url.startswith("https://"))
    urls = {"tls" if url.startswith("https://") else "http": url for url in named}
    if not urls or any(not url.startswith(("http://", "https://")) for url in named):
        raise NotChecked("give --endpoint as http://… or https://…, or set AWS_ENDPOINT_URL_S3")
    context = ssl.create_default_context(cafile=given.ca_file)
    if given.no_verify:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return Endpoint(
        urls, given.region, given.addressing, given.virtual_host_base, context,
        keys_of_environment(), given.timeout,
    )  # fmt: skip


def known_values(given: argparse.Namespace, test: Test, endpoint: Endpoint) -> Values:
    """Return what is known before anything is sent."""
    if given.bucket and test.own_bucket:
        raise NotChecked("this test needs a bucket set up for it: leave out --bucket")
    said = dict(pair.partition("=")[::2] for pair in given.value)
    values = {name: said.get(name) or default for name, default in test.values.items()}
    lacking = [name for name, value in values.items() if not value]
    if lacking:
        raise NotChecked(f"this test needs --value {lacking[0]}=… of the endpoint")
    end = f"--{values[test.zone]}--x-s3" if test.zone else ""
    stem = f"reproduce-{secrets.token_hex(5)}"
    bucket = given.bucket or stem + end
    return Values(
        bucket=bucket, region=given.region, access_key=endpoint.keys["main"].access,
        other_bucket=f"{stem}-none{end}", second_bucket=f"{stem}-second",
        second_directory_bucket=f"{stem}-second{end}", **values,
    )  # fmt: skip


def main(test: Test, about: str) -> int:
    """Run the test that the command line asks for; return 0, 1, or 2 where nothing was checked."""
    given = arguments(about)
    try:
        endpoint = reached(given, test)
        if given.bucket:
            test = replace(test, steps=[one for one in test.steps if one.role != "bucket"])
        script = Script(test, endpoint, known_values(given, test, endpoint))
        try:
            return script.run()
        finally:
            script.clean_up()
    except (NotChecked, NotSaved, OSError, UnicodeError) as error:
        print()
        print(printable(f"NOT CHECKED: {error}"))
        return 2
    except KeyboardInterrupt:
        return 2


def finish(test: Test, about: str) -> None:
    """End the script with its exit code."""
    sys.exit(main(test, about))
