#!/usr/bin/env python3
"""`deviceflow doctor` as it is shipped: its findings, verdicts and exit codes."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from scripted import CODE, Provider, unused_port
from tool import ToolTest, run_tests


class DoctorTest(ToolTest):
    def examine(self, *arguments, code):
        """The findings by their check, the last one of each, and the verdict."""
        events, done = self.run_json("doctor", *arguments, code=code)
        self.assertEqual([event["event"] for event in events], ["finding"] * (len(events) - 1) + ["verdict"])
        findings = {event["check"]: event for event in events[:-1]}
        for finding in findings.values():
            self.assertLessEqual({"check", "ok", "detail", "rfc", "blocks", "advice"}, finding.keys())
            self.assertTrue(finding["ok"] or finding["advice"], finding)
        self.assertEqual(events[-1]["usable"], code == 0)
        self.assertEqual(done.stderr, "")
        return findings

    def blocking(self, findings):
        return [check for check, finding in findings.items() if finding["blocks"]]


class Scenarios(DoctorTest):
    def test_the_sandbox_is_usable_and_only_its_address_is_no_good_for_a_phone(self):
        findings = self.examine("--scenario", self.scenario(expires_in=600), code=0)
        self.assertEqual([check for check, finding in findings.items() if not finding["ok"]], ["verification_uri"])
        self.assertIn("phone", findings["verification_uri"]["detail"])
        for check in ("discovery", "issuer", "device_grant", "client_auth", "keys", "user_code", "qr", "poll"):
            self.assertIn(check, findings)

    def test_an_odd_answer_is_usable_and_every_oddity_is_named(self):
        findings = self.examine("--scenario", "odd_device_response", code=0)
        self.assertIn("number_as_string", findings["quirk"]["detail"])
        self.assertEqual(findings["quirk"]["rfc"], "RFC 8628 section 3.2")
        self.assertFalse(findings["user_code"]["ok"])

    def test_a_client_that_is_refused_is_not_usable(self):
        findings = self.examine("--scenario", "refuse", code=1)
        self.assertEqual(self.blocking(findings), ["device_authorization"])
        self.assertIn("invalid_client", findings["device_authorization"]["detail"])
        self.assertNotIn("poll", findings)

    def test_slow_down_on_a_timely_poll_is_a_deviation(self):
        provider = self.provider({"/token": (400, {"error": "slow_down"})})
        findings = self.examine("--issuer", provider.issuer, "--client-id", "tv", code=0)
        self.assertFalse(findings["poll"]["ok"])
        self.assertEqual(findings["poll"]["rfc"], "RFC 8628 section 3.5")
        self.assertEqual(provider.paths.count("/token"), 1)

    def test_the_report_for_people_says_what_to_do(self):
        done = self.run_tool("doctor", "--scenario", "refuse", code=1)
        self.assertIn("[stop] device authorization: No codes came.", done.stdout)
        self.assertIn("What to do: Check the client ID", done.stdout)
        self.assertIn("Not usable", done.stdout.splitlines()[-1])
        self.assertEqual(done.stderr, "")

    def test_no_code_is_told_and_nothing_is_stored(self):
        provider = self.provider({"/token": (400, {"error": "authorization_pending"})})
        trace = os.path.join(self.folder, "trace")
        arguments = ["doctor", "--issuer", provider.issuer, "--client-id", "tv", "--trace", trace]
        done = self.run_tool(*arguments, "--json", code=0)
        self.assertNotIn(CODE["device_code"], done.stdout + done.stderr + pathlib.Path(trace).read_text())
        self.assertNotIn(CODE["user_code"], done.stdout + done.stderr)
        self.assertFalse(os.path.exists(self.data))


class Settings(DoctorTest):
    def test_wrong_settings_are_named_by_file_and_key_and_end_with_2(self):
        config = self.write("tv.json", {"issuer": "id.example.com", "client_auth": "basic"})
        events, _ = self.run_json("doctor", "--config", config, code=2)
        details = [event["detail"] for event in events if event["event"] == "finding"]
        self.assertEqual(len(details), 3, details)
        self.assertIn(f'"issuer" in {config}', details[0])
        self.assertEqual(events[-1]["usable"], False)
        unknown = self.write("tv.json", {"isuer": "x"})
        for arguments in (["--config", unknown], ["--config", "/nowhere"], ["--cacert", "/nowhere"]):
            findings = self.examine(*arguments, code=2)
            self.assertEqual(self.blocking(findings), ["settings"])

    def test_usage_is_an_error_event(self):
        for arguments in (["--nonsense"], ["--show-tokens"]):
            events, _ = self.run_json("doctor", *arguments, code=2)
            self.assertEqual([event["event"] for event in events], ["error"])


class Connections(DoctorTest):
    def certificate(self, name, alternative_name):
        """A PEM file with a certificate, signed by itself, and its key."""
        if shutil.which("openssl") is None:
            self.skipTest("openssl is not installed")
        certificate, key = (os.path.join(self.folder, name + end) for end in (".crt", ".key"))
        command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
        command += ["-subj", "/CN=" + name, "-addext", "subjectAltName=" + alternative_name, "-keyout", key, "-out", certificate]
        subprocess.run(command, check=True, capture_output=True)
        return certificate, self.write(name + ".pem", pathlib.Path(certificate).read_text() + pathlib.Path(key).read_text())

    def tls_provider(self, pem):
        provider = Provider({"/token": (400, {"error": "authorization_pending"})}, certificate=pem)
        self.addCleanup(provider.close)
        return provider

    def test_an_untrusted_certificate_and_the_same_one_trusted(self):
        certificate, pem = self.certificate("here", "IP:127.0.0.1")
        provider = self.tls_provider(pem)
        arguments = ["--issuer", provider.issuer, "--client-id", "tv"]
        findings = self.examine(*arguments, code=1)
        self.assertEqual(self.blocking(findings), ["certificate"])
        self.assertIn("signed by itself", findings["certificate"]["detail"])
        self.assertRegex(findings["certificate"]["detail"], "SHA-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}")
        self.assertEqual(provider.paths, [])
        # One that lives for two days is nobody's business.
        self.assertTrue(self.examine(*arguments, "--cacert", certificate, code=0)["certificate"]["ok"])

    def test_a_wrong_name_under_a_trusted_authority(self):
        certificate, pem = self.certificate("there", "DNS:there.example")
        provider = self.tls_provider(pem)
        findings = self.examine("--issuer", provider.issuer, "--client-id", "tv", "--cacert", certificate, code=1)
        self.assertIn("is for there.example, not for 127.0.0.1", findings["certificate"]["detail"])

    def test_nobody_there(self):
        findings = self.examine("--issuer", f"https://127.0.0.1:{unused_port()}", "--client-id", "tv", code=1)
        self.assertEqual(self.blocking(findings), ["connection"])

    def test_an_interruption_while_a_host_is_silent(self):
        silent = self.silent()
        for scheme in ("http", "https"):
            url = silent.url.replace("http", scheme)
            process = self.start("doctor", "--issuer", url, "--client-id", "tv", "--json")
            with silent.wait_for_request():
                process.send_signal(signal.SIGINT)
                self.assertEqual(process.wait(5), 130)
            events = [json.loads(line) for line in process.stdout.read().splitlines()]
            self.assertEqual(events[-1]["code"], "cancelled")
            self.assertNotIn("verdict", [event["event"] for event in events])


if __name__ == "__main__":
    run_tests(__doc__)
