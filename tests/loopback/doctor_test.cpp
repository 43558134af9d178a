// The doctor at servers with TLS: who shows what, and that nothing is sent to one that is not
// trusted.
#include "common/doctor.hpp"

#include <gtest/gtest.h>

#include "test_certificates.hpp"

namespace deviceflow::test {
namespace {

using demo::Finding;
using demo::Grade;

const TestCertificates& certificates() {
  return TestCertificates::get();
}

Action provider(const ReceivedRequest& request) {
  const std::string issuer = "https://" + request.header("Host");
  if (request.target == "/.well-known/oauth-authorization-server") {
    return answer(200, "{\"issuer\":\"" + issuer + "\",\"device_authorization_endpoint\":\"" +
                           issuer + "/device_authorization\",\"token_endpoint\":\"" + issuer +
                           "/token\",\"jwks_uri\":\"" + issuer +
                           "/jwks\",\"grant_types_supported\":"
                           "[\"urn:ietf:params:oauth:grant-type:device_code\"]}");
  }
  if (request.target == "/device_authorization") {
    return answer(200,
                  "{\"device_code\":\"0123456789012345678901\",\"user_code\":\"WDJB-MJHT\","
                  "\"verification_uri\":\"https://id.example.com/device\","
                  "\"expires_in\":600,\"interval\":1}");
  }
  if (request.target == "/jwks") return answer(200, "{\"keys\":[]}");
  return answer(400, "{\"error\":\"authorization_pending\"}");
}

class DoctorAtTls : public testing::Test {
 protected:
  /// The findings at a server that shows `shown`.
  demo::Findings examine(const TlsSettings& shown, const std::string& ca) {
    server_ = std::make_unique<FaultServer>(
        provider, FaultServerOptions{FaultServerOptions::Mode::serve, shown});
    demo::ProviderOptions options;
    demo::Session session;
    options.flags.issuer = session.settings.issuer = server_->origin();
    session.settings.client_id = "tv";
    session.settings.ca_file = ca;
    demo::Findings findings;
    demo::DoctorEvents events;
    events.on_finding = [&](const Finding& finding) { findings.push_back(finding); };
    demo::Doctor doctor(options, session, events);
    const auto verdict = doctor.run();
    EXPECT_TRUE(verdict.ok());
    usable_ = verdict.ok() && verdict->usable;
    return findings;
  }
  /// What is said of a certificate that ends the examination.
  std::string problem(const TlsSettings& shown, const std::string& ca) {
    const auto findings = examine(shown, ca);
    EXPECT_FALSE(usable_);
    EXPECT_TRUE(server_->requests().empty());
    if (findings.size() != 2 || findings.back().check != "certificate") return {};
    EXPECT_EQ(findings.back().grade, Grade::bad);
    EXPECT_FALSE(findings.back().advice.empty());
    EXPECT_NE(findings.back().detail.find("SHA-256 "), std::string::npos);
    return findings.back().detail;
  }

  std::unique_ptr<FaultServer> server_;
  bool usable_ = false;
};

TEST_F(DoctorAtTls, AProviderThatIsTrustedIsExaminedToTheEnd) {
  const auto findings = examine(certificates().good, certificates().ca);
  EXPECT_TRUE(usable_);
  ASSERT_GE(findings.size(), 3u);
  EXPECT_EQ(findings[1].check, "certificate");
  EXPECT_EQ(findings[2].check, "tls");
  EXPECT_NE(findings[2].detail.find("TLSv1.3"), std::string::npos);
  EXPECT_EQ(server_->requests_to("/token"), 1);
  EXPECT_EQ(server_->requests_to("/jwks"), 1);
}

TEST_F(DoctorAtTls, AWrongNameAnUnknownAuthorityAndTheDatesAreToldApart) {
  const std::string ca = certificates().ca;
  EXPECT_NE(problem(certificates().wrong_host, ca).find("is for elsewhere.example, not for"),
            std::string::npos);
  EXPECT_NE(problem(certificates().expired, ca).find("has expired"), std::string::npos);
  EXPECT_NE(problem(certificates().not_yet_valid, ca).find("not valid yet"), std::string::npos);
  EXPECT_NE(problem(certificates().self_signed, ca).find("signed by itself"), std::string::npos);
  const std::string unknown = problem(certificates().good, certificates().other_ca);
  EXPECT_NE(unknown.find("leads to \"CN=deviceflow test CA\""), std::string::npos) << unknown;
  EXPECT_NE(problem(certificates().good, "").find("the system's store"), std::string::npos);
}

}  // namespace
}  // namespace deviceflow::test
