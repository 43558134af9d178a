"""The config file and the commands that sdk/docs/wso2.md prints, run twice at the double of 7.1."""

import pathlib
import re

from harness import Tool, check
from wso2.server import Double71

SDK = pathlib.Path(__file__).resolve().parents[3] / "sdk"


def wso2_page(scratch, tool, npm):
    server = Double71(scratch, npm).start()
    place = f"localhost:{server.port}"

    def here(text):
        return text.replace("localhost:9443", place).replace("the client ID of step 2", "tv")

    scratch.write("wso2.json", here((SDK / "examples/wso2.json").read_text()))
    scratch.write("wso2-admin", "admin:admin\n")
    command = re.search(r"^    (openssl s_client .*)$", (SDK / "docs/wso2.md").read_text(), re.MULTILINE)[1]
    scratch.run("certificate", ["sh", "-c", here(command)])
    for turn in ("first", "second"):
        login = Tool(scratch, f"{turn}-login", tool, ["login", "--config", "wso2.json"])
        server.approve(login.wait_event("prompt"))
        login.wait_exit(0)
        introspect = Tool(scratch, f"{turn}-introspect", tool, ["introspect", "--config", "wso2.json"])
        introspect.wait_exit(0)
        check(introspect.events("introspection")[0]["active"], f"the token of the {turn} login is not active")


TESTS = {"wso2_page": wso2_page}
