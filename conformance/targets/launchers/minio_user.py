"""Makes a user of a MinIO-like server: a JSON task on standard input, no package around it.

Run by the Python that has the package ``minio``: its admin API wants requests in MinIO's own
encryption.
"""

from __future__ import annotations

import json
import sys

from minio.credentials import StaticProvider
from minio.minioadmin import MinioAdmin

POLICY = "s3-conformance-alt"


def main() -> None:
    """Make the user and allow it the resource, and nothing else."""
    task = json.load(sys.stdin)
    admin = MinioAdmin(
        endpoint=task["address"],
        credentials=StaticProvider(*task["admin"]),
        secure=task["secure"],
    )
    statements = [
        {"Effect": "Allow", "Action": ["s3:ListAllMyBuckets"], "Resource": ["arn:aws:s3:::*"]},
        {
            "Effect": "Allow",
            "Action": ["s3:*"],
            "Resource": [task["resource"], f"{task['resource']}/*"],
        },
    ]
    admin.policy_add(POLICY, policy={"Version": "2012-10-17", "Statement": statements})
    user, secret = task["user"]
    admin.user_add(user, secret)
    admin.policy_set(POLICY, user=user)


if __name__ == "__main__":
    main()
