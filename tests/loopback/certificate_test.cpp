// A look at a server's certificate over real sockets: what is wrong with it, told apart.
#include "common/certificate.hpp"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <cstdlib>
#include <deviceflow/platform.hpp>
#include <thread>

#include "test_certificates.hpp"

namespace {

std::atomic<bool> name_check_fails{false};

}  // namespace

// Takes the place of OpenSSL's own.
extern "C" int X509_check_host(X509* certificate, const char* name, std::size_t size,
                               unsigned int flags, char** peer) {
  if (name_check_fails) return -1;
  static const auto real =
      reinterpret_cast<decltype(&X509_check_host)>(dlsym(RTLD_NEXT, "X509_check_host"));
  if (real == nullptr) std::abort();
  return real(certificate, name, size, flags, peer);
}

namespace deviceflow::demo {
namespace {

using namespace test;

using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = CertificateProblem::Kind;
using Kinds = std::vector<Kind>;
using Mode = FaultServerOptions::Mode;
using Version = TlsSettings::Version;

const TestCertificates& certificates() {
  return TestCertificates::get();
}

class CertificateLook : public testing::Test {
 protected:
  /// Looks at a server that shows `shown`.
  Result<CertificateReport> look(TlsSettings shown, Version version = Version::any) {
    shown.version = version;
    server_ = std::make_unique<FaultServer>(std::vector<Action>{answer(200, "{}")},
                                            FaultServerOptions{Mode::serve, std::move(shown)});
    const Cancel never;
    return inspect_certificate(host_, server_->port(), options_, never);
  }
  CertificateReport seen(const TlsSettings& shown) {
    auto report = look(shown);
    if (!report.ok()) ADD_FAILURE() << report.error().message;
    return report.ok() ? std::move(*report) : CertificateReport();
  }
  static Kinds kinds(const CertificateReport& report) {
    Kinds out;
    for (const CertificateProblem& problem : report.problems) out.push_back(problem.kind);
    return out;
  }

  std::string host_ = "127.0.0.1";
  CertificateOptions options_{certificates().ca, "", milliseconds(10000)};
  std::unique_ptr<FaultServer> server_;
};

TEST_F(CertificateLook, ATrustedOneIsReadAndNothingIsSent) {
  const auto report = seen(certificates().good);
  EXPECT_TRUE(report.trusted);
  EXPECT_EQ(kinds(report), Kinds{});
  EXPECT_EQ(report.tls_version, "TLSv1.3");
  ASSERT_EQ(report.chain.size(), 1u);
  const Certificate& own = report.chain.front();
  EXPECT_EQ(own.subject, "CN=localhost");
  EXPECT_EQ(own.issuer, "CN=deviceflow test CA");
  EXPECT_EQ(own.names, (std::vector<std::string>{"127.0.0.1", "localhost"}));
  EXPECT_EQ(own.pem.substr(0, 27), "-----BEGIN CERTIFICATE-----");
  const auto now = SystemClock().wall_now();
  ASSERT_TRUE(own.not_before && own.not_after && now);
  EXPECT_EQ(*own.not_after - *own.not_before, seconds(86400 + 3600));
  EXPECT_LT(*own.not_before, *now);
  EXPECT_GT(*own.not_after, *now);
  EXPECT_TRUE(server_->wait_for_closed(1));
  EXPECT_EQ(server_->bytes_received(), 0u);
  EXPECT_EQ(server_->connections(), 1);
}

TEST_F(CertificateLook, TheFingerprintIsThatOfTheCertificate) {
  const std::string first = seen(certificates().good).chain.front().sha256;
  EXPECT_EQ(first.size(), 95u);
  EXPECT_EQ(first.find_first_not_of("0123456789ABCDEF:"), std::string::npos);
  EXPECT_EQ(seen(certificates().good).chain.front().sha256, first);
  EXPECT_NE(seen(certificates().expired).chain.front().sha256, first);
}

TEST_F(CertificateLook, AFailureOfOpensslIsNoWrongName) {
  host_ = "localhost";
  name_check_fails = true;
  const Kinds found = kinds(seen(certificates().expired));
  name_check_fails = false;
  EXPECT_EQ(found, Kinds{Kind::expired});
}

TEST_F(CertificateLook, TellsAWrongNameAnUntrustedIssuerAndTheDatesApart) {
  EXPECT_EQ(kinds(seen(certificates().wrong_host)), Kinds{Kind::wrong_name});
  EXPECT_EQ(kinds(seen(certificates().self_signed)), Kinds{Kind::untrusted_issuer});
  EXPECT_EQ(kinds(seen(certificates().expired)), Kinds{Kind::expired});
  EXPECT_EQ(kinds(seen(certificates().not_yet_valid)), Kinds{Kind::not_yet_valid});
  EXPECT_TRUE(server_->wait_for_closed(2));
  EXPECT_EQ(server_->bytes_received(), 0u);
}

TEST_F(CertificateLook, NamesAllThatIsWrong) {
  options_.ca_file = certificates().other_ca;
  const auto report = seen(certificates().expired);
  EXPECT_FALSE(report.trusted);
  EXPECT_EQ(kinds(report), (Kinds{Kind::untrusted_issuer, Kind::expired}));
  EXPECT_EQ(report.problems.back().subject, "CN=localhost");
  EXPECT_EQ(kinds(seen(certificates().wrong_host)),
            (Kinds{Kind::wrong_name, Kind::untrusted_issuer}));
}

TEST_F(CertificateLook, AnAuthorityOfOnesOwnIsNotTrustedBesideTheSystem) {
  options_.ca_file.clear();
  EXPECT_EQ(kinds(seen(certificates().good)), Kinds{Kind::untrusted_issuer});
}

TEST_F(CertificateLook, ANameIsJudgedAsItWasAskedFor) {
  host_ = "localhost";
  EXPECT_TRUE(seen(certificates().good).trusted);
  EXPECT_EQ(kinds(seen(certificates().wrong_host)), Kinds{Kind::wrong_name});
}

TEST_F(CertificateLook, OldTlsIsATlsErrorAndNoQuestionOfTrust) {
  const auto report = look(certificates().good, Version::only_1_1);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code, ErrorCode::tls);
  EXPECT_EQ(look(certificates().good, Version::only_1_2)->tls_version, "TLSv1.2");
}

TEST_F(CertificateLook, NobodyThereIsANetworkErrorAndSilenceATimeout) {
  const ClosedPort closed;
  const Cancel never;
  EXPECT_EQ(inspect_certificate(host_, closed.port(), options_, never).error().code,
            ErrorCode::network);
  const FaultServer mute(std::vector<Action>{}, {Mode::mute, certificates().good});
  options_.timeout = milliseconds(200);
  EXPECT_EQ(inspect_certificate(host_, mute.port(), options_, never).error().code,
            ErrorCode::timeout);
}

TEST_F(CertificateLook, ACancelEndsItPromptly) {
  const FaultServer mute(std::vector<Action>{}, {Mode::mute, certificates().good});
  Cancel cancel;
  std::thread canceller([&] {
    EXPECT_TRUE(mute.wait_for_connections(1));
    cancel.set();
  });
  const auto report = inspect_certificate(host_, mute.port(), options_, cancel);
  canceller.join();
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code, ErrorCode::cancelled);
}

TEST_F(CertificateLook, WhatIsNoHostOrNoPortIsRefused) {
  const Cancel never;
  for (const char* host : {"", "a b", "user@host", "host/path", "host:1"}) {
    EXPECT_EQ(inspect_certificate(host, 443, options_, never).error().code,
              ErrorCode::invalid_argument)
        << host;
  }
  for (const int port : {-1, 0, 65536}) {
    EXPECT_EQ(inspect_certificate("localhost", port, options_, never).error().code,
              ErrorCode::invalid_argument);
  }
}

}  // namespace
}  // namespace deviceflow::demo
