// What the tokens of a stored login are bound to beside a key: the client's certificate and the
// APIs that they are for. And whose secrets stay out of every text.
#include <cstdlib>
#include <deviceflow/platform.hpp>
#include <filesystem>
#include <fstream>

#include "foundation/json.hpp"
#include "session_fixture.hpp"

namespace deviceflow::test {
namespace {

// Made by `openssl req -x509`, its thumbprint by `openssl x509 -outform der | openssl dgst`.
constexpr const char* kCertificate = R"(-----BEGIN CERTIFICATE-----
MIIBcjCCARegAwIBAgIUMTCuUqORhPZNJxBdl8dDP197nM8wCgYIKoZIzj0EAwIw
DTELMAkGA1UEAwwCdHYwIBcNMjYxMTI1MDIwOTE1WhgPMjEyNjExMDEwMjA5MTVa
MA0xCzAJBgNVBAMMAnR2MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAENG0pk6xp
emc6cT+lVMy83q+AyKDoGFeEiEQf9yStubaYN2WCk+kHjeUoAVZauz6lHuMihZqg
LwOB+2zdAcFk0aNTMFEwHQYDVR0OBBYEFDfxX0NblNUv0x1rm63VAoxaGpipMB8G
A1UdIwQYMBaAFDfxX0NblNUv0x1rm63VAoxaGpipMA8GA1UdEwEB/wQFMAMBAf8w
CgYIKoZIzj0EAwIDSQAwRgIhAIjlozj7rc8oBms8fcS/J+IUg1HYvcUavLmFTJCP
LEJaAiEAmnzmwZhkrNztbr0tvLhnCPfySBp/6xkrkz6BeamwErA=
-----END CERTIFICATE-----
)";
constexpr const char* kThumbprint = "v1SRgfxdw2qL7MBCd54FKGjaqRzdrg3jT_oZqpnZtFA";

class SessionBinding : public SessionTest {
 protected:
  SessionBinding() {
    std::string name = testing::TempDir() + "deviceflow-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~SessionBinding() override { std::filesystem::remove_all(folder_); }

  std::string write_file(const std::string& text) const {
    std::ofstream(folder_ + "/cert.pem") << text;
    return folder_ + "/cert.pem";
  }
  // The program starts again as a client with this certificate.
  void restart_with_certificate(const std::string& file) {
    config.client_cert_file = file;
    restart();
  }
  // As a client with its certificate does it.
  void log_in_here() {
    ASSERT_TRUE(log_in(fresh("a1", "r1")).ok());
    world.requests.clear();
  }
  std::vector<std::string> resources_of(const HttpRequest& request) const {
    std::vector<std::string> out;
    const auto form = Form::parse(request.body.reveal());
    for (const Form::Field& field : form->fields()) {
      if (field.name == "resource") out.emplace_back(field.value.reveal());
    }
    return out;
  }

  std::string folder_;
};

// --- The certificate ---

TEST_F(SessionBinding, ACertificateIsKnownByItsThumbprint) {
  EXPECT_EQ(certificate_thumbprint(write_file(kCertificate)), kThumbprint);
  EXPECT_EQ(certificate_thumbprint(write_file("some text\n" + std::string(kCertificate))),
            kThumbprint);
  EXPECT_EQ(certificate_thumbprint(write_file("nothing")), "");
  EXPECT_EQ(certificate_thumbprint(folder_ + "/absent.pem"), "");
}

TEST_F(SessionBinding, AfterAChangeOfTheCertificateATokenIsRefreshedFirst) {  // X-3-1
  restart_with_certificate(write_file(kCertificate));
  log_in_here();
  EXPECT_EQ(stored().certificate, kThumbprint);
  restart_with_certificate(folder_ + "/cert.pem");
  EXPECT_EQ(get(), "a1");
  EXPECT_TRUE(world.requests.empty());
  server_answers(fresh("a2", "r2"));
  restart_with_certificate(write_file("another one"));
  EXPECT_EQ(get(), "a2");
  EXPECT_EQ(stored().certificate, "");
  EXPECT_EQ(get(), "a2");
  EXPECT_EQ(sent_refresh_tokens(), Sent{"r1"});
}

TEST_F(SessionBinding, ATokenThatMayBeBoundToAnotherCertificateStillServesWhereNothingElseDoes) {
  restart_with_certificate(write_file(kCertificate));
  log_in_here();
  restart_with_certificate("");
  world.failures[kToken].push_back(failure(TransportFailure::Kind::refused, true));
  EXPECT_EQ(get(), "a1");
  EXPECT_EQ(last->refresh_failure->code, ErrorCode::network);
}

TEST_F(SessionBinding, AFirstCertificateChangesNothing) {
  sign_in();
  restart_with_certificate(write_file(kCertificate));
  EXPECT_EQ(get(), "a1");
  EXPECT_TRUE(world.requests.empty());
}

// --- The APIs ---

TEST_F(SessionBinding, ARefreshIsForTheApisOfTheLogin) {  // G-2.2-1
  const std::vector<std::string> apis = {"https://api.example.com", "urn:x"};
  config.resources = apis;
  restart();
  ASSERT_TRUE(log_in(fresh("a1", "r1")).ok());
  config.resources.clear();  // what the tokens are for is stored
  restart();
  server_answers(fresh("a2", "r2"), fresh("a3", "r3"));
  pass(seconds(3600));
  EXPECT_EQ(get(), "a2");
  EXPECT_EQ(resources_of(world.requests.back()), apis);
  pass(seconds(3600));
  EXPECT_EQ(get(), "a3");
  EXPECT_EQ(resources_of(world.requests.back()), apis);
}

TEST_F(SessionBinding, ALoginForNoApiInParticularNamesNone) {
  sign_in();
  pass(seconds(3600));
  server_answers(fresh("a2"));
  EXPECT_EQ(get(), "a2");
  EXPECT_EQ(resources_of(world.requests.back()), std::vector<std::string>{});
}

// --- Secrets ---

class SessionSecrets : public SessionBinding {
 protected:
  SessionSecrets() {
    restart_with_recorder();
    for (const std::string_view name : {"access", "refresh", "id", "key"}) {
      const std::string secret = std::string(name) + "-secret-sentinel";
      all_ += secret + " ";
      secrets_.push_back(secret);
    }
    sign_in();
    StoredLogin login = in_store();
    login.tokens.access_token = Secret(secrets_[0]);
    login.tokens.refresh_token = Secret(secrets_[1]);
    login.tokens.id_token = Secret(secrets_[2]);
    login.dpop_key = Secret(secrets_[3]);
    write(login);
  }
  void restart_with_recorder() {
    config.client_secret = Secret("client-secret-sentinel");
    config.on_exchange = [this](const ExchangeRecord& record, const Redactor& redactor) {
      traces_ += to_trace(record, redactor, TraceSecrets::redact).reveal();
      scrubbed_.push_back(redactor.scrub(all_));
    };
    restart();
  }
  // A server that puts whatever it has seen into its error.
  HttpResponse telltale(int status) const {
    return answer(status, R"({"error":"invalid_request","error_description":")" + all_ + "\"}");
  }
  void expect_nothing_leaks(const Error& error) {
    EXPECT_NE(error.description.find("[redacted]"), std::string::npos);
    for (const std::string& secret : secrets_) {
      EXPECT_EQ(error.description.find(secret), std::string::npos) << secret;
      EXPECT_EQ(traces_.find(secret), std::string::npos) << secret;
    }
    for (const std::string& text : scrubbed_) EXPECT_EQ(text.find("sentinel"), std::string::npos);
    EXPECT_FALSE(scrubbed_.empty());
  }

  std::vector<std::string> secrets_;
  std::string all_ = "client-secret-sentinel ";
  std::string traces_;
  std::vector<std::string> scrubbed_;
};

// T-10.14-1, D-3.3-2
TEST_F(SessionSecrets, ARefreshKnowsEverySecretOfTheLogin) {
  restart_with_recorder();
  pass(seconds(3600));
  server_answers(telltale(400));
  const auto token = session->access_token();
  ASSERT_FALSE(token.ok());
  expect_nothing_leaks(token.error());
}

// T-10.14-1
TEST_F(SessionSecrets, SoDoesASignOut) {
  restart_with_recorder();
  world.answers[kRevoke].clear();
  world.answers[kRevoke].push_back(telltale(400));
  const auto report = session->sign_out();
  ASSERT_TRUE(report.access_token.error.has_value());
  expect_nothing_leaks(*report.access_token.error);
  expect_nothing_leaks(*report.refresh_token.error);
}

// T-10.14-1
TEST_F(SessionSecrets, WhatIsRenewedIsForgotten) {
  pass(seconds(3600));
  server_answers(fresh("new-access-sentinel", "new-refresh-sentinel"));
  ASSERT_TRUE(session->access_token().ok());
  all_ += "new-access-sentinel new-refresh-sentinel ";
  world.answers[kUserInfo].push_back(
      answer(403, "", "", {{"WWW-Authenticate", R"(Bearer error="insufficient_scope")"}}));
  EXPECT_FALSE(session->userinfo().ok());
  const std::string seen = scrubbed_.back();
  EXPECT_EQ(seen.find("new-"), std::string::npos);
  EXPECT_EQ(seen.find("client-secret"), std::string::npos);
  // They no longer open anything, and a client that lives for years must not collect them.
  EXPECT_NE(seen.find(secrets_[0]), std::string::npos);
  EXPECT_NE(seen.find(secrets_[1]), std::string::npos);
}

}  // namespace
}  // namespace deviceflow::test
