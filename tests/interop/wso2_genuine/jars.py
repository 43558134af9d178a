"""The jars of a release, by their Maven coordinates."""

import pathlib

LIST = pathlib.Path(__file__).resolve().parent / "jars.txt"
PLUGIN = ("org.apache.maven.plugins", "maven-dependency-plugin", "3.6.1")
COPY = ":".join(PLUGIN) + ":copy"


def jars(release):
    """Group, artifact and version of each."""
    lines = [line.split() for line in LIST.read_text().splitlines() if line and line[0] != "#"]
    return [(group, one, version) for of, group, version, *names in lines for one in names if of in (release, "both")]


def pom(release, folder):
    """A project whose goal COPY puts them into FOLDER."""
    items = "\n".join(f"<artifactItem>{_coordinates(*jar)}</artifactItem>" for jar in jars(release))
    settings = f"<outputDirectory>{folder}</outputDirectory><artifactItems>{items}</artifactItems>"
    plugin = f"<plugin>{_coordinates(*PLUGIN)}<configuration>{settings}</configuration></plugin>"
    project = f"<modelVersion>4.0.0</modelVersion>{_coordinates('interop', 'wso2', '1')}"
    return f'<project xmlns="http://maven.apache.org/POM/4.0.0">{project}<build><plugins>{plugin}</plugins></build></project>\n'


def _coordinates(group, artifact, version):
    return f"<groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>{version}</version>"
