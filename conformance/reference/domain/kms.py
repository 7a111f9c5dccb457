"""The small key store behind SSE-KMS: two accounts, a handful of keys, their states."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from conformance.reference.domain.messages import S3Error

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.reference.domain.messages import Account

KEY_ID = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|mrk-[0-9a-f]{32}"
)
_ARN = re.compile(
    r"arn:aws:kms:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):"
    r"(?:key/(?P<key>[^/]+)|(?P<alias>alias/[A-Za-z0-9/_-]+))"
)
_ALIAS = re.compile(r"alias/[A-Za-z0-9/_-]+")

MANAGED_ALIAS = "alias/aws/s3"

# The last digit groups tell the keys apart at a glance in a record; the ids are fixed, so that a
# profile can name them.
CUSTOMER_KEY = "11111111-1111-4111-8111-000000000001"
DISABLED_KEY = "11111111-1111-4111-8111-000000000002"
PENDING_KEY = "11111111-1111-4111-8111-000000000003"
SHARED_KEY = "11111111-1111-4111-8111-000000000004"
PRIVATE_KEY = "11111111-1111-4111-8111-000000000005"
CUSTOMER_ALIAS = "alias/s3-conformance"


class KeyState(Enum):
    """The states of a KMS key that answers depend on."""

    ENABLED = "Enabled"
    DISABLED = "Disabled"
    PENDING_DELETION = "PendingDeletion"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One KMS key; ``users`` are the ids of the accounts that its policy lets use it."""

    id: str
    region: str
    account: str
    users: frozenset[str]
    state: KeyState = KeyState.ENABLED

    @property
    def arn(self) -> str:
        """The full ARN, which responses name (KMS-001)."""
        return f"arn:aws:kms:{self.region}:{self.account}:key/{self.id}"


class KeyStore:
    """Keys by ARN and aliases by (account, alias); resolves what a request names."""

    def __init__(self, region: str, keys: Iterable[Key] = ()) -> None:
        self.region = region
        self._keys = {key.arn: key for key in keys}
        self._aliases: dict[tuple[str, str], str] = {}

    def add(self, key: Key, alias: str | None = None) -> Key:
        """Store ``key``, optionally under an alias (``alias/…``) of its account."""
        self._keys[key.arn] = key
        if alias is not None:
            self._aliases[key.account, alias] = key.arn
        return key

    def set_state(self, arn: str, state: KeyState) -> None:
        """Enable, disable or schedule the deletion of a key; KeyError if there is none."""
        self._keys[arn] = replace(self._keys[arn], state=state)

    def managed(self, account: str) -> Key:
        """Return the aws/s3 key of an account (by id), made at first use as AWS does (KMS-002)."""
        arn = self._aliases.get((account, MANAGED_ALIAS))
        if arn is not None:
            return self._keys[arn]
        key = Key(
            id=f"00000000-0000-4000-8000-{account}",
            region=self.region,
            account=account,
            users=frozenset({account}),
        )
        return self.add(key, MANAGED_ALIAS)

    def resolve(self, name: str, account: Account) -> Key:
        """Return the key that ``name`` (id, ARN, alias or alias ARN) means to ``account``.

        A bare id or alias is looked up in the caller's account alone, so that a key of another
        account is only found by its ARN. Raises KMS.NotFoundException (KMS-004, KMS-005, KMS-006).
        """
        match = _ARN.fullmatch(name)
        if match is not None:
            return self._by_arn(match)
        if _ALIAS.fullmatch(name):
            return self._by_alias(account.id, name)
        if KEY_ID.fullmatch(name):
            return self._by_key_arn(f"arn:aws:kms:{self.region}:{account.id}:key/{name}")
        raise _not_found(f"Invalid keyId '{name}'")

    def usable(self, name: str, account: Account) -> Key:
        """Resolve ``name`` and refuse a key that cannot encrypt for ``account``.

        Raises KMS.NotFoundException, KMS.DisabledException (KMS-007),
        KMS.KMSInvalidStateException (KMS-008) or AccessDenied (KMS-014).
        """
        key = self.resolve(name, account)
        self.check(key.arn, account)
        return key

    def check(self, arn: str, account: Account | None) -> None:
        """Refuse the key ``arn`` if ``account`` may not use it or its state forbids it."""
        key = self._by_key_arn(arn)
        if account is None or account.id not in key.users:
            raise S3Error(403, "AccessDenied", "Access Denied")
        if key.state is KeyState.DISABLED:
            raise S3Error(400, "KMS.DisabledException", f"{arn} is disabled.")
        if key.state is KeyState.PENDING_DELETION:
            raise S3Error(400, "KMS.KMSInvalidStateException", f"{arn} is pending deletion.")

    def _by_arn(self, match: re.Match[str]) -> Key:
        if match["region"] != self.region:
            raise _not_found(f"Invalid arn {match['region']}")
        if match["alias"] is not None:
            return self._by_alias(match["account"], match["alias"])
        if not KEY_ID.fullmatch(match["key"]):
            raise _not_found(f"Invalid keyId '{match['key']}'")
        return self._by_key_arn(match[0])

    def _by_key_arn(self, arn: str) -> Key:
        key = self._keys.get(arn)
        if key is None:
            raise _not_found(f"Key '{arn}' does not exist")
        return key

    def _by_alias(self, account: str, alias: str) -> Key:
        if alias == MANAGED_ALIAS:
            return self.managed(account)
        arn = self._aliases.get((account, alias))
        if arn is None:
            # What KMS itself says; no capture of S3 passing it on is known.
            full = f"arn:aws:kms:{self.region}:{account}:{alias}"
            raise _not_found(f"Alias {full} is not found.")
        return self._keys[arn]


def furnished(region: str, main: Account, alt: Account) -> KeyStore:
    """Return the store that a new world starts with.

    The main account owns an enabled key (with an alias), a disabled one and one pending deletion;
    the other account owns a key that both may use and a key of its own.
    """
    store = KeyStore(region)

    def key(key_id: str, owner: Account, *users: Account, state: KeyState) -> Key:
        allowed = frozenset(user.id for user in users)
        return Key(id=key_id, region=region, account=owner.id, users=allowed, state=state)

    store.add(key(CUSTOMER_KEY, main, main, state=KeyState.ENABLED), CUSTOMER_ALIAS)
    store.add(key(DISABLED_KEY, main, main, state=KeyState.DISABLED))
    store.add(key(PENDING_KEY, main, main, state=KeyState.PENDING_DELETION))
    store.add(key(SHARED_KEY, alt, main, alt, state=KeyState.ENABLED))
    store.add(key(PRIVATE_KEY, alt, alt, state=KeyState.ENABLED))
    return store


def _not_found(message: str) -> S3Error:
    return S3Error(400, "KMS.NotFoundException", message)
