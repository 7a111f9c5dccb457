"""What the catalogue holds, as frozen data.

A scenario file is loaded, linted and expanded into `Test` objects; whoever runs or explains a test
needs nothing but these classes. Trees (`Tree`) are plain YAML values in which everything known
before the run (``let``, ``cases``, ``matrix``) has already been put in place; what remains are
references to values saved during the run (``$upload``), built-in references (``$key``) and
function calls (``{random: 5MiB}``), all described in ``docs/reference/scenario-format.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from conformance.catalog.ledger_model import Ledger
from conformance.catalog.selections import Selections

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from conformance.catalog.place import Place
    from conformance.vocabulary.dialects import Dialect, Spoken
    from conformance.vocabulary.impacts import Impact

Tree: TypeAlias = "bool | int | float | str | list[Tree] | dict[str, Tree] | None"

Level = Literal["MUST", "SHOULD", "MAY"]
Grade = Literal["recorded", "verified", "documented", "inferred"]
Strength = Literal["must", "should", "observe", "disputed"]
BucketScope = Literal["general-purpose", "directory", "access-point", "outposts", "fsx"]


@dataclass(frozen=True, kw_only=True)
class Source:
    """One piece of evidence: what Amazon S3 answers to one condition, and how we know."""

    id: str
    grade: Grade
    date: str
    """ISO date (or month, or year) of the recording or check, of the commit that shows it, or of
    the day on which the page was read."""
    operation: str
    condition: str
    status: int | None
    code: str
    message: str
    notes: str
    where: str
    url: str
    """Where a reader finds it: a file at one commit, a thread, or a page of documentation."""
    witnesses: tuple[str, ...] = ()
    """The independent authors who saw S3 answer so, or whose word it is (``aws`` for S3's own).

    Ten tests of one suite are one witness. Empty when nobody saw it: the source is an inference.
    """
    of: str = ""
    """The operation that was asked, when it is a sister of the one that the source stands for."""
    place: Place


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One documented statement with its level and the sources that it cites."""

    id: str
    statement: str
    level: Level
    impact: Impact
    applies_to: tuple[BucketScope, ...]
    feature: str = ""
    """What it is a part of, in words that complete "does not look at …"; empty for itself alone."""
    same_as: str = ""
    """Id of the rule that says the same of another operation; empty for none."""
    form: bool = False
    """Says how a request may be written, not what it asks for: a 501 can refuse the form alone."""
    sources: tuple[str, ...]
    """Ids of `Source` entries."""
    seeds: tuple[str, ...]
    """Short names of the documentation pages that state it."""
    open: str
    """Why no scenario asserts the rule yet; empty when one does."""
    place: Place


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """What one step's answer is held to, with one strength.

    ``fields`` maps ``status``, ``code``, ``message``, ``error``, ``headers``, ``xml``, ``body`` or
    a response member of the operation to a literal or a matcher.
    """

    strength: Strength
    fields: Mapping[str, Tree]
    place: Place


@dataclass(frozen=True, kw_only=True)
class Step:
    """One S3 operation with its request edits and expectations, or a group run at once."""

    operation: str
    """The S3 operation's own name; empty when ``concurrently`` holds the steps."""
    name: str
    """Unique within the test; check names begin with it. Defaults to the operation's name."""
    members: Mapping[str, Tree] = field(default_factory=dict)
    """Request members by the API's own names, ``with`` already merged in."""
    edits: Mapping[str, Tree] = field(default_factory=dict)
    """``headers query body method sign framing addressing transport expect-continue as shape``."""
    spoken: Spoken | None = None
    """The dialect in which it is written; None for this suite's own form."""
    save: Mapping[str, str] = field(default_factory=dict)
    """Variable name to the path of the value in the answer."""
    when: str = ""
    """Name that an earlier step saves: the step is left out where it has no value."""
    expectations: tuple[Expectation, ...] = ()
    note: str = ""
    sources: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    """Rules that its checks show, where they are not the first of the test's; see `check_rules`."""
    repeat: Mapping[str, Tree] = field(default_factory=dict)
    """One variable name to the list of its values, one request each; empty for one request."""
    eventually: float = 0.0
    """Seconds within which the expectations must come true; 0 judges the first answer."""
    concurrently: tuple[Step, ...] = ()
    place: Place


def single_steps(steps: Iterable[Step]) -> Iterator[Step]:
    """Yield steps one by one: in the place of a group those that it holds."""
    for step in steps:
        yield from step.concurrently or (step,)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One named row of a scenario's table."""

    name: str
    variables: Mapping[str, Tree]
    needs: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    catches: tuple[str, ...] = ()
    place: Place


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A declarative case that shows rules, as it stands in its file."""

    id: str
    title: str
    why: str
    rules: tuple[str, ...]
    sources: tuple[str, ...]
    needs: tuple[str, ...]
    catches: tuple[str, ...]
    impact: Impact | None
    """Overrides the impact of the rules when set."""
    bucket: str
    """Name of a `BucketKind`."""
    also_in: tuple[str, ...] = ()
    """Further kinds in which it is run, each as tests of its own."""
    cases: tuple[Case, ...]
    ignored: str = ""
    """A capability that its steps show to be honoured or refused, and not ignored."""
    given_once: bool = False
    """Its tests only read what ``given`` makes: it is sent once for all tests of a worker."""
    matrix: Mapping[str, tuple[str, ...]]
    """Axis name to its value names."""
    case_titles: Mapping[str, str] = field(default_factory=dict)
    """Words for cases and for values of axes, which follow the title in that of a test."""
    about: str
    """The ``about`` of its file."""
    place: Place


@dataclass(frozen=True, kw_only=True)
class Test:
    """One expanded scenario: one case, one value an axis. What a run runs and a report shows."""

    id: str
    """``scenario/id[case,axis-value,…]``; without brackets when there is neither."""
    scenario: Scenario
    title: str
    rules: tuple[str, ...]
    sources: tuple[str, ...]
    needs: tuple[str, ...]
    catches: tuple[str, ...]
    level: Level
    """The strongest level among its rules, or of its expectations if that is less."""
    impact: Impact
    operations: tuple[str, ...]
    """S3 operations under test, in order of first use in ``steps``."""
    given: tuple[Step, ...]
    steps: tuple[Step, ...]
    expects: str = ""
    """Digests of what it sends and expects, as words: see `conformance.vocabulary.expected`."""
    dialect: str = ""
    """The dialect that it speaks, ``java-v2:async``; empty for this suite's own form."""
    left_out: tuple[str, ...] = ()
    """Operations of steps that the dialect's client was never seen to send."""
    form: bool = False
    """All its rules say how a request may be written, see `Rule.form`."""
    other_bucket: str = ""
    """Name of a `BucketKind` instead of the scenario's first one."""
    borrowed: bool = False
    """It runs in a directory bucket, and its rules are known of general purpose buckets alone."""
    sentences: tuple[str, ...] = ()
    """The test in words, see `conformance.catalog.sentences`."""
    witnesses: tuple[str, ...] | None = None
    """The authors on whom the least supported of its ``must`` stands; None without a ``must``."""
    lone_witness: str = ""
    """The only one of them, when that is neither a recording nor S3's own word."""

    @property
    def bucket(self) -> str:
        """Name of the `BucketKind` that it runs in."""
        return self.other_bucket or self.scenario.bucket

    @property
    def at_once(self) -> bool:
        """Whether it sends requests at the same time, so that who wins may differ."""
        return any(step.concurrently for step in (*self.given, *self.steps))

    def single_steps(self) -> Iterator[Step]:
        """Yield all steps one by one, ``given`` first."""
        return single_steps((*self.given, *self.steps))


@dataclass(frozen=True, kw_only=True)
class Capability:
    """Something that a target can or can't do, with the probe that finds out."""

    name: str
    about: str
    bucket: str
    given: tuple[Step, ...]
    probe: tuple[Step, ...]
    """Empty when the profile alone decides (``tls``, ``alt-identity``, …)."""
    prefers_tls: bool
    """The operation is refused over plain HTTP by S3: use the TLS endpoint when there is one."""
    place: Place


@dataclass(frozen=True, kw_only=True)
class BucketKind:
    """A bucket set-up that tests share: one bucket a worker and kind."""

    name: str
    about: str
    needs: tuple[str, ...]
    zone: str = ""
    """The profile's value that names the zone of a directory bucket; empty for other buckets."""
    setup: tuple[Step, ...]
    """Steps that make it, ``$bucket`` is its name; the first is CreateBucket."""
    place: Place


@dataclass(frozen=True, kw_only=True)
class RecordedRequest:
    """One request whose answer by S3 is on record, to be sent to the reference again."""

    source: str
    """Id of the `Source` that tells the answer."""
    test: Test
    """Its one step is the request; its id is ``source/template[row]``."""
    whole: bool
    """Head and body of the answer were recorded as bytes, so that no further header may come."""


@dataclass(frozen=True, kw_only=True)
class KnownDifference:
    """In what the reference answers a recorded request otherwise, and why it stays so."""

    of: str
    """Ids of recorded requests, or names of exchanges, with ``*`` for anything."""
    aspects: tuple[str, ...]
    """What differs: ``status``, ``header NAME``, ``element NAME``, …, with ``*`` for anything."""
    reason: str
    source: str
    """Id of a source, or a link."""
    place: Place


@dataclass(frozen=True, kw_only=True)
class Catalog:
    """Everything under ``specs/`` (or the files that the user named), checked and expanded."""

    sources: Mapping[str, Source]
    rules: Mapping[str, Rule]
    capabilities: Mapping[str, Capability]
    buckets: Mapping[str, BucketKind]
    scenarios: tuple[Scenario, ...]
    tests: tuple[Test, ...]
    dialects: Mapping[str, Dialect] = field(default_factory=dict)
    """How real clients write their requests, by name."""
    ledger: Ledger = field(default_factory=Ledger)
    recorded: tuple[RecordedRequest, ...] = ()
    """What the sources tell of exact requests, in their order."""
    differences: tuple[KnownDifference, ...] = ()
    selections: Selections = field(default_factory=Selections)
    """What the compatibility site has pages for."""
