"""Ends runs at random moments, and shows that ``clean`` removes all of theirs and nothing else.

    python benchmarks/kill.py [--times 50] [--targets reference,moto,seaweedfs] [--seed N]

For each target a server is started, with foreign buckets, objects and uploads, some of them under
names that look like a run's. Then runs with one worker and with two are ended by SIGKILL, SIGTERM
or SIGINT at a random moment. Of each: does `report` render what there is of the record, and does
`clean --yes --run ID` leave nothing of that run? Half of the killed runs are left lying until their
leases are old; then one `clean --yes` without names has to remove them all. In the end the foreign
things are compared with how they were. Prints a table, and exits with 1 when anything was wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from conformance.targets.launchers.registry import launched

if TYPE_CHECKING:
    from conformance.targets.launchers.running import Running

SELECT = "complete/** or upload-part/** or list-parts/** or abort/**"
OLD_SECONDS = 66
"""A lease is old after a minute."""
CONFUSABLE = (
    "production",
    "s3-conformance-mine",
    "s3-conformance-2611291723416a56",
    "s3-conformance-2025-reports",
    "s3-conformance-99999999999900ab-main-plain",
    "s3-conformance-2611291723416a5z-main-plain",
)
KEYS = ("data.bin", "s3-conformance/notes.txt", "s3-conformance/2611291723416a56")
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
COMMAND = [sys.executable, "-P", "-m", "conformance.cli"]
ID = re.compile(r"s3-conformance-(\d{12}[0-9a-f]{4})-")


@dataclass
class Ended:
    """One run that was ended."""

    target: str
    signal: str
    workers: int
    after: float
    rendered: bool
    left: int
    """Lines of `clean` for it before it was removed."""
    gone: bool | None
    """Whether nothing of it was there afterwards; None while that is to be seen."""


class Place:
    """A running server with foreign things in it."""

    def __init__(self, name: str, server: Running) -> None:
        self.name = name
        self.environment = {
            **os.environ,
            "AWS_ACCESS_KEY_ID": server.main.access_key,
            "AWS_SECRET_ACCESS_KEY": server.main.secret_key,
            "S3_CONFORMANCE_ENDPOINT_URL": server.endpoint_url,
        }
        self.s3: Any = boto3.client(
            "s3",
            endpoint_url=server.endpoint_url,
            aws_access_key_id=server.main.access_key,
            aws_secret_access_key=server.main.secret_key,
            region_name=server.region,
            config=Config(s3={"addressing_style": "path"}),
        )

    def furnish(self) -> None:
        """Put foreign buckets, objects and uploads there."""
        for bucket in CONFUSABLE:
            self.s3.create_bucket(Bucket=bucket)
            for key in KEYS:
                self.s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
            self.s3.create_multipart_upload(Bucket=bucket, Key="s3-conformance/upload")

    def everything(self) -> dict[str, Any]:
        """Return all that is there, by bucket: objects with their ETags, and uploads."""
        found = {}
        for one in self.s3.list_buckets()["Buckets"]:
            name = one["Name"]
            with suppress(self.s3.exceptions.NoSuchBucket):
                objects = self.s3.list_objects_v2(Bucket=name).get("Contents", [])
                uploads = self.s3.list_multipart_uploads(Bucket=name).get("Uploads") or []
                found[name] = {
                    "objects": sorted((o["Key"], o["ETag"]) for o in objects),
                    "uploads": sorted((u["Key"], u["UploadId"]) for u in uploads),
                }
        return found

    def call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of ours to its end."""
        return subprocess.run(  # noqa: S603 - ourselves
            [*COMMAND, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )


def end_one(place: Place, out: Path, chance: random.Random, number: int) -> tuple[Ended, str]:
    """Begin a run, end it at a random moment, and return what was seen and the run's id."""
    before = set(place.everything())
    workers, sign = chance.choice((1, 2)), SIGNALS[number % len(SIGNALS)]
    process = subprocess.Popen(  # noqa: S603 - ourselves
        [*COMMAND, "run", "-n", str(workers), "--select", SELECT, "--properties", "off",
         "--out", str(out)],
        env=place.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    record = out / "record.jsonl"
    while process.poll() is None and not record.exists():
        time.sleep(0.02)
    after = chance.uniform(0.0, 6.0)
    time.sleep(after)
    process.send_signal(sign)
    process.wait()
    _await_workers(record)
    found = [ID.match(name) for name in set(place.everything()) - before]
    made = {one[1] for one in found if one is not None}
    rendered = place.call("report", str(record), "--out", str(out / "again"))
    page = out / "again" / "report.html"
    shown = Ended(
        target=place.name,
        signal=sign.name,
        workers=workers,
        after=round(after, 2),
        rendered=rendered.returncode == 0 and page.exists() if record.exists() else True,
        left=0,
        gone=None if made else True,
    )
    return shown, next(iter(made), "")


def _await_workers(record: Path) -> None:
    """Wait until workers that outlive a killed run have ended: they clean up by themselves."""
    size, quiet = -1, 0
    while quiet < 5:
        time.sleep(0.4)
        now = record.stat().st_size if record.exists() else 0
        quiet, size = (quiet + 1 if now == size else 0), now


def clean(place: Place, run: str, ended: Ended) -> None:
    """Remove what one run left, by its name, and note whether that was all."""
    listed = place.call("clean", "--run", run)
    words = [line.partition(" ")[0] for line in listed.stdout.splitlines()]
    ended.left = sum(word in ("bucket", "object", "upload") for word in words)
    place.call("clean", "--yes", "--run", run)
    ended.gone = not any(run in name for name in place.everything())


def try_target(name: str, times: int, chance: random.Random) -> tuple[list[Ended], bool]:
    """End so many runs on one target; return what was seen, and whether the rest is untouched."""
    rows: list[Ended] = []
    waiting: list[tuple[Ended, str]] = []
    with tempfile.TemporaryDirectory() as folder, launched(name) as server:
        place = Place(name, server)
        place.furnish()
        foreign = place.everything()
        for number in range(times):
            row, run = end_one(place, Path(folder) / str(number), chance, number)
            rows.append(row)
            if run and number % 2:
                clean(place, run, row)
            elif run:
                waiting.append((row, run))
            print(json.dumps(row.__dict__), flush=True)
        if waiting:
            time.sleep(OLD_SECONDS)
            place.call("clean", "--yes")
            left = " ".join(place.everything())
            for row, run in waiting:
                row.gone = run not in left
        return rows, place.everything() == foreign


def main() -> int:
    """End runs on each target, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--targets", default="reference,moto,seaweedfs")
    parser.add_argument("--seed", type=int, default=17)
    options = parser.parse_args()
    chance = random.Random(options.seed)  # noqa: S311 - moments, no secrets
    names = options.targets.split(",")
    rows: list[Ended] = []
    untouched: dict[str, bool] = {}
    for position, name in enumerate(names):
        share = options.times // len(names) + (position < options.times % len(names))
        seen, untouched[name] = try_target(name, share, chance)
        rows += seen
    good = sum(bool(row.rendered and row.gone) for row in rows)
    print(json.dumps({"runs": len(rows), "good": good, "foreign_untouched": untouched}))
    return 0 if good == len(rows) and all(untouched.values()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
