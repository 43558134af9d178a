"""The results of the runs: a few lines for a terminal, and the page in the docs."""

from scenarios import OUTAGE_SECONDS, TITLES

ABOUT = f"""\
The terminal tool, and for the QR code the window, against whole authorization servers on loopback. Made by
`./dev interop --all --write`; `./dev interop NAME` runs one server. A server marked as a double is written by us after
what is known of the real one: it shows that deviceflow works with that behaviour, not that the real server behaves like that.
WSO2 Identity Server 5.11 and 6.0 are WSO2's own classes, which make all the decisions; [the HTTP around them is ours](wso2.md).

The list of scenarios is the same for every server. "not offered" needs evidence: the server's own response to a request for
it, recorded in the same run and listed under [Not offered](#not-offered). Without such a response the scenario is run, and
passes or fails. "NOT RUN" names what is missing on this machine. In the outage, the server is gone for {OUTAGE_SECONDS} s in
the middle of a login.

These are public clients and clients with a secret. At oidc-provider all kinds of clients, private_key_jwt, TLS with a certificate of
an authority and with one of their own, and DPoP among them, go through the whole life of their logins in `./dev test -R interop`.
"""


def summary(report):
    """For a terminal."""
    lines = [f"{report['name']}: {report['title']} {report['version']}, {report['seconds']} s"]
    if report["not_run"]:
        return lines[0] + f"\nNOT RUN: {report['not_run']}"
    for name, one in (*report["scenarios"].items(), *report["own"].items()):
        remark = f"{_request(one)}: {_response(one)}" if "evidence" in one else one["remark"]
        lines.append(f"  {one['outcome']:<12} {TITLES.get(name, name)}" + (f": {remark}" if remark else ""))
    if report["scenarios"]:
        lines.append("  quirks       " + (", ".join(report["quirks"]) or "none"))
    if report["failed"]:
        lines.append("FAILED: " + report["failed"])
    return "\n".join(lines)


def _request(one):
    before = one["evidence"]["before"]
    return one["evidence"]["request"] + (f" {before}" if before else "")


def _response(one):
    return f"{one['evidence']['status']} {one['evidence']['response']}"


def _row(*cells):
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _table(*rows):
    return [_row(*rows[0]), _row(*["---"] * len(rows[0])), *(_row(*row) for row in rows[1:])]


def _outcome(report, name):
    if report["not_run"]:
        return "NOT RUN"
    return report["scenarios"][name]["outcome"] if report["scenarios"] else "FAILED"


def page(reports):
    return "\n".join(
        ["# Servers it was tried with", "", ABOUT, *_servers(reports), "", *_outcomes(reports), ""]
        + ["## Not offered", "", *_not_offered(reports), ""]
        + ["## Remarks", "", *_remarks(reports), ""]
        + ["## Scenarios of one server alone", "", *_own(reports), ""]
        + ["## Polls through the outage", "", *_outages(reports), ""]
    )


def _title(report):
    return report["title"] + (" (double)" if report["double"] else "")


def _servers(reports):
    rows = [("server", "version", "date", "took", "quirks met", "command")]
    for report in reports:
        quirks = ", ".join(f"[`{quirk}`](quirks.md#{quirk})" for quirk in report.get("quirks", [])) or "none"
        version = report["version"] or "unknown"
        if report["not_run"]:
            quirks = "NOT RUN"
        command = f"`./dev interop {report['name']}`"
        rows.append((_title(report), version, report["date"], f"{report['seconds']} s", quirks, command))
    return _table(*rows)


def _outcomes(reports):
    rows = [("scenario", *map(_title, reports))]
    rows += [(title, *(_outcome(report, name) for report in reports)) for name, title in TITLES.items()]
    return _table(*rows)


def _not_offered(reports):
    rows = [("server", "scenario", "request", "response")]
    for report in reports:
        for name, one in report["scenarios"].items():
            if "evidence" in one:
                rows.append((_title(report), TITLES[name], _request(one), _response(one)))
    return _table(*rows)


def _remarks(reports):
    rows = [("server", "scenario", "outcome", "remark")]
    for report in reports:
        if report["not_run"]:
            rows.append((_title(report), "all", "NOT RUN", report["not_run"]))
        for name, one in report["scenarios"].items():
            if one["remark"]:
                rows.append((_title(report), TITLES[name], one["outcome"], one["remark"]))
    return _table(*rows)


def _own(reports):
    rows = [("server", "scenario", "outcome", "remark")]
    for report in reports:
        rows += [(_title(report), title, one["outcome"], one["remark"] or "none") for title, one in report["own"].items()]
    return _table(*rows)


def _outages(reports):
    rows = [("server", "taken away", "gone, in seconds after the prompt", "polls, in seconds after the prompt")]
    for report in reports:
        if "outage" in report:
            gone, back = report["outage"]["seconds"]
            polls = ", ".join(f"{at:.1f} {what}" for at, what in report["outage"]["polls"])
            rows.append((_title(report), report["outage"]["how"], f"{gone:.1f} to {back:.1f}", polls))
        else:
            rows.append((_title(report), "not", "not", _outcome(report, "outage")))
    return _table(*rows)
