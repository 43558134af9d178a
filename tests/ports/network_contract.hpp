// What every network has to keep (http.hpp) about requests and responses, to be run against one of
// your own: make it in a NetworkKind and instantiate NetworkContract with that, as
// network_contract_test.cpp does. Real sockets on this machine. The rest of the contract is in
// waiting_contract.hpp.
#ifndef DEVICEFLOW_TESTS_NETWORK_CONTRACT_HPP
#define DEVICEFLOW_TESTS_NETWORK_CONTRACT_HPP

#include <gtest/gtest.h>

#include <chrono>
#include <deviceflow/http.hpp>
#include <memory>
#include <ostream>
#include <string>
#include <thread>

#include "fault_server.hpp"
#include "test_certificates.hpp"

namespace deviceflow::test {

struct NetworkKind {
  const char* name;
  /// `ca_file`: PEM, the only authorities to trust. Limits as a product would have them.
  std::unique_ptr<Network> (*make)(const std::string& ca_file);
};

inline void PrintTo(const NetworkKind& kind, std::ostream* out) {
  *out << kind.name;
}

class NetworkContract : public testing::TestWithParam<NetworkKind> {
 protected:
  using Kind = TransportFailure::Kind;
  using ms = std::chrono::milliseconds;
  static constexpr ms kSoon{8000};       ///< On however busy a machine.
  static constexpr ms kCancelled{1000};  ///< 200 ms, and what a busy machine adds.
  static constexpr std::size_t kMebibyte = std::size_t{1} << 20;

  static HttpRequest get(std::string url) {
    HttpRequest request;
    request.url = std::move(url);
    return request;
  }
  static HttpRequest post(std::string url) {
    HttpRequest request = get(std::move(url));
    request.method = Method::post;
    request.headers.push_back({"Content-Type", Secret("application/x-www-form-urlencoded")});
    request.body = Secret("device_code=abc");
    return request;
  }
  HttpResponse answered(const HttpRequest& request) {
    TransportResult result = send(*network, request);
    if (auto* response = std::get_if<HttpResponse>(&result)) return std::move(*response);
    ADD_FAILURE() << "no answer: " << std::get<TransportFailure>(result).message;
    return {};
  }
  TransportFailure failed(const HttpRequest& request) { return failed(request, Cancel::never()); }
  TransportFailure failed(const HttpRequest& request, const Cancel& ends) {
    const TransportResult result = send(*network, request, ends);
    if (const auto* failure = std::get_if<TransportFailure>(&result)) return *failure;
    ADD_FAILURE() << "answered with " << std::get<HttpResponse>(result).status;
    return {};
  }
  static FaultServerOptions tls(const TlsSettings& settings) {
    FaultServerOptions options;
    options.tls = settings;
    return options;
  }
  /// Cancels as soon as `reached` has returned.
  template <typename Reached>
  void obeys_a_cancel(const HttpRequest& request, Reached reached) {
    std::chrono::steady_clock::time_point at;
    std::thread other([&] {
      reached();
      at = std::chrono::steady_clock::now();
      cancel.set();
    });
    EXPECT_EQ(failed(request, cancel).kind, Kind::cancelled);
    const auto back = std::chrono::steady_clock::now();
    other.join();
    EXPECT_LT(back - at, kCancelled);
  }

  std::unique_ptr<Network> network = GetParam().make(TestCertificates::get().ca);
  Cancel cancel;
};

// ---- What goes out

TEST_P(NetworkContract, APostGoesOutAsItStands) {  // D-3.1-1
  FaultServer server({answer(200, "{}")});
  HttpRequest request = post(server.url("/token?x=y"));
  const std::string body = "a=1&b=%2B%00&c=" + std::string(20000, 'x');
  request.body = Secret(body);
  request.headers.push_back({"Accept", Secret("application/json")});

  const HttpResponse response = answered(request);

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body.reveal(), "{}");
  ASSERT_EQ(server.requests().size(), 1u);
  const ReceivedRequest seen = server.requests().front();
  EXPECT_EQ(seen.method, "POST");
  EXPECT_EQ(seen.target, "/token?x=y");
  EXPECT_EQ(seen.body, body);
  EXPECT_EQ(seen.header("Content-Type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(seen.count("Content-Type"), 1);
  EXPECT_EQ(seen.header("Accept"), "application/json");
  for (const char* name : {"Cookie", "Authorization", "Referer"}) {
    EXPECT_EQ(seen.count(name), 0) << name;
  }
}

TEST_P(NetworkContract, AGetHasNoBody) {
  FaultServer server({answer(200, "{}")});
  EXPECT_EQ(answered(get(server.url("/.well-known/x"))).status, 200);
  const ReceivedRequest seen = server.requests().front();
  EXPECT_EQ(seen.method, "GET");
  EXPECT_EQ(seen.body, "");
}

TEST_P(NetworkContract, OnePostArrivesWhereAReusedConnectionDies) {  // H-9.2.2-1
  FaultServer server([](const ReceivedRequest& request) {
    return request.connection == 1 && request.on_connection == 2 ? hang_up() : answer(200, "{}");
  });
  for (const char* path : {"/first", "/second", "/third"}) {
    static_cast<void>(send(*network, post(server.url(path))));
    EXPECT_EQ(server.requests_to(path), 1);
  }
}

TEST_P(NetworkContract, NoCookieIsKept) {
  FaultServer server({answer(200, "{}", {{"Set-Cookie", "a=b; Path=/"}})});
  answered(post(server.url("/token")));
  answered(post(server.url("/token")));
  EXPECT_EQ(server.requests().back().count("Cookie"), 0);
}

// ---- What comes back

TEST_P(NetworkContract, EveryStatusIsAnAnswer) {
  FaultServer server([](const ReceivedRequest& request) {
    return answer(std::stoi(request.target.substr(1)), "{\"error\":\"x\"}");
  });
  for (const int status : {200, 400, 401, 404, 429, 500, 503}) {
    const HttpResponse response = answered(post(server.url("/" + std::to_string(status))));
    EXPECT_EQ(response.status, status);
    EXPECT_EQ(response.body.reveal(), "{\"error\":\"x\"}");
  }
}

TEST_P(NetworkContract, ARedirectIsAnAnswerAndNotFollowed) {
  FaultServer elsewhere({answer(200, "{}")});
  const std::string there = elsewhere.url("/token");
  FaultServer server([there](const ReceivedRequest& request) {
    return answer(request.target == "/307" ? 307 : 302, "", {{"Location", there}});
  });
  for (const char* path : {"/302", "/307"}) {
    const HttpResponse response = answered(post(server.url(path)));
    EXPECT_EQ(find_header(response.headers, "Location"), there);
  }
  EXPECT_EQ(elsewhere.connections(), 0);
}

TEST_P(NetworkContract, TheHeadersThatMatterAreHandedOver) {
  const HeaderLines lines{{"Content-Type", "application/json;charset=UTF-8"},
                          {"Date", "Sun, 06 Nov 1994 08:49:37 GMT"},
                          {"Retry-After", "7"},
                          {"WWW-Authenticate", "DPoP error=\"use_dpop_nonce\""},
                          {"DPoP-Nonce", "n-1"},
                          {"Cache-Control", "no-store"},
                          {"Location", "https://id.example.com/x"}};
  FaultServer server({answer(401, "{}", lines)});
  const HttpResponse response = answered(post(server.url("/token")));
  for (const auto& [name, value] : lines) EXPECT_EQ(find_header(response.headers, name), value);
}

TEST_P(NetworkContract, ALargeAnswerPasses) {  // T-5.1-6
  const std::string body = "{\"access_token\":\"" + std::string(900000, 'a') + "\"}";
  FaultServer server({answer(200, body)});
  EXPECT_EQ(answered(post(server.url("/token"))).body.reveal(), body);
}

// ---- What fails, and how

TEST_P(NetworkContract, NothingIsSentWhereNobodyListens) {
  const ClosedPort closed;
  const TransportFailure failure = failed(post(closed.origin() + "/token"));
  EXPECT_EQ(failure.kind, Kind::refused);
  EXPECT_TRUE(failure.nothing_sent);
  EXPECT_FALSE(failure.message.empty());
}

TEST_P(NetworkContract, HalfAnAnswerIsNone) {
  FaultServer server({half_answer(200, "{\"access_token\":\"abc\"}", Action::Then::close)});
  const TransportFailure failure = failed(post(server.url("/token")));
  EXPECT_EQ(failure.kind, Kind::connection);
  EXPECT_FALSE(failure.nothing_sent);
}

// H-x-1
TEST_P(NetworkContract, TheRequestsTimeoutEndsSilenceAndDripping) {
  FaultServer silent({silence()});
  FaultServer dripping({drip(answer(200, "{}"), ms(200))});
  for (const FaultServer* server : {&silent, &dripping}) {
    HttpRequest request = post(server->url("/token"));
    request.timeout = ms(400);
    const auto start = std::chrono::steady_clock::now();
    const TransportFailure failure = failed(request);
    EXPECT_EQ(failure.kind, Kind::timeout);
    EXPECT_FALSE(failure.nothing_sent);
    EXPECT_LT(std::chrono::steady_clock::now() - start, kSoon);
  }
}

// T-5.1-6, H-x-1
TEST_P(NetworkContract, EndlessBodiesAndHeadersAreGivenUpSoon) {
  for (const Action& endless :
       {large_body(512, false), large_body(512, true), header_flood(512 * 1024)}) {
    FaultServer server({endless});
    EXPECT_EQ(failed(post(server.url("/token"))).kind, Kind::too_large);
    ASSERT_TRUE(server.wait_for_closed(1));
    EXPECT_LT(server.bytes_sent(), 32 * kMebibyte) << "the limit, and what sockets hold";
  }
}

// D-3.5-12
TEST_P(NetworkContract, ACancelEndsTheWaitForAnAnswer) {
  FaultServer server({silence()});
  obeys_a_cancel(post(server.url("/token")), [&] { server.wait_for_requests(1); });
}

TEST_P(NetworkContract, ACancelEndsTheWaitForAHandshake) {
  FaultServerOptions mute = tls(TestCertificates::get().good);
  mute.mode = FaultServerOptions::Mode::mute;
  FaultServer server({answer(200, "{}")}, mute);
  obeys_a_cancel(post(server.url("/token")), [&] { server.wait_for_connections(1); });
}

TEST_P(NetworkContract, ACancelThatIsSetSendsNothing) {
  FaultServer server({answer(200, "{}")});
  cancel.set();
  const TransportFailure failure = failed(post(server.url("/token")), cancel);
  EXPECT_EQ(failure.kind, Kind::cancelled);
  EXPECT_TRUE(server.requests().empty());
}

// ---- Trust

TEST_P(NetworkContract, AServerOfATrustedAuthorityIsTrusted) {  // L-x-1
  FaultServer server({answer(200, "{}")}, tls(TestCertificates::get().good));
  EXPECT_EQ(answered(post(server.url("/token"))).status, 200);
}

TEST_P(NetworkContract, NothingIsSentToAServerThatIsNotTrusted) {
  const TestCertificates& certificates = TestCertificates::get();
  for (const TlsSettings& settings :
       {certificates.expired, certificates.wrong_host, certificates.self_signed}) {
    FaultServer server({answer(200, "{}")}, tls(settings));
    const TransportFailure failure = failed(post(server.url("/token")));
    EXPECT_EQ(failure.kind, Kind::tls_untrusted);
    EXPECT_TRUE(failure.nothing_sent);
    EXPECT_TRUE(server.requests().empty());
  }
}

// ---- Codings

TEST_P(NetworkContract, ACompressedResponseIsDecodedIfThatWasAskedFor) {
  // {} by gzip.
  const std::string coded(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\xae\x05\x00\x43\xbf\xa6\xa3\x02\x00\x00\x00",
      22);
  FaultServer server([&](const ReceivedRequest& request) {
    const bool asked = request.header("Accept-Encoding").find("gzip") != std::string::npos;
    return asked ? answer(200, coded, {{"Content-Encoding", "gzip"}}) : answer(200, "{}");
  });
  EXPECT_EQ(answered(post(server.url("/token"))).body.reveal(), "{}");
}

}  // namespace deviceflow::test

#endif
