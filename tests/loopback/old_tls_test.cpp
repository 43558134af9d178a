// L-3.1-1: TLS older than 1.2 is the network's own refusal. The TLS library of most systems would
// refuse it as well; so this process tells the library to allow everything, before it is first
// used.
#include <openssl/ssl.h>

#include <cstdlib>
#include <deviceflow/platform.hpp>

#include "network_helpers.hpp"
#include "test_certificates.hpp"

namespace deviceflow::test {
namespace {

constexpr std::string_view kAllowEverything =
    "openssl_conf = all\n"
    "[all]\n"
    "ssl_conf = ssl\n"
    "[ssl]\n"
    "system_default = weak\n"
    "[weak]\n"
    "MinProtocol = TLSv1\n"
    "CipherString = DEFAULT:@SECLEVEL=0\n";

TEST(OldTls, IsRefusedWhereTheTlsLibraryWouldAllowIt) {
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  ASSERT_NE(context, nullptr);
  EXPECT_EQ(SSL_CTX_get_security_level(context), 0) << "the library allows everything";
  EXPECT_LE(SSL_CTX_get_min_proto_version(context), TLS1_1_VERSION);
  SSL_CTX_free(context);

  TlsSettings settings = TestCertificates::get().good;
  settings.version = TlsSettings::Version::only_1_1;
  FaultServer server({answer(200, "{}")}, {FaultServerOptions::Mode::serve, settings});
  CurlOptions options;
  options.ca_file = TestCertificates::get().ca;
  CurlNetwork network(options);
  const TransportFailure failure = failed(send(network, post(server.url("/token"))));
  EXPECT_EQ(failure.kind, Kind::tls_handshake);
  EXPECT_TRUE(failure.nothing_sent);
  EXPECT_EQ(server.handshakes(), 0);
  EXPECT_EQ(server.connections(), 1) << "no fallback";
}

}  // namespace
}  // namespace deviceflow::test

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const deviceflow::test::TemporaryFolder folder;
  const std::string file = folder.write("openssl.cnf", deviceflow::test::kAllowEverything);
  setenv("OPENSSL_CONF", file.c_str(), 1);
  return RUN_ALL_TESTS();
}
