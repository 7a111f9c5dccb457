"""Writes a request as one real client writes it: by the forms of ``specs/dialects``."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast, get_args

from conformance.vocabulary.dialects import ALGORITHM, GIVEN, TITLED_ALGORITHM, Form
from conformance.wire import checksums
from conformance.wire.framing import PAYLOAD_HASHES
from conformance.wire.hosts import is_directory
from conformance.wire.model import Framing, FramingMode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conformance.vocabulary.dialects import Spoken, Transport
    from conformance.wire.model import Call

Headers = list[tuple[str, str]]
Parameters = list[tuple[str, str | None]]

_PAYLOAD: Final = "x-amz-content-sha256"
_SDK_ALGORITHM: Final = "x-amz-sdk-checksum-algorithm"
_SPACED: Final = "<given, spaced>"
_CHECKSUM: Final = re.compile(r"x-amz-checksum-(crc32c?|crc64nvme|sha1|sha256)")
_MODES: Final = {value: mode for mode, value in PAYLOAD_HASHES.items()}


def choose(spoken: Spoken, call: Call, size: int, transport: Transport) -> Form:
    """Return the form in which a dialect writes this call: the first that fits.

    A form of the wanted variant goes before those that the client uses by default. Where the
    dialect was captured over the other transport alone, that form is taken: what the client would
    change nobody saw. ``size`` is that of the payload in bytes. Raises ValueError for an operation
    that the client was never seen to send, or not with these members.
    """
    held = [form for form in spoken.dialect.forms if form.operation == call.operation]
    held = [form for form in held if form.variant in ("", spoken.variant)]
    held.sort(key=lambda form: form.variant != spoken.variant)
    fitting = [form for form in held if _fits(form, call, size)]
    if not fitting:
        raise ValueError(f"{spoken.name} was never seen to send this {call.operation}")
    alike = [form for form in fitting if _conditions(form) == _conditions(fitting[0])]
    return next((form for form in alike if transport in form.over), alike[0])


def _conditions(form: Form) -> tuple[object, ...]:
    """Return what decides on a form before the transport does."""
    return form.variant, form.bucket, form.given, form.from_bytes, form.below_bytes


def _fits(form: Form, call: Call, size: int) -> bool:
    bucket = call.members.get("Bucket")
    directory = isinstance(bucket, str) and is_directory(bucket)
    return (
        form.presigned == (call.edits.sign == "presigned")
        and form.bucket != ("general-purpose" if directory else "directory")
        and all(call.members.get(member) is not None for member in form.given)
        and size >= form.from_bytes
        and (form.below_bytes is None or size < form.below_bytes)
    )


def algorithm(form: Form, given: Sequence[tuple[str, str]]) -> str:
    """Return the checksum algorithm of a request: what the caller asks for, or the client's own."""
    for name, value in given:
        if name.lower() == _SDK_ALGORITHM:
            return value
    for name, _ in given:
        if found := _CHECKSUM.fullmatch(name.lower()):
            return found[1].upper()
    return form.checksum


def framing(form: Form, wanted: str, size: int) -> Framing:
    """Return how the client frames the body: what the head of the form says of it."""
    headers = {name.lower(): value for name, value in form.headers}
    mode = _MODES.get(headers.get(_PAYLOAD, ""), "plain")
    trailer = mode in ("unsigned-trailer", "signed-trailer")
    return Framing(
        mode=cast("FramingMode", mode) if mode in get_args(FramingMode) else None,
        algorithm=wanted if trailer else None,
        chunk_bytes=form.chunk_bytes[0] if form.chunk_bytes else max(size, 1),
        further_chunks=form.chunk_bytes[1:],
        sizes=form.sizes,
        trailer_end=form.trailer_end,
        transfer_chunked=headers.get("transfer-encoding") == "chunked",
        broken="no-trailer-header" if trailer and "x-amz-trailer" not in headers else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """The values of a form's placeholders in one request."""

    payload: bytes
    length: int
    authority: str
    host: str
    user_agent: str
    stamp: str
    payload_hash: str
    token: str | None
    algorithm: str

    def of(self, value: str) -> str | None:
        """Return a form's value with placeholders replaced; None if the header is left out."""
        word = _OF_WORDS.get(value)
        if word is not None:
            return word(self)
        return value.replace(ALGORITHM, self.algorithm.lower())

    def name(self, name: str) -> str:
        """Return a header's name with its algorithm put in."""
        name = name.replace(ALGORITHM, self.algorithm.lower())
        return name.replace(TITLED_ALGORITHM, self.algorithm.capitalize())


_OF_WORDS: Final[Mapping[str, Callable[[Values], str | None]]] = {
    GIVEN: lambda _: None,
    _SPACED: lambda _: None,
    "<host>": lambda values: values.authority,
    "<host-without-port>": lambda values: values.host,
    "<user-agent>": lambda values: values.user_agent,
    "<date>": lambda values: values.stamp,
    "<authorization>": lambda _: "",
    "<uuid>": lambda _: str(uuid.uuid4()),
    "<length>": lambda values: str(values.length),
    "<decoded-length>": lambda values: str(len(values.payload)),
    "<md5>": lambda values: checksums.digest_base64(values.payload, "MD5"),
    "<sha256>": lambda values: values.payload_hash,
    "<token>": lambda values: values.token,
    "<checksum>": lambda values: checksums.digest_base64(values.payload, values.algorithm),
    "<ALGORITHM>": lambda values: values.algorithm,
}
"""A test holds these to the words of `conformance.vocabulary.dialects`."""


def headers(form: Form, given: Sequence[tuple[str, str]], values: Values) -> Headers:
    """Return the headers of a request in the client's order and spelling.

    What the step gives stands where the form has it, in place of the client's own value. What the
    form does not know goes in front of the signature. ``Authorization`` is there, still empty.
    """
    rest = list(given)
    made: Headers = []
    for written, value in form.headers:
        name = values.name(written)
        taken = [pair for pair in rest if _is(pair[0], name)]
        rest = [pair for pair in rest if pair not in taken]
        if taken:
            texts = [text.replace(",", ", ") if value == _SPACED else text for _, text in taken]
            made += [(_spelled(name, one[0]), text) for one, text in zip(taken, texts, strict=True)]
        elif (own := values.of(value)) is not None:
            made.append((name, own))
    at = next((i for i, (name, _) in enumerate(made) if name.lower() == "authorization"), len(made))
    # A client that does not name the algorithm has it anyway: in its trailer or checksum.
    made[at:at] = [pair for pair in rest if pair[0].lower() != _SDK_ALGORITHM]
    return made


def _is(given: str, written: str) -> bool:
    """Return whether a header of the call stands here; ``x-amz-meta-*`` is for all metadata."""
    if written.endswith("*"):
        return given.lower().startswith(written[:-1].lower())
    return given.lower() == written.lower()


def _spelled(written: str, given: str) -> str:
    """Return a header's name as the client writes it; of metadata the end is the caller's own.

    Clients whose names begin with a capital write the whole name so.
    """
    if not written.endswith("*"):
        return written
    end = given[len(written) - 1 :]
    words = [word.capitalize() for word in end.split("-")]
    return written[:-1] + ("-".join(words) if written[:1].isupper() else end)


def query(form: Form, given: Sequence[tuple[str, str | None]]) -> Parameters:
    """Return the parameters in the client's order, its own among them; others come last."""
    rest = list(given)
    made: Parameters = []
    for name, value in form.query:
        taken = [pair for pair in rest if pair[0] == name]
        rest = [pair for pair in rest if pair not in taken]
        if not taken:
            made += [] if value == GIVEN else [(name, value)]
        elif value == GIVEN:
            made += taken
        else:
            # ``uploads`` and ``uploads=`` mean the same to the model, and not to the client.
            made += [(name, own or value) for _, own in taken]
    return made + rest


def in_order(
    pairs: Sequence[tuple[str, str | None]], order: Sequence[str]
) -> list[tuple[str, str | None]]:
    """Return pairs in the order of names, whatever their case; ``*`` means all others."""
    wanted = [name.lower() for name in order]
    rest = wanted.index("*") if "*" in wanted else len(wanted)

    def place(pair: tuple[str, str | None]) -> int:
        name = pair[0].lower()
        return wanted.index(name) if name in wanted else rest

    return sorted(pairs, key=place)
