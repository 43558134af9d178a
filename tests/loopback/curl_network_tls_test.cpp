// TLS of the libcurl network: whom it trusts, and what a server has got to see when it does not.
#include <deviceflow/platform.hpp>
#include <filesystem>

#include "network_helpers.hpp"
#include "test_certificates.hpp"

namespace deviceflow::test {
namespace {

using Mode = FaultServerOptions::Mode;
using Version = TlsSettings::Version;

const TestCertificates& certificates() {
  return TestCertificates::get();
}

FaultServerOptions tls(TlsSettings settings, Version version = Version::any) {
  settings.version = version;
  return {Mode::serve, std::move(settings)};
}

CurlOptions trusting(const std::string& ca_file) {
  CurlOptions options;
  options.ca_file = ca_file;
  return options;
}

Action good() {
  return answer(200, "{}");
}

// L-x-1
TEST(CurlNetworkTls, AnAuthorityGivenByNameIsTrusted) {
  FaultServer server({good()}, tls(certificates().good));
  CurlNetwork network(trusting(certificates().ca));
  EXPECT_EQ(answered(send(network, post(server.url("/token")))).status, 200);
  const std::string by_name = "https://localhost:" + std::to_string(server.port()) + "/token";
  EXPECT_EQ(answered(send(network, post(by_name))).status, 200);
}

TEST(CurlNetworkTls, OneHandshakeServesAllRequests) {
  FaultServer server({good()}, tls(certificates().good));
  CurlNetwork network(trusting(certificates().ca));
  for (int n = 1; n <= 5; ++n) {
    const HttpResponse response = answered(send(network, post(server.url("/token"))));
    EXPECT_EQ(response.new_connection, n == 1);
    EXPECT_EQ(response.phases.tls.count() > 0, n == 1);
  }
  EXPECT_EQ(server.connections(), 1);
  EXPECT_EQ(server.handshakes(), 1);
}

TEST(CurlNetworkTls, PaysANewConnectionWhereTheServerClosesIdleOnes) {
  FaultServer server({then(good(), Action::Then::close)}, tls(certificates().good));
  CurlNetwork network(trusting(certificates().ca));
  for (int n = 1; n <= 3; ++n) {
    EXPECT_TRUE(answered(send(network, post(server.url("/token")))).new_connection);
    ASSERT_TRUE(server.wait_for_closed(n));
  }
  EXPECT_EQ(server.requests().size(), 3u);
}

// H-9.2.2-1. Writing to a connection that is gone must not end the program by a signal either.
TEST(CurlNetworkTls, SendsOnePostOnlyWhenAReusedConnectionDies) {
  for (const Action& end : {hang_up(), reset()}) {
    FaultServer server({good(), end, good()}, tls(certificates().good));
    CurlNetwork network(trusting(certificates().ca));
    answered(send(network, post(server.url("/token"))));
    const TransportFailure failure = failed(send(network, post(server.url("/token"))));
    EXPECT_EQ(failure.kind, Kind::connection);
    EXPECT_FALSE(failure.nothing_sent);
    EXPECT_EQ(server.requests().size(), 2u);
    EXPECT_EQ(answered(send(network, post(server.url("/token")))).status, 200) << "recovers";
  }
}

// T-10.9-1, L-x-1
struct Distrust {
  const char* name;
  TlsSettings TestCertificates::*server;
  std::string TestCertificates::*ca;  ///< Null: the system's store.
};

void PrintTo(const Distrust& distrust, std::ostream* out) {
  *out << distrust.name;
}

class Untrusted : public testing::TestWithParam<Distrust> {};

TEST_P(Untrusted, IsRefusedBeforeAByteOfTheRequestIsSent) {
  const Distrust& distrust = GetParam();
  FaultServer server({good()}, tls(certificates().*distrust.server));
  CurlNetwork network(
      trusting(distrust.ca == nullptr ? std::string() : certificates().*distrust.ca));

  const TransportFailure failure = failed(send(network, post(server.url("/token"))));

  EXPECT_EQ(failure.kind, Kind::tls_untrusted);
  EXPECT_TRUE(failure.nothing_sent);
  EXPECT_NE(failure.message.find("127.0.0.1"), std::string::npos) << failure.message;
  ASSERT_TRUE(server.wait_for_closed(1));
  EXPECT_EQ(server.bytes_received(), 0u);
  EXPECT_EQ(server.connections(), 1) << "no second try with less security";
}

INSTANTIATE_TEST_SUITE_P(
    CurlNetworkTls, Untrusted,
    testing::Values(
        Distrust{"AnUnknownAuthority", &TestCertificates::good, nullptr},
        Distrust{"ACaFileThatLacksTheIssuer", &TestCertificates::good, &TestCertificates::other_ca},
        Distrust{"SelfSigned", &TestCertificates::self_signed, &TestCertificates::ca},
        Distrust{"SelfSignedAgainstTheSystem", &TestCertificates::self_signed, nullptr},
        Distrust{"Expired", &TestCertificates::expired, &TestCertificates::ca},
        Distrust{"NotYetValid", &TestCertificates::not_yet_valid, &TestCertificates::ca},
        Distrust{"AnotherHost", &TestCertificates::wrong_host, &TestCertificates::ca}),
    [](const auto& row) { return row.param.name; });

// L-x-1
TEST(CurlNetworkTls, ACaFileThatCanNotBeUsedIsThisMachinesTrouble) {
  const TemporaryFolder folder;
  for (const std::string& file :
       {folder.path() + "/missing.pem", folder.write("garbage.pem", "this is no certificate\n"),
        folder.write("empty.pem", ""),
        folder.write("key.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n"), folder.path()}) {
    FaultServer server({good()}, tls(certificates().good));
    CurlNetwork network(trusting(file));
    const TransportFailure failure = failed(send(network, post(server.url("/token"))));
    EXPECT_EQ(failure.kind, Kind::local) << file;
    EXPECT_TRUE(failure.nothing_sent) << file;
    EXPECT_NE(failure.message.find(file), std::string::npos) << failure.message;
    EXPECT_EQ(server.requests().size(), 0u);
  }
}

TEST(CurlNetworkTls, TheCaFileIsReadOnce) {
  const TemporaryFolder folder;
  const std::string ca = folder.path() + "/ca.pem";
  std::filesystem::copy_file(certificates().ca, ca);
  FaultServer server({then(good(), Action::Then::close)}, tls(certificates().good));
  CurlNetwork network(trusting(ca));
  answered(send(network, post(server.url("/token"))));
  ASSERT_TRUE(server.wait_for_closed(1));
  std::filesystem::remove(ca);
  EXPECT_TRUE(answered(send(network, post(server.url("/token")))).new_connection);
  EXPECT_EQ(server.handshakes(), 2);
}

// L-3.1-1
TEST(CurlNetworkTls, AServerThatOnlySpeaksTls11IsRefused) {
  FaultServer server({good()}, tls(certificates().good, Version::only_1_1));
  CurlNetwork network(trusting(certificates().ca));
  const TransportFailure failure = failed(send(network, post(server.url("/token"))));
  EXPECT_EQ(failure.kind, Kind::tls_handshake);
  EXPECT_TRUE(failure.nothing_sent);
  EXPECT_EQ(server.handshakes(), 0);
  EXPECT_EQ(server.connections(), 1) << "no fallback";
}

// L-3.1-1
TEST(CurlNetworkTls, ServersThatOnlySpeakTls12OrTls13Work) {
  for (const Version version : {Version::only_1_2, Version::only_1_3}) {
    FaultServer server({good()}, tls(certificates().good, version));
    CurlNetwork network(trusting(certificates().ca));
    EXPECT_EQ(answered(send(network, post(server.url("/token")))).status, 200);
  }
}

TEST(CurlNetworkTls, AServerThatSpeaksNoTlsIsRefused) {
  FaultServer server({raw("HTTP/1.1 400 Bad Request\r\n\r\n", Action::Then::close)});
  CurlNetwork network(trusting(certificates().ca));
  // Half a request is all the server ever sees: wait for nothing, let it hang up by itself.
  HttpRequest request = post("https://127.0.0.1:" + std::to_string(server.port()) + "/token");
  request.timeout = milliseconds(500);
  const TransportFailure failure = failed(send(network, request));
  EXPECT_TRUE(failure.nothing_sent);
  EXPECT_EQ(server.requests().size(), 0u);
}

// H-x-1
TEST(CurlNetworkTls, AHandshakeThatNeverEndsIsGivenUpInTime) {
  FaultServer server({good()}, {Mode::mute, {}});
  CurlOptions options = trusting(certificates().ca);
  options.connect_timeout = milliseconds(300);
  CurlNetwork network(options);
  const Stopwatch watch;
  const TransportFailure failure =
      failed(send(network, post("https://127.0.0.1:" + std::to_string(server.port()) + "/token")));
  EXPECT_EQ(failure.kind, Kind::timeout);
  EXPECT_TRUE(failure.nothing_sent);
  EXPECT_LT(watch.elapsed(), kLiveness);
}

// T-10.9-1
TEST(CurlNetworkTls, TwoTransportsDoNotShareTrust) {
  FaultServer server({good()}, tls(certificates().good));
  CurlNetwork trusts(trusting(certificates().ca));
  CurlNetwork does_not(trusting(certificates().other_ca));
  EXPECT_EQ(answered(send(trusts, post(server.url("/token")))).status, 200);
  EXPECT_EQ(failed(send(does_not, post(server.url("/token")))).kind, Kind::tls_untrusted);
}

// --- Certificates of the client ---

FaultServerOptions asking_for_a_certificate() {
  FaultServerOptions options = tls(certificates().good);
  options.tls->client_ca_file = certificates().ca;
  return options;
}

CurlOptions showing(const std::string& certificate, const std::string& key) {
  CurlOptions options = trusting(certificates().ca);
  options.client_cert_file = certificate;
  options.client_key_file = key;
  return options;
}

// X-2-1
TEST(CurlNetworkTls, ShowsTheClientsCertificateInEveryHandshake) {
  FaultServer server({then(good(), Action::Then::close)}, asking_for_a_certificate());
  const TlsSettings& own = certificates().good;
  CurlNetwork network(showing(own.certificate_file, own.key_file));
  EXPECT_EQ(answered(send(network, post(server.url("/device_authorization")))).status, 200);
  ASSERT_TRUE(server.wait_for_closed(1));
  EXPECT_EQ(answered(send(network, post(server.url("/token")))).status, 200);
  EXPECT_EQ(server.handshakes(), 2);
}

TEST(CurlNetworkTls, WithoutACertificateTheServerHearsNothing) {
  FaultServer server({good()}, asking_for_a_certificate());
  CurlNetwork network(trusting(certificates().ca));
  failed(send(network, post(server.url("/token"))));
  EXPECT_EQ(server.requests().size(), 0u);
}

TEST(CurlNetworkTls, SaysWhatIsWrongWithTheClientsCertificate) {  // X-2-1
  FaultServer server({good()}, asking_for_a_certificate());
  const TemporaryFolder folder;
  const std::string encrypted = folder.write("encrypted.key",
                                             "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n"
                                             "-----END ENCRYPTED PRIVATE KEY-----\n");
  const std::string damaged = folder.write("damaged.key", "nothing of use");
  const TlsSettings& own = certificates().good;
  const std::string gone = folder.path() + "/gone.pem";
  struct Case {
    std::string certificate;
    std::string key;
    std::string says;
  };
  for (const Case& wrong : {Case{gone, own.key_file, "gone.pem can't be read"},
                            Case{own.certificate_file, gone, "gone.pem can't be read"},
                            Case{own.certificate_file, encrypted, "is encrypted"},
                            Case{own.certificate_file, damaged, "holds no private key in PEM"},
                            Case{damaged, own.key_file, "holds no certificate in PEM"},
                            Case{own.certificate_file, "", "holds no private key in PEM"},
                            Case{own.certificate_file, certificates().expired.key_file,
                                 "does not belong to the certificate"}}) {
    CurlNetwork network(showing(wrong.certificate, wrong.key));
    const TransportFailure failure = failed(send(network, post(server.url("/token"))));
    EXPECT_EQ(failure.kind, Kind::local) << wrong.says;
    EXPECT_TRUE(failure.nothing_sent);
    EXPECT_NE(failure.message.find(wrong.says), std::string::npos) << failure.message;
  }
  EXPECT_EQ(server.requests().size(), 0u);
}

}  // namespace
}  // namespace deviceflow::test
