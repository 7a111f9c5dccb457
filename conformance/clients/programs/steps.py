"""What every Python program of a client has: its surroundings, and one JSON line a step."""

import json
import os
import random
import time

MB = 1024 * 1024
ENDPOINT = os.environ["ENDPOINT_URL"]
TLS = os.environ.get("TLS_ENDPOINT_URL")
CA = os.environ.get("CA_FILE")
REGION = os.environ["AWS_REGION"]
ACCESS_KEY, SECRET_KEY = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]
TOKEN = os.environ.get("AWS_SESSION_TOKEN")
BUCKET, PREFIX = os.environ["BUCKET"], os.environ["PREFIX"]
WANTED = os.environ["STEPS"].split()


def data(size, seed=1):
    """Return bytes that are the same in every run."""
    return random.Random(seed).randbytes(size)


def must(holds, what):
    """Fail the step where something does not hold."""
    if not holds:
        raise AssertionError(what)


def step(name):
    """Take the decorated function as a step, at once, and say what became of it."""

    def take(function):
        if name in WANTED:
            said = {"step": name, "ok": True}
            try:
                function()
            except Exception as error:
                said |= {"ok": False, "error": f"{type(error).__name__}: {error}"[:500]}
                said |= _answer(error)
            print(json.dumps({**said, "ended": time.time()}), flush=True)
        return function

    return take


def _answer(error):
    """Return code and status of botocore's errors; others tell them in their text alone."""
    answer = getattr(error, "response", None)
    if not isinstance(answer, dict):
        return {}
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode")
    return {"code": answer.get("Error", {}).get("Code"), "status": status}
