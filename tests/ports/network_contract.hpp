// What every network has to keep (http.hpp), to be run against one of your own: make it in a
// NetworkKind and instantiate NetworkContract with that, as network_contract_test.cpp does. Real
// sockets on this machine, and real waits of some tens of milliseconds.
#ifndef DEVICEFLOW_TESTS_NETWORK_CONTRACT_HPP
#define DEVICEFLOW_TESTS_NETWORK_CONTRACT_HPP

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <ctime>
#include <deviceflow/http.hpp>
#include <memory>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include "fault_server.hpp"
#include "test_certificates.hpp"

namespace deviceflow::test {

struct NetworkKind {
  const char* name;
  /// `ca_file`: PEM, the only authorities to trust. Limits as a product would have them.
  std::unique_ptr<Network> (*make)(const std::string& ca_file);
  /// Whose time the network's waits are.
  std::shared_ptr<Clock> (*make_clock)();
};

inline void PrintTo(const NetworkKind& kind, std::ostream* out) {
  *out << kind.name;
}

class NetworkContract : public testing::TestWithParam<NetworkKind> {
 protected:
  using Kind = TransportFailure::Kind;
  using ms = std::chrono::milliseconds;
  static constexpr ms kSoon{8000};  ///< On however busy a machine.
  static constexpr ms kLong{60000};
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

  static std::unique_ptr<Network> make() { return GetParam().make(TestCertificates::get().ca); }

  SteadyTime now() { return clock->steady_now(); }
  void wait(SteadyTime until) { network->wait(until, cancel, finished); }
  // A return for no reason is allowed.
  void wait_for_cancel(Network& with, SteadyTime until) {
    while (!cancel.is_set()) with.wait(until, cancel, finished);
  }
  /// Waits, and sets `ends` from another thread meanwhile: how long the return took after that.
  ms time_to_end(SteadyTime until, const Cancel& ends) {
    std::atomic<SteadyTime::rep> at{0};
    std::thread other([&] {
      std::this_thread::sleep_for(ms(20));
      at = now().time_since_epoch().count();
      ends.set();
    });
    wait_for_cancel(*network, until);
    const SteadyTime back = now();
    other.join();
    return back - SteadyTime(ms(at));
  }
  /// Waits until `count` requests have finished, and sorts them by their tickets.
  void wait_for_finished(std::size_t count) {
    const SteadyTime limit = now() + kSoon;
    while (finished.size() < count && now() < limit) wait(limit);
    ASSERT_EQ(finished.size(), count);
    std::sort(finished.begin(), finished.end(),
              [](const auto& a, const auto& b) { return a.ticket < b.ticket; });
  }
  static std::string body_of(const Network::Finished& one) {
    const auto* response = std::get_if<HttpResponse>(&one.result);
    return response != nullptr ? std::string(response->body.reveal()) : "no response";
  }

  std::unique_ptr<Network> network = make();
  std::shared_ptr<Clock> clock = GetParam().make_clock();
  std::vector<Network::Finished> finished;
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

// ---- Waiting

TEST_P(NetworkContract, AWaitEndsOnTime) {
  const SteadyTime until = now() + ms(50);
  int returns = 0;
  while (now() < until) {
    wait(until);
    ++returns;
  }
  EXPECT_LT(returns, 100) << "it spins";
  EXPECT_LT(now() - until, kSoon);
}

TEST_P(NetworkContract, ATimeThatHasPassedNeedsNoWait) {
  const SteadyTime before = now();
  wait(before - ms(1));
  wait(before);
  EXPECT_LT(now() - before, kSoon);
}

TEST_P(NetworkContract, WaitingCostsNoTimeOfTheProcessor) {
  const SteadyTime until = now() + ms(300);
  const std::clock_t burnt = std::clock();
  while (now() < until) wait(until);
  EXPECT_LT(std::clock() - burnt, CLOCKS_PER_SEC / 50) << "it spins";
}

TEST_P(NetworkContract, ACancelThatIsSetNeedsNoWait) {
  const SteadyTime before = now();
  cancel.set();
  wait(kNever);
  EXPECT_LT(now() - before, kSoon);
}

TEST_P(NetworkContract, ACancelEndsAWait) {
  for (const SteadyTime until : {now() + kLong, kNever}) {
    cancel = Cancel();
    const Cancel other_handle = cancel;
    EXPECT_LT(time_to_end(until, other_handle), kCancelled);
  }
}

TEST_P(NetworkContract, ACancelEndsTheWaitOfItsChildren) {
  const Cancel parent;
  cancel = parent.child().child();
  EXPECT_LT(time_to_end(now() + kLong, parent), kCancelled);
}

TEST_P(NetworkContract, ACancelEndsTheWaitsOfSeveralThreads) {
  const SteadyTime before = now();
  const auto wait_alone = [&] {
    const auto own = make();
    std::vector<Network::Finished> none;
    while (!cancel.is_set()) own->wait(before + kLong, cancel, none);
  };
  std::thread others[] = {std::thread(wait_alone), std::thread(wait_alone)};
  cancel.set();
  for (std::thread& other : others) other.join();
  EXPECT_LT(now() - before, kSoon);
}

TEST_P(NetworkContract, TheCancelOfAnotherWaitEndsNothing) {
  const Cancel other;
  other.set();
  const SteadyTime until = now() + ms(50);
  int returns = 0;
  while (now() < until) {
    wait(until);
    ++returns;
  }
  EXPECT_LT(returns, 100);
}

TEST_P(NetworkContract, AWakeEndsTheWaitThatIsGoingOnOrTheNextOne) {
  const SteadyTime before = now();
  network->wake();
  wait(before + kLong);
  std::thread other([&] {
    std::this_thread::sleep_for(ms(20));
    network->wake();
  });
  wait(before + kLong);
  other.join();
  EXPECT_LT(now() - before, kSoon);
}

// ---- Several requests

TEST_P(NetworkContract, RequestsAreOnTheirWayAtTheSameTime) {
  FaultServer silent({silence()});
  FaultServer server([](const ReceivedRequest& request) { return answer(200, request.target); });
  network->start(1, post(silent.url("/token")));
  network->start(2, post(server.url("/second")));
  network->start(3, get(server.url("/third")));
  wait_for_finished(2);
  EXPECT_EQ(finished[0].ticket, 2u);
  EXPECT_EQ(body_of(finished[0]), "/second");
  EXPECT_EQ(finished[1].ticket, 3u);
  EXPECT_EQ(body_of(finished[1]), "/third");
  network->abort(1);
}

TEST_P(NetworkContract, NothingCameOfARequestThatIsGivenUp) {
  FaultServer server([](const ReceivedRequest& request) { return answer(200, request.target); });
  network->start(1, post(server.url("/first")));
  network->start(2, post(server.url("/second")));
  network->abort(1);
  wait_for_finished(1);
  EXPECT_EQ(finished[0].ticket, 2u);
  finished.clear();
  network->start(1, post(server.url("/again")));
  wait_for_finished(1);
  EXPECT_EQ(body_of(finished[0]), "/again");
}

TEST_P(NetworkContract, ATimeThatHasPassedNeedsNoWaitForAResponse) {
  FaultServer server({silence()});
  network->start(1, post(server.url("/token")));
  const SteadyTime before = now();
  for (int i = 0; i < 3; ++i) wait(before);
  EXPECT_LT(now() - before, kSoon);
  EXPECT_TRUE(finished.empty());
  network->abort(1);
}

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
