"""Sends the steps in order, checks the answers, and removes what was made."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import replace
from typing import Any

from conformance.reproduce.script.answers import Form, Said, document, read
from conformance.reproduce.script.checks import Difference, check, shown
from conformance.reproduce.script.connection import send
from conformance.reproduce.script.sending import Answer, Endpoint, Request, prepared
from conformance.reproduce.script.steps import Left, Step, Test
from conformance.reproduce.script.values import NotChecked, NotSaved, Values, at, quote


class Script:
    """One run of a test."""

    def __init__(self, test: Test, endpoint: Endpoint, values: Values) -> None:
        self.test, self.endpoint, self.v = test, endpoint, values
        self.left = Left()
        self.differences: list[tuple[str, Step, Difference]] = []
        self.sessions: dict[tuple[str, str], Any] = {}
        self.lock = threading.Lock()

    def run(self) -> int:
        """Send all steps; return the exit code."""
        for step in self.test.steps:
            before = len(self.differences)
            last = self.perform(step)
            new = [one for one in self.differences[before:] if one[0] == "must"]
            if step.role != "step" and new:
                where = f"{step.name}: {new[0][2].field} is {shown(new[0][2].got)}"
                if self.test.claimed and step.role == "set-up":
                    return self.end(
                        f"the set-up was refused, which the server says it supports: {where}"
                    )
                raise NotChecked(f"the set-up failed: {where}")
            first = self.differences[before:][:1]
            if self.test.feature and new:
                return self.end_of_feature(last)
            if first and before == 0 and last is not None and last.status == 501:
                if not (step.expects_501 or self.test.claimed or self.test.request_form):
                    raise NotChecked(
                        f"the server answered 501: it does not implement {step.operation}"
                    )
        return self.end()

    def end_of_feature(self, last: Said | None) -> int:
        """Return whether a feature that has no effect was refused, or ignored."""
        if last is not None and (400 <= last.status < 500 or last.status == 501):
            if last.fields["code"] or not last.fields["body"]:
                print(f"\n{self.test.feature} is refused, as it may be")
                return 0
        if last is not None and last.status >= 500:
            raise NotChecked(f"the server broke down: {last.short()}")
        return self.end(f"{self.test.feature} is accepted, and without effect")

    def end(self, reason: str = "") -> int:
        """Print the result and return the exit code."""
        print()
        if not self.differences:
            print("as documented")
            return 0
        print(printable(f"DIFFERS: {reason}" if reason else "DIFFERS from what is documented:"))
        for strength, step, one in self.differences:
            word = "must be" if strength == "must" else "should be"
            said = f"{step.name}: {one.field} is {shown(one.got)}; {word} {one.expected}"
            print(printable(f"  {said}"))
        return 1

    def perform(self, step: Step) -> Said | None:
        """Send one step, or several at once, and keep what differs."""
        if step.when and step.when not in self.v.__dict__:
            return None
        try:
            if step.together:
                return self.all_at_once(step.together)
            if step.items is not None:
                return self.one_by_one(step, step.items(self.v))
            return self.attempts(step, self.v)
        except NotSaved as error:
            print(f"\n   {step.name} can't be sent: {error}")
            for name in step.save:
                self.v.__dict__.pop(name.removesuffix("[]"), None)
            self.differences.append((step.strength, step, Difference("run", str(error), "sent")))
            return None

    def one_by_one(self, step: Step, items: list[Any]) -> Said | None:
        """Send a step for each of several values, and save lists."""
        last = None
        for index, item in enumerate(items):
            known = Values(**{**self.v.__dict__, step.repeat: item})
            last = self.attempts(replace(step, name=f"{step.name}[{index}]"), known)
        return last

    def all_at_once(self, steps: tuple[Step, ...]) -> Said | None:
        """Send steps from as many threads."""
        barrier = threading.Barrier(len(steps))
        failures: list[BaseException] = []

        def start(step: Step) -> None:
            try:
                barrier.wait(30)
                self.attempts(step, self.v)
            except BaseException as error:  # noqa: BLE001 - raised again below
                failures.append(error)

        threads = [threading.Thread(target=start, args=(step,)) for step in steps]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]
        return None

    def attempts(self, step: Step, known: Values) -> Said:
        """Send a step, again while it may still come true, and keep what differs."""
        deadline, pause = time.monotonic() + step.eventually, 0.01
        while True:
            said, found, saved = self.once(step, known)
            if not found or time.monotonic() >= deadline:
                break
            time.sleep(pause)
            pause = min(pause * 2, 0.25)
        with self.lock:
            for name in step.save:
                plain = name.removesuffix("[]")
                if name not in saved:
                    self.v.__dict__.pop(plain, None)
                elif name.endswith("[]"):
                    self.v.__dict__[plain] = [*self.v.__dict__.get(plain, []), saved[name]]
                else:
                    self.v.__dict__[plain] = saved[name]
            self.differences += [(strength, step, one) for strength, one in found]
        return said

    def once(
        self, step: Step, known: Values
    ) -> tuple[Said, list[tuple[str, Difference]], dict[str, Any]]:
        """Send a step once; return the answer, what differs, and what it saves."""
        request = self.with_session(step.request(known))
        answer = send(self.endpoint, request)
        form = self.test.forms.get(step.operation, Form((), {}))
        said = read(step.operation, request.method, form, answer)
        saved: dict[str, Any] = {}
        for name, path in step.save.items():
            try:
                value = said.fields if path == ("answer",) else at(said.fields, *path)
            except NotSaved:
                continue
            if value is not None:
                saved[name] = value
        scope = Values(**{**known.__dict__, **{n.removesuffix("[]"): v for n, v in saved.items()}})
        found = self.compared(step, said, scope)
        with self.lock:
            self.left.note(step, request, said)
            show(self.endpoint, step, request, answer, said, found)
        return said, found, saved

    def compared(self, step: Step, said: Said, scope: Values) -> list[tuple[str, Difference]]:
        """Return what differs from the documented answer, with its strength."""
        found: list[tuple[str, Difference]] = []
        if step.succeeds:
            found += [(step.succeeds, one) for one in check(said, "status", "2xx")]
        for strength, fields in (("must", step.must), ("should", step.should)):
            if fields is None:
                continue
            for name, wanted in fields(scope).items():
                try:
                    expected = wanted() if callable(wanted) else wanted
                except NotSaved as error:
                    found.append((strength, Difference(name, str(error), "known")))
                    continue
                found += [(strength, one) for one in check(said, name, expected) if not one.allowed]
        strength = step.succeeds or step.strength
        if said.problem and 200 <= said.status < 300 and strength in ("must", "should"):
            found.append((strength, Difference("answer", said.problem, "readable")))
        if said.misnamed and step.strength:
            found.append(
                ("should", Difference("root", said.misnamed, "the documented root element"))
            )
        return found

    def with_session(self, request: Request) -> Request:
        """Open a session of a directory bucket where a request needs one."""
        if request.session != "open":
            return request
        place = (request.bucket, request.identity)
        if place not in self.sessions:
            asks = Request(
                "GET", request.bucket, "?session", [], identity=request.identity,
                over=request.over, addressing=request.addressing, service="s3express",
            )  # fmt: skip
            answer = send(self.endpoint, asks)
            root = document(answer.body)
            found = root.find("Credentials") if root is not None and answer.status == 200 else None
            self.sessions[place] = (
                None if found is None else {one.tag: one.text or "" for one in found}
            )
        return replace(request, session=self.sessions[place])

    def clean_up(self) -> None:
        """Remove what the steps made, and nothing else."""
        left = self.left
        for bucket, path, upload in left.uploads:
            self.remove(bucket, f"{path}?uploadId={upload}")
        for bucket, path, version in left.objects:
            self.remove(bucket, path + (f"?versionId={quote(version)}" if version else ""))
        for bucket in left.buckets:
            self.remove(bucket, "")

    def remove(self, bucket: str, target: str) -> None:
        """Delete one thing; say so where that fails."""
        zonal = bucket.endswith("--x-s3")
        request = Request("DELETE", bucket, target, [], service="s3express" if zonal else "s3")
        if zonal and target:
            request = self.with_session(replace(request, session="open"))
        if "versionId=" in target:
            request = replace(request, headers=[("x-amz-bypass-governance-retention", "true")])
        try:
            answer = send(self.endpoint, request)
        except NotChecked as error:
            print(f"{bucket}{target} may still be there: {error}")
            return
        if answer.status >= 300 and answer.status != 404:
            print(f"{bucket}{target} could not be removed: {answer.status}")


def printable(words: str) -> str:
    """Return a text of the server's without control characters."""
    return "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in words)


def show(
    endpoint: Endpoint,
    step: Step,
    request: Request,
    answer: Answer,
    said: Said,
    found: list[tuple[str, Difference]],
) -> None:
    """Print a request and its answer in short."""
    _, target, _, body = prepared(endpoint, request)
    target = re.sub(r"(X-Amz-(?:Signature|S3session-Token|Security-Token)=)[^&]+", r"\1…", target)
    print()
    print(
        printable(f"-> {step.name}: {request.method} {target} ({len(body)} bytes, {request.sign})")
    )
    own = [
        pair for pair in request.headers if "key" not in pair[0].lower() or "md5" in pair[0].lower()
    ]
    for name, value in own:
        if not value.startswith("<"):
            print(printable(f"   {name}: {value[:200]}"))
    print(
        printable(f"<- {answer.status} {said.fields['code'] or ''} {said.fields['message'] or ''}")
    )
    for name, value in answer.headers:
        if (
            name.lower() in ("etag", "content-range", "x-amz-version-id")
            or "checksum" in name.lower()
        ):
            print(printable(f"   {name}: {value[:200]}"))
    for strength, one in found:
        print(
            printable(
                f"   {strength}: {one.field} is {shown(one.got)}, documented is {one.expected}"
            )
        )
