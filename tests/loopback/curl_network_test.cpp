// The libcurl network on real sockets: what goes out, over which connection, and what comes back.
#include <deviceflow/platform.hpp>
#include <thread>
#include <vector>

#include "network_helpers.hpp"

namespace deviceflow::test {
namespace {

constexpr std::string_view kBody = "{\"ok\":true}";

Action good() {
  return answer(200, kBody);
}

// D-3.1-1
TEST(CurlNetwork, SendsAPostAsItStands) {
  FaultServer server({good()});
  CurlNetwork network;
  const std::string body = "a=1&b=%2B%00&c=" + std::string(20000, 'x');
  HttpRequest request = post(server.url("/token?x=y"), body);
  set_header(request.headers, "Accept", "application/json");

  const HttpResponse response = answered(send(network, request));

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body.reveal(), kBody);
  ASSERT_EQ(server.requests().size(), 1u);
  const ReceivedRequest seen = server.requests().front();
  EXPECT_EQ(seen.method, "POST");
  EXPECT_EQ(seen.target, "/token?x=y");
  EXPECT_EQ(seen.body, body);
  EXPECT_EQ(seen.header("Content-Length"), std::to_string(body.size()));
  EXPECT_EQ(seen.header("Content-Type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(seen.count("Content-Type"), 1);
  EXPECT_EQ(seen.header("Accept"), "application/json");
  EXPECT_EQ(seen.header("User-Agent"), CurlOptions{}.user_agent);
  EXPECT_EQ(seen.header("Host"), "127.0.0.1:" + std::to_string(server.port()));
  for (const char* never : {"Expect", "Transfer-Encoding", "Cookie", "Authorization", "Referer"}) {
    EXPECT_EQ(seen.count(never), 0) << never;
  }
}

TEST(CurlNetwork, SendsAGetWithoutABody) {
  FaultServer server({good()});
  CurlNetwork network;
  EXPECT_EQ(answered(send(network, get(server.url("/.well-known/x")))).status, 200);
  const ReceivedRequest seen = server.requests().front();
  EXPECT_EQ(seen.method, "GET");
  EXPECT_EQ(seen.body, "");
  EXPECT_EQ(seen.count("Content-Length"), 0);
}

// H-9.2.2-1
class ReusedConnectionDies : public testing::TestWithParam<const char*> {};

TEST_P(ReusedConnectionDies, OnePostArrivesAndTheFailureIsReported) {
  const Action end = std::string_view(GetParam()) == "Closed" ? hang_up() : reset();
  // A repeated request finds a server that answers: only counting shows the repetition.
  FaultServer server([end](const ReceivedRequest& request) {
    return request.connection == 1 && request.on_connection == 2 ? end : good();
  });
  CurlNetwork network;
  answered(send(network, post(server.url("/token"))));

  const TransportFailure failure = failed(send(network, post(server.url("/token"))));

  EXPECT_EQ(failure.kind, Kind::connection);
  EXPECT_FALSE(failure.nothing_sent);
  ASSERT_EQ(server.requests().size(), 2u);
  EXPECT_EQ(server.requests()[1].on_connection, 2);
  // libcurl may connect anew before it finds that it can't repeat the body; it sends nothing there.
  std::size_t expected = 0;
  for (const ReceivedRequest& request : server.requests()) {
    expected += request.head.size() + 2 + request.body.size();
  }
  EXPECT_EQ(server.bytes_received(), expected);
  EXPECT_EQ(answered(send(network, post(server.url("/token")))).status, 200) << "recovers";
  EXPECT_EQ(server.requests().size(), 3u);
}

INSTANTIATE_TEST_SUITE_P(CurlNetwork, ReusedConnectionDies, testing::Values("Closed", "Reset"),
                         [](const auto& end) { return std::string(end.param); });

// H-9.2.2-1
TEST(CurlNetwork, SendsOnePostOnlyWhenAFirstConnectionDies) {
  for (const Action& end : {hang_up(), reset()}) {
    FaultServer server({end, good()});
    CurlNetwork network;
    const TransportFailure failure = failed(send(network, post(server.url("/token"))));
    EXPECT_EQ(failure.kind, Kind::connection);
    EXPECT_FALSE(failure.nothing_sent);
    EXPECT_EQ(server.requests().size(), 1u);
  }
}

TEST(CurlNetwork, PaysANewConnectionWhereTheServerClosesIdleOnes) {
  FaultServer server({then(good(), Action::Then::close)});
  CurlNetwork network;
  for (int n = 1; n <= 3; ++n) {
    const HttpResponse response = answered(send(network, post(server.url("/token"))));
    EXPECT_EQ(response.status, 200);
    EXPECT_TRUE(response.new_connection);
    ASSERT_TRUE(server.wait_for_closed(n));
  }
  EXPECT_EQ(server.requests().size(), 3u);
  EXPECT_EQ(server.connections(), 3);
}

TEST(CurlNetwork, KeepsOneConnectionForAllRequests) {
  FaultServer server({good()});
  CurlNetwork network;
  for (int n = 1; n <= 10; ++n) {
    const std::string url = server.url("/" + std::to_string(n));
    const HttpResponse response = answered(send(network, n % 3 == 0 ? get(url) : post(url)));
    EXPECT_EQ(response.new_connection, n == 1) << n;
    EXPECT_GT(response.duration.count(), 0);
    const PhaseTimes& phases = response.phases;
    EXPECT_EQ(phases.connect.count() > 0, n == 1) << n;
    EXPECT_EQ(phases.tls.count(), 0);
    EXPECT_GT(phases.wait.count(), 0);
    EXPECT_EQ(phases.queue + phases.connect + phases.wait + phases.receive, response.duration);
  }
  EXPECT_EQ(server.requests().size(), 10u);
  EXPECT_EQ(server.connections(), 1);
}

// H-15.4-1
TEST(CurlNetwork, FollowsNoRedirect) {
  FaultServer elsewhere({good()});
  for (const int status : {301, 302, 303, 307, 308}) {
    FaultServer server({answer(status, "", {{"Location", elsewhere.url("/token")}})});
    CurlNetwork network;
    const HttpResponse to_post = answered(send(network, post(server.url("/token"))));
    EXPECT_EQ(to_post.status, status);
    EXPECT_EQ(find_header(to_post.headers, "Location"), elsewhere.url("/token"));
    EXPECT_EQ(answered(send(network, get(server.url("/metadata")))).status, status);
    EXPECT_EQ(server.requests().size(), 2u);
  }
  EXPECT_EQ(elsewhere.connections(), 0);
}

// T-5.2-2
TEST(CurlNetwork, AChallengeIsAnAnswerAndNoCueToAskAgain) {
  FaultServer server({answer(401, "{}", {{"WWW-Authenticate", "Basic realm=\"x\""}})});
  CurlNetwork network;
  const HttpResponse response = answered(send(network, post(server.url("/token"))));
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(find_header(response.headers, "www-authenticate"), "Basic realm=\"x\"");
  EXPECT_EQ(server.requests().size(), 1u);
}

// B-5.3-1
TEST(CurlNetwork, KeepsNoCookies) {
  FaultServer server({answer(200, "{}", {{"Set-Cookie", "session=1; Path=/"}})});
  CurlNetwork network;
  const HttpResponse first = answered(send(network, get(server.url("/"))));
  EXPECT_FALSE(find_header(first.headers, "Set-Cookie"))
      << "not on the list of headers to hand over";
  answered(send(network, get(server.url("/"))));
  EXPECT_EQ(server.requests()[1].count("Cookie"), 0);
}

TEST(CurlNetwork, HandsOverTheHeadersThatTheCoreNeeds) {
  const HeaderLines sent = {{"content-type", "application/json;charset=UTF-8"},
                            {"DATE", "Mon, 05 Jan 2026 10:00:00 GMT"},
                            {"Retry-After", "  7 "},
                            {"DPoP-Nonce", "n0"},
                            {"Cache-Control", "no-store"},
                            {"X-Token", "secret"}};
  FaultServer server({answer(503, "{}", sent)});
  CurlNetwork network;
  const HttpResponse response = answered(send(network, post(server.url("/token"))));
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(find_header(response.headers, "Content-Type"), "application/json;charset=UTF-8");
  EXPECT_EQ(find_header(response.headers, "Date"), "Mon, 05 Jan 2026 10:00:00 GMT");
  EXPECT_EQ(find_header(response.headers, "Retry-After"), "7");
  EXPECT_EQ(find_header(response.headers, "DPoP-Nonce"), "n0");
  EXPECT_EQ(find_header(response.headers, "Cache-Control"), "no-store");
  EXPECT_FALSE(find_header(response.headers, "X-Token"));
}

TEST(CurlNetwork, PassesOverInterimAnswers) {
  FaultServer server(
      {raw("HTTP/1.1 100 Continue\r\n\r\n"
           "HTTP/1.1 103 Early Hints\r\nLocation: https://interim.example/\r\n\r\n"
           "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
           Action::Then::keep_open)});
  CurlNetwork network;
  const HttpResponse response = answered(send(network, post(server.url("/token"))));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body.reveal(), "{}");
  EXPECT_FALSE(find_header(response.headers, "Location"));
}

TEST(CurlNetwork, ReadsAnAnswerThatEndsWithTheConnection) {
  FaultServer server({raw("HTTP/1.0 200 OK\r\n\r\n{\"a\":1}", Action::Then::close)});
  CurlNetwork network;
  EXPECT_EQ(answered(send(network, post(server.url("/")))).body.reveal(), "{\"a\":1}");
}

TEST(CurlNetwork, WhatIsNoHttpIsABrokenConnection) {
  for (const char* garbage : {"hello, this is no HTTP\r\n\r\n", "HTTP/1.1 abc\r\n\r\n",
                              "HTTP/9.9 200 OK\r\n\r\n", "\r\n\r\n\r\n", "{\"access_token\":\"x\"}",
                              "\x16\x03\x01\x02", "220 mail.example ESMTP\r\n"}) {
    FaultServer server({raw(garbage, Action::Then::close)});
    CurlNetwork network;
    const TransportFailure failure = failed(send(network, post(server.url("/token"))));
    EXPECT_EQ(failure.kind, Kind::connection) << garbage;
    EXPECT_FALSE(failure.nothing_sent);
    EXPECT_EQ(server.requests().size(), 1u) << garbage;
  }
}

TEST(CurlNetwork, HalfAnAnswerIsABrokenConnection) {
  const std::string chunked =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n";
  for (const Action& action :
       {half_answer(200, kBody, Action::Then::close), half_answer(200, kBody, Action::Then::reset),
        raw(chunked, Action::Then::close)}) {
    FaultServer server({action});
    CurlNetwork network;
    const TransportFailure failure = failed(send(network, post(server.url("/token"))));
    EXPECT_EQ(failure.kind, Kind::connection) << action.bytes;
    EXPECT_FALSE(failure.nothing_sent);
    EXPECT_EQ(server.requests().size(), 1u);
  }
}

TEST(CurlNetwork, AnAnswerCutInItsHeadersIsABrokenConnection) {
  for (const char* cut :
       {"HTTP/1.1 200 OK", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n", "HTTP/1.1 100 Continue\r\n\r\n"}) {
    FaultServer server({raw(cut, Action::Then::close)});
    CurlNetwork network;
    const TransportFailure failure = failed(send(network, post(server.url("/token"))));
    EXPECT_EQ(failure.kind, Kind::connection) << cut;
    EXPECT_FALSE(failure.nothing_sent) << cut;
  }
}

TEST(CurlNetwork, ARefusedPortIsCertainToHaveGotNothing) {
  const ClosedPort port;
  CurlNetwork network;
  const TransportFailure failure = failed(send(network, post(port.origin() + "/token")));
  EXPECT_EQ(failure.kind, Kind::refused);
  EXPECT_TRUE(failure.nothing_sent);
}

TEST(CurlNetwork, AHostThatDoesNotExistIsCertainToHaveGotNothing) {
  CurlNetwork network;
  const TransportFailure failure = failed(send(network, post("http://nonexistent.invalid/token")));
  EXPECT_EQ(failure.kind, Kind::dns);
  EXPECT_TRUE(failure.nothing_sent);
  EXPECT_NE(failure.message.find("nonexistent.invalid"), std::string::npos);
}

// H-x-1
TEST(CurlNetwork, RefusesHeadersWithLineBreaks) {
  FaultServer server({good()});
  CurlNetwork network;
  for (const std::string_view value : {"a\r\nX-Injected: 1", "a\nX-Injected: 1", "a\rb"}) {
    HttpRequest request = post(server.url("/token"));
    set_header(request.headers, "X-Value", value);
    const TransportFailure failure = failed(send(network, request));
    EXPECT_EQ(failure.kind, Kind::local);
    EXPECT_TRUE(failure.nothing_sent);
  }
  EXPECT_EQ(server.connections(), 0);
}

// H-x-1
TEST(CurlNetwork, RefusesHeaderNamesWithLineBreaks) {
  FaultServer server({good()});
  CurlNetwork network;
  HttpRequest request = post(server.url("/token"));
  request.headers.push_back({"X-Name: 1\r\nX-Injected", Secret("1")});
  EXPECT_EQ(failed(send(network, request)).kind, Kind::local);
  EXPECT_EQ(server.connections(), 0);
}

// H-x-1
TEST(CurlNetwork, RefusesAUserAgentWithLineBreaks) {
  FaultServer server({good()});
  CurlOptions options;
  options.user_agent = "tv/1\r\nX-Injected: 1";
  CurlNetwork network(options);
  EXPECT_EQ(failed(send(network, post(server.url("/token")))).kind, Kind::local);
  EXPECT_EQ(server.connections(), 0);
}

TEST(CurlNetwork, RefusesUrlsThatAreNoWebAddresses) {
  CurlNetwork network;
  for (const char* url : {"file:///etc/hostname", "ftp://127.0.0.1/x", "http://127.0.0.1/a\r\nb",
                          "gopher://127.0.0.1/", "127.0.0.1 80", ""}) {
    const auto result = send(network, get(url));
    const auto* failure = std::get_if<TransportFailure>(&result);
    ASSERT_NE(failure, nullptr) << url;
    EXPECT_TRUE(failure->nothing_sent) << url;
  }
}

TEST(CurlNetwork, TwoThreadsWithATransportEachDoNotDisturbEachOther) {
  FaultServer server([](const ReceivedRequest& request) { return answer(200, request.body); });
  constexpr int kThreads = 4;
  constexpr int kRequests = 25;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&server, t] {
      CurlNetwork network;
      for (int n = 0; n < kRequests; ++n) {
        const std::string body = "thread=" + std::to_string(t) + "&n=" + std::to_string(n);
        EXPECT_EQ(answered(send(network, post(server.url("/"), body))).body.reveal(), body);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(server.requests().size(), std::size_t{kThreads * kRequests});
  EXPECT_EQ(server.connections(), kThreads);
}

// For one test.
class Environment {
 public:
  Environment(std::initializer_list<const char*> names, const std::string& value) : names_(names) {
    for (const char* name : names_) setenv(name, value.c_str(), 1);
  }
  ~Environment() {
    for (const char* name : names_) unsetenv(name);
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  std::vector<const char*> names_;
};

TEST(CurlNetwork, SpeaksToALiteralIpv6Address) {
  FaultServerOptions options;
  options.family = Family::ipv6;
  FaultServer server({good()}, options);
  CurlNetwork network;
  EXPECT_EQ(server.origin().rfind("http://[::1]:", 0), 0u);
  EXPECT_EQ(answered(send(network, post(server.url("/token")))).status, 200);
  ASSERT_EQ(server.requests().size(), 1u);
  EXPECT_EQ(server.requests().front().header("Host"), "[::1]:" + std::to_string(server.port()));
}

TEST(CurlNetwork, TheProxyForHttpsLearnsTheHostAndNothingElse) {
  FaultServer proxy({answer(502, "no way through")});
  for (const char* name : {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
    const Environment environment({name}, proxy.origin());
    CurlNetwork network;
    HttpRequest request = post("https://somewhere.invalid/token?a=b", "device_code=hush");
    set_header(request.headers, "Authorization", "Basic aHVzaA==");
    const TransportFailure failure = failed(send(network, request));
    EXPECT_EQ(failure.kind, Kind::refused) << name;
    EXPECT_EQ(failure.reason, "proxy_failed") << name;
    EXPECT_EQ(failure.details.setting, name);
    EXPECT_TRUE(failure.nothing_sent) << name;
    const auto seen = proxy.requests();
    ASSERT_FALSE(seen.empty()) << name;
    EXPECT_EQ(seen.back().method, "CONNECT") << name;
    EXPECT_EQ(seen.back().target, "somewhere.invalid:443");
    EXPECT_EQ(seen.back().count("Authorization"), 0);
    EXPECT_EQ(seen.back().body, "");
  }
  EXPECT_EQ(proxy.requests().size(), 4u);
}

std::string place_of(const std::string& origin) {
  return origin.substr(origin.find("://") + 3);
}

TEST(CurlNetwork, AProxyThatFailsIsNamedWithoutItsPassword) {
  FaultServer asks({answer(407, "Who are you?")});
  FaultServer forbids({answer(403, "no")});
  FaultServer silent({answer(502, "no")});
  struct Row {
    std::string place, reason;
  };
  const std::string closed = "127.0.0.1:9";
  for (const Row& row :
       {Row{place_of(asks.origin()), "proxy_auth"},
        Row{place_of(forbids.origin()), "proxy_refused"},
        Row{place_of(silent.origin()), "proxy_failed"}, Row{closed, "proxy_unreachable"},
        Row{"proxy.invalid:3128", "proxy_unreachable"}}) {
    for (const char* scheme : {"http://anna:hunter2@", "anna:hunter2@"}) {
      const Environment environment({"https_proxy"}, scheme + row.place + "/");
      CurlNetwork network;
      const auto failure = failed(send(network, post("https://somewhere.invalid/token")));
      EXPECT_EQ(failure.reason, row.reason) << failure.message;
      EXPECT_EQ(failure.details.proxy, row.place);
      EXPECT_EQ(failure.details.setting, "https_proxy");
      EXPECT_EQ(failure.details.host, "somewhere.invalid");
      EXPECT_EQ(failure.details.port, "443");
      EXPECT_NE(failure.message.find("The proxy " + row.place), std::string::npos)
          << failure.message;
      EXPECT_EQ(failure.message.find("hunter2"), std::string::npos) << failure.message;
      EXPECT_TRUE(failure.nothing_sent);
    }
  }
}

TEST(CurlNetwork, AProxyForPlainHttpThatWantsAPasswordIsNamed) {
  FaultServer proxy({answer(407, "Who are you?")});
  const Environment environment({"http_proxy"}, proxy.origin());
  CurlNetwork network;
  const auto failure = failed(send(network, post("http://somewhere.invalid/token")));
  EXPECT_EQ(failure.reason, "proxy_auth");
  EXPECT_FALSE(failure.nothing_sent) << "the proxy has read the request";
  FaultServer server({answer(407, "{}")});
  EXPECT_EQ(answered(send(network, post(server.url("/token")))).status, 407)
      << "there is no proxy before this machine";
}

TEST(CurlNetwork, TheGivenProxyWinsOverTheEnvironments) {
  FaultServer named({answer(502, "no")});
  FaultServer other({answer(502, "no")});
  FaultServer server({good(), good()});
  const Environment environment({"https_proxy", "http_proxy"}, other.origin());
  CurlOptions options;
  options.proxy = named.origin();
  CurlNetwork network(options);
  const auto failure = failed(send(network, post("https://somewhere.invalid/token")));
  EXPECT_EQ(failure.details.setting, "proxy");
  EXPECT_EQ(failure.details.proxy, place_of(named.origin()));
  EXPECT_EQ(answered(send(network, post(server.url("/token")))).status, 200);
  EXPECT_EQ(named.requests().size(), 1u) << "none for this machine";
  EXPECT_EQ(other.connections(), 0);
}

TEST(CurlNetwork, AHostInNoProxyIsNotBlamedOnTheProxy) {
  const Environment environment({"https_proxy"}, "http://127.0.0.1:9");
  const Environment exceptions({"no_proxy"}, "somewhere.invalid");
  CurlNetwork network;
  const auto failure = failed(send(network, post("https://id.somewhere.invalid/token")));
  EXPECT_EQ(failure.reason, "");
  EXPECT_EQ(failure.details.proxy, "");
  EXPECT_EQ(failure.details.host, "id.somewhere.invalid");
}

// An address of this machine that is none by its spelling: nothing listens there.
TEST(CurlNetwork, AHostInNoProxyThatRefusesIsNotBlamedOnTheProxy) {
  const Environment environment({"https_proxy"}, "http://127.0.0.1:9");
  const Environment exceptions({"no_proxy"}, "::ffff:127.0.0.1");
  CurlNetwork network;
  const auto failure = failed(send(network, post("https://[::ffff:127.0.0.1]:9/token")));
  EXPECT_EQ(failure.kind, Kind::refused);
  EXPECT_EQ(failure.reason, "");
  EXPECT_EQ(failure.details.proxy, "");
  EXPECT_EQ(failure.details.host, "::ffff:127.0.0.1");
}

TEST(CurlNetwork, HostsInNoProxyAreReachedDirectly) {
  FaultServer proxy({good()});
  const Environment environment({"http_proxy", "https_proxy", "all_proxy"}, proxy.origin());
  for (const char* name : {"no_proxy", "NO_PROXY"}) {
    const Environment exceptions({name}, "elsewhere.invalid,.somewhere.invalid");
    for (const char* url :
         {"http://id.somewhere.invalid/token", "https://elsewhere.invalid/token"}) {
      CurlNetwork network;
      EXPECT_EQ(failed(send(network, post(url))).kind, Kind::dns) << url;
    }
    EXPECT_EQ(proxy.connections(), 0);
  }
}

TEST(CurlNetwork, UsesTheEnvironmentsProxyButNotForThisMachine) {
  FaultServer proxy({good()});
  FaultServer server({good()});
  FaultServerOptions options;
  options.family = Family::ipv6;
  FaultServer server6({good()}, options);
  const Environment environment({"http_proxy", "all_proxy", "ALL_PROXY"}, proxy.origin());
  {
    CurlNetwork network;
    const std::string port = std::to_string(server.port());
    answered(send(network, post("http://127.0.0.1:" + port + "/token")));
    answered(send(network, post("http://localhost:" + port + "/token")));
    EXPECT_EQ(server.requests().size(), 2u);
    answered(send(network, post(server6.url("/token"))));
    EXPECT_EQ(server6.requests().size(), 1u);
    EXPECT_EQ(proxy.connections(), 0);
    answered(send(network, post("http://somewhere.invalid/token")));
    EXPECT_EQ(proxy.requests_to("http://somewhere.invalid/token"), 1) << "the variable is in force";
  }
}

}  // namespace
}  // namespace deviceflow::test
