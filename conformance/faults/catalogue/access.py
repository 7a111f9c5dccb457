"""Faults of access control: canned ACLs, grants, ownership, who may act on an upload."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.catalogue.steps import alters_upload, refuses_if
from conformance.faults.edits import (
    asking,
    header,
    ignores,
    misnames,
    nothing,
    restates,
)
from conformance.faults.model import Fault, accepts, answers, forgets, leaks, refuses
from conformance.reference.domain.values import ALL_USERS, Acl, Grant, Grantee
from conformance.reference.operations.new_object import acl
from conformance.reference.rules.acl import private_acl

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.reference.domain.messages import Request

_GRANTS: Final = (
    "x-amz-grant-read",
    "x-amz-grant-write",
    "x-amz-grant-read-acp",
    "x-amz-grant-write-acp",
    "x-amz-grant-full-control",
)


_KNOWN: Final = (
    "private",
    "public-read",
    "public-read-write",
    "authenticated-read",
    "aws-exec-read",
    "bucket-owner-read",
    "bucket-owner-full-control",
)


def _private(acl: Acl) -> Acl:
    return private_acl(acl.owner)


def _public(acl: Acl) -> Acl:
    if acl != private_acl(acl.owner):
        return acl
    return replace(acl, grants=(*acl.grants, Grant(Grantee("Group", ALL_USERS), "READ")))


def _without(permission: str) -> Callable[[Acl], Acl]:
    def change(acl: Acl) -> Acl:
        kept = tuple(
            grant
            for grant in acl.grants
            if grant.permission != permission or grant.grantee.value == acl.owner
        )
        return replace(acl, grants=kept)

    return change


def _first_grantee(acl: Acl) -> Acl:
    """Keep one grant a permission."""
    return replace(acl, grants=tuple({one.permission: one for one in acl.grants[::-1]}.values()))


def _read_for_full(acl: Acl) -> Acl:
    grants = tuple(
        replace(grant, permission="READ") if grant.grantee.value != acl.owner else grant
        for grant in acl.grants
    )
    return replace(acl, grants=grants)


def _canned_wins(request: Request) -> Request:
    if "x-amz-acl" not in request.headers:
        return request
    for name in _GRANTS:
        request = asking(request, name, nothing)
    return request


def _email_dropped(request: Request) -> Request:
    for name in _GRANTS:
        if "email" in header(request, name).lower():
            request = asking(request, name, nothing)
    return request


def _anybody(context: op.Context) -> None:
    """Let whoever comes go on."""
    del context


def _unblocked(context: op.Creating) -> None:
    block, context.bucket.public_access_block = context.bucket.public_access_block, None
    try:
        acl(context)
    finally:
        context.bucket.public_access_block = block


FAULTS: Final[tuple[Fault, ...]] = (
    leaks(
        "acl.default-private/public",
        "With no ACL asked for, everybody may read the object",
        sw.After(op.CREATE, alters_upload(acl=_public)),
    ),
    forgets(
        "acl.default-private/no-grants",
        "With no ACL asked for, nobody is named in the ACL",
        sw.After(op.CREATE, alters_upload(acl=lambda acl: replace(acl, grants=()))),
    ),
    forgets(
        "acl.canned/forgotten",
        "A canned ACL is forgotten",
        ignores(op.CREATE, "x-amz-acl"),
    ),
    accepts(
        "acl.canned/unknown-taken",
        "An unknown canned ACL is treated as private",
        sw.Ask(
            op.CREATE,
            lambda request: (
                request
                if header(request, "x-amz-acl") in _KNOWN
                else asking(request, "x-amz-acl", nothing)
            ),
        ),
    ),
    forgets(
        "acl.canned/authenticated-read",
        "authenticated-read is treated as private",
        sw.Ask(
            op.CREATE,
            lambda request: asking(
                request,
                "x-amz-acl",
                lambda value: "private" if value == "authenticated-read" else value,
            ),
        ),
    ),
    forgets(
        "acl.canned/exec-read",
        "aws-exec-read is treated as private",
        sw.Ask(
            op.CREATE,
            lambda request: asking(
                request,
                "x-amz-acl",
                lambda value: "private" if value == "aws-exec-read" else value,
            ),
        ),
        should=True,
    ),
    forgets(
        "acl.grants/forgotten",
        "Grants are forgotten",
        sw.After(op.CREATE, alters_upload(acl=_private)),
    ),
    forgets(
        "acl.grants/read-acp",
        "The grant of READ_ACP is forgotten",
        sw.After(op.CREATE, alters_upload(acl=_without("READ_ACP"))),
    ),
    forgets(
        "acl.grants/write-acp",
        "The grant of WRITE_ACP is forgotten",
        sw.After(op.CREATE, alters_upload(acl=_without("WRITE_ACP"))),
    ),
    forgets(
        "acl.grants/first-grantee",
        "Of several grantees of a permission only the first has it",
        sw.After(op.CREATE, alters_upload(acl=_first_grantee)),
    ),
    forgets(
        "acl.full-control/read-alone",
        "x-amz-grant-full-control gives READ alone",
        sw.After(op.CREATE, alters_upload(acl=_read_for_full)),
    ),
    forgets(
        "acl.full-control/ignored",
        "x-amz-grant-full-control is ignored",
        ignores(op.CREATE, "x-amz-grant-full-control"),
    ),
    accepts(
        "acl.exclusive/canned-wins",
        "With a canned ACL the grants are ignored",
        sw.Ask(op.CREATE, _canned_wins),
    ),
    accepts(
        "acl.email-405/ignored",
        "A header with a grantee by e-mail address is ignored",
        sw.Ask(op.CREATE, _email_dropped),
    ),
    answers(
        "acl.email-405/bad-request",
        "A grantee by e-mail address is answered with 400",
        restates(op.CREATE, "MethodNotAllowed", 400),
    ),
    accepts(
        "acl.bad-grantee/ignored",
        "Grantees that do not exist are ignored",
        sw.Swallow(op.CREATE, "acl", "InvalidArgument"),
    ),
    answers(
        "acl.bad-grantee/server-error",
        "A grantee that does not exist is answered with 500",
        misnames(op.CREATE, "InvalidArgument", "InternalError", 500),
    ),
    accepts(
        "acl.ownership-enforced/taken",
        "ACLs are accepted on a bucket whose owner owns everything",
        sw.Swallow(op.CREATE, "acl", "AccessControlListNotSupported"),
    ),
    answers(
        "acl.ownership-enforced/denied",
        "ACLs on a bucket whose owner owns everything are answered with AccessDenied",
        misnames(op.CREATE, "AccessControlListNotSupported", "AccessDenied", 403),
    ),
    refuses(
        "acl.ownership-enforced/owner-refused",
        "bucket-owner-full-control is rejected, too",
        sw.Deny(
            op.CREATE,
            lambda request: header(request, "x-amz-acl") == "bucket-owner-full-control",
            code="AccessControlListNotSupported",
        ),
    ),
    accepts(
        "acl.authorisation/create-by-anybody",
        "Any account can begin uploads",
        sw.Replace(op.CREATE, "write_authorised", _anybody),
    ),
    accepts(
        "acl.authorisation/part-by-anybody",
        "Any account uploads parts",
        sw.Replace(op.PART, "authorised", _anybody),
    ),
    accepts(
        "acl.authorisation/copy-by-anybody",
        "Any account copies parts",
        sw.Replace(op.COPY, "authorised", _anybody),
    ),
    accepts(
        "acl.authorisation/complete-by-anybody",
        "Any account completes uploads",
        sw.Replace(op.COMPLETE, "authorised", _anybody),
    ),
    accepts(
        "acl.authorisation/abort-by-anybody",
        "Any account aborts uploads",
        sw.Replace(op.ABORT, "authorised", _anybody),
    ),
    leaks(
        "acl.authorisation/parts-to-anybody",
        "Any account lists parts",
        sw.Replace(op.LIST_PARTS, "authorised", _anybody),
    ),
    leaks(
        "acl.authorisation/uploads-to-anybody",
        "Any account lists uploads",
        sw.Replace(op.LIST_UPLOADS, "authorised", _anybody),
    ),
    leaks(
        "acl.authorisation/any-source",
        "Any account copies what it may not read",
        sw.Swallow(op.COPY, "source_authorised"),
    ),
    refuses(
        "acl.authorisation/own-sources-alone",
        "Nobody copies objects of another account, whatever their ACL says",
        sw.Insert(
            op.COPY,
            refuses_if(lambda c: c.source.version.owner != c.request.caller, "AccessDenied", 403),
        ),
    ),
    accepts(
        "acl.public-access-block/ignored",
        "The block of public ACLs is ignored",
        sw.Replace(op.CREATE, "acl", _unblocked),
    ),
    answers(
        "acl.public-access-block/bad-request",
        "A blocked public ACL is answered with 400",
        misnames(op.CREATE, "AccessDenied", "InvalidRequest", 400),
    ),
)
