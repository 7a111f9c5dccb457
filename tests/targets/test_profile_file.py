"""Profile files: every mistake at its place, and never a secret in an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.catalog.problems import Problem, SpecError
from conformance.targets.profile_file import ShippedProfiles, load_profile, load_profiles

CAPABILITIES = ("acl", "sse-c", "tls")
SPECS = Path(__file__).parents[2] / "specs"


def problems_of(folder: Path, text: str) -> tuple[Problem, ...]:
    """Return the mistakes of a profile with that text."""
    path = folder / "p.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(SpecError) as caught:
        load_profile(path, CAPABILITIES)
    return caught.value.problems


def test_all_mistakes_come_at_once_with_their_places(tmp_path: Path) -> None:
    """One reading shows everything that is wrong, in the order of the file."""
    found = problems_of(
        tmp_path,
        "format: 1\n"
        "name: My Server\n"
        "enpoint_url: http://x\n"
        "endpoint_url: http://x?path\n"
        "claims: [ssec]\n"
        "lacks: {nothing: because}\n"
        "limits: {answer_seconds: 0, body_size: 1}\n",
    )
    at = [(p.place.line, p.place.column, p.rule) for p in found]
    assert at == [
        (2, 7, "wrong-kind"),
        (3, 1, "unknown-key"),
        (4, 15, "wrong-kind"),
        (5, 10, "unknown-capability"),
        (6, 9, "unknown-capability"),
        (7, 26, "wrong-kind"),
        (7, 29, "unknown-key"),
    ]
    assert "endpoint_url" in found[1].hint
    assert "sse-c" in found[3].hint


def test_a_mistake_shows_its_line_and_a_caret(tmp_path: Path) -> None:
    """The form that editors and people follow."""
    (found,) = problems_of(tmp_path, "name: x\nlauncher: moto\nregoin: x\n")
    head, line, caret, hint = str(found).splitlines()
    assert head.endswith("p.yaml:3:1: error[unknown-key]: regoin is not a key of a profile")
    assert (line.strip(), caret.strip()) == ("regoin: x", "^^^^^^")
    assert hint.strip() == "hint: did you mean region?"


@pytest.mark.parametrize(
    "text",
    [
        "name: x\nlauncher: moto\nsecret_key: HUSH\n",
        "name: x\nlauncher: moto\ncredentials: {access_key: HUSH, secret_key: HUSH}\n",
        "name: x\nlauncher: moto\nextra: [{password: HUSH}]\n",
        "name: x\nendpoint_url: http://me:HUSH@h\n",
        'name: x\nsessionToken: "HUSH\n',
    ],
)
def test_a_secret_is_refused_and_never_repeated(tmp_path: Path, text: str) -> None:
    """A profile is meant to be committed; an error is meant to be pasted."""
    found = problems_of(tmp_path, text)
    assert "HUSH" not in "\n".join(map(str, found))
    assert any(p.rule in {"secret", "yaml-syntax"} for p in found)


def test_a_secret_gets_a_hint_where_it_belongs(tmp_path: Path) -> None:
    """Refusing is not enough: the user has to put it somewhere."""
    (found,) = (
        p
        for p in problems_of(tmp_path, "name: x\nlauncher: moto\nsecret_key: HUSH\n")
        if p.rule == "secret"
    )
    assert "profile" in found.hint
    assert "PREFIX_SECRET_KEY" in found.hint


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- a list\n", "a profile is a map"),
        ("name: x\n", "neither a launcher nor an endpoint_url"),
        ("launcher: moto\n", "name is missing"),
        ("name: x\nlauncher: frob\n", "launcher"),
        ("name: x\nname: y\nlauncher: moto\n", "stands here again"),
        ("name: x\nlauncher: moto\ncredentials: {}\n", "either profile or env"),
        ("name: x\nlauncher: moto\ninsecure: no\n", "insecure"),
    ],
)
def test_what_is_no_profile(tmp_path: Path, text: str, words: str) -> None:
    """Each kind of mistake has its own sentence."""
    assert any(words in p.text for p in problems_of(tmp_path, text))


def test_a_file_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    """An unreadable file never counts as an empty one."""
    with pytest.raises(SpecError, match="No such file") as caught:
        load_profile(tmp_path / "none.yaml", CAPABILITIES)
    assert caught.value.problems[0].rule == "file-unreadable"


def test_a_file_that_is_no_text_is_a_mistake(tmp_path: Path) -> None:
    """Bytes that are no UTF-8 are told, not guessed at."""
    path = tmp_path / "p.yaml"
    path.write_bytes(b"name: \xff\n")
    with pytest.raises(SpecError, match="not UTF-8"):
        load_profile(path, CAPABILITIES)


def test_ca_file_is_relative_to_the_profile(tmp_path: Path) -> None:
    """A profile can be committed together with its authority."""
    path = tmp_path / "p.yaml"
    path.write_text("name: x\ntls_endpoint_url: https://h\nca_file: ca.pem\n", "utf-8")
    assert load_profile(path, CAPABILITIES).ca_file == tmp_path / "ca.pem"


def capability_names() -> list[str]:
    """Return the names in specs/capabilities.yaml, read as text on purpose."""
    lines = (SPECS / "capabilities.yaml").read_text("utf-8").splitlines()
    return [line.split("name: ")[1] for line in lines if line.startswith("  - name: ")]


def test_the_shipped_profiles_load_and_the_template_is_one_that_would() -> None:
    """Reference, moto and seaweedfs are there; the template is checked but no target."""
    profiles = load_profiles(SPECS / "targets", capability_names())
    assert set(profiles) >= {"reference", "moto", "seaweedfs"}
    assert all(p.launcher == name for name, p in profiles.items() if name != "aws")
    assert "my-server" not in profiles
    template = load_profile(SPECS / "targets" / "template.yaml", capability_names())
    assert template.endpoint().urls == {"http": "http://127.0.0.1:9000"}


def test_a_shipped_profile_is_read_when_it_is_asked_for(tmp_path: Path) -> None:
    """Files are called as their targets are; a mistake in another file is nobody's hindrance."""
    shipped = ShippedProfiles(SPECS / "targets", capability_names())
    assert dict(shipped) == load_profiles(SPECS / "targets", capability_names())
    (tmp_path / "good.yaml").write_text("name: good\nendpoint_url: http://127.0.0.1:9\n")
    (tmp_path / "bad.yaml").write_text("nme: bad\n")
    mixed = ShippedProfiles(tmp_path, ())
    assert mixed["good"].name == "good"
    assert list(mixed) == ["bad", "good"]
    with pytest.raises(SpecError, match=r"bad\.yaml"):
        mixed["bad"]


def test_the_template_stays_valid_when_its_comments_are_taken_away(tmp_path: Path) -> None:
    """What users uncomment has to work: each commented key is tried by itself."""
    text = (SPECS / "targets" / "template.yaml").read_text("utf-8")
    keys = [line for line in text.splitlines() if line.startswith("# ") and ": " in line]
    offered = [
        line[2:]
        for line in keys
        if line[2:].split(":")[0].replace("_", "").isalpha() and line[2:3].islower()
    ]
    assert len(offered) >= 6
    for line in offered:
        path = tmp_path / "mine.yaml"
        path.write_text(f"{text}\n{line}\n", "utf-8")
        load_profile(path, capability_names())
