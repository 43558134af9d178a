// Cancel and timeout while a host name is being resolved, and names with several addresses. This
// executable brings a getaddrinfo() of its own, in which one name hangs for ten seconds.
#include <sys/socket.h>

#include <cstdio>
#include <deviceflow/platform.hpp>
#include <optional>
#include <thread>

#include "client_calls.hpp"
#include "hanging_getaddrinfo.hpp"
#include "network_helpers.hpp"
#include "sockets.hpp"

namespace deviceflow::test {
namespace {

std::string hanging_url() {
  return "https://" + std::string(kHangingHost) + "/token";
}

void wait_for_lookup(int count) {
  const Descriptor never = make_event();
  for (int tries = 0; tries < 500 && hanging_lookups() < count; ++tries) {
    wait_for(-1, 0, never.get(), milliseconds(10));
  }
}

// D-3.5-12
TEST(CurlNetworkResolving, ACancelIsObeyedWhileANameHangs) {
  const int before = hanging_lookups();
  std::optional<Stopwatch> since_cancel;
  milliseconds took{0};
  {
    CurlNetwork network;
    Cancel cancel;
    std::thread canceller([&] {
      wait_for_lookup(before + 1);
      since_cancel.emplace();
      cancel.set();
    });
    const TransportResult result = send(network, post(hanging_url()), cancel);
    canceller.join();
    took = since_cancel->elapsed();
    EXPECT_EQ(failed(result).kind, Kind::cancelled);
    EXPECT_TRUE(failed(result).nothing_sent);
  }
  const milliseconds gone = since_cancel->elapsed();
  std::printf("cancelled while resolving: obeyed within %d ms, network gone within %d ms\n",
              static_cast<int>(took.count()), static_cast<int>(gone.count()));
  EXPECT_EQ(hanging_lookups(), before + 1) << "the test's own getaddrinfo() is in use";
  EXPECT_LT(gone, milliseconds(1000));
}

// H-x-1
TEST(CurlNetworkResolving, TheTimeoutIsKeptWhileANameHangs) {
  CurlOptions options;
  options.connect_timeout = milliseconds(300);
  const Stopwatch watch;
  {
    CurlNetwork network(options);
    const TransportFailure failure = failed(send(network, post(hanging_url())));
    EXPECT_EQ(failure.kind, Kind::timeout);
    EXPECT_TRUE(failure.nothing_sent);
  }
  EXPECT_LT(watch.elapsed(), kLiveness);
}

TEST(CurlNetworkResolving, AfterACancelTheSameTransportGoesOnWithAnotherHost) {
  FaultServer server({answer(200, "{}")});
  CurlNetwork network;
  const int before = hanging_lookups();
  Cancel cancel;
  std::thread canceller([&] {
    wait_for_lookup(before + 1);
    cancel.set();
  });
  EXPECT_EQ(failed(send(network, post(hanging_url()), cancel)).kind, Kind::cancelled);
  canceller.join();
  const std::string url = "http://localhost:" + std::to_string(server.port()) + "/token";
  EXPECT_EQ(answered(send(network, post(url), Cancel())).status, 200);
}

std::string url_of_two(const FaultServer& server) {
  return "http://" + std::string(kTwoAddressesHost) + ":" + std::to_string(server.port()) +
         "/token";
}

TEST(CurlNetworkResolving, AnAddressThatRefusesIsPassedOver) {
  FaultServer server({answer(200, "{}")});
  CurlNetwork network;
  EXPECT_EQ(answered(send(network, post(url_of_two(server)))).status, 200);
  EXPECT_EQ(server.requests().size(), 1u);
}

// IPv6 that leads nowhere: nothing comes back, not even a refusal.
TEST(CurlNetworkResolving, AnAddressThatSaysNothingIsNotWaitedFor) {
  FaultServer server({answer(200, "{}")});
  const Descriptor dead = bind_loopback(server.port(), Family::ipv6);
  ASSERT_EQ(listen(dead.get(), 0), 0);
  const auto full = fill_queue(server.port(), Family::ipv6);
  CurlNetwork network;
  const Stopwatch watch;
  EXPECT_EQ(answered(send(network, post(url_of_two(server)))).status, 200);
  std::printf("fell back to IPv4 within %d ms\n", static_cast<int>(watch.elapsed().count()));
  EXPECT_LT(watch.elapsed(), kLiveness);
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST(CurlNetworkResolving, TheFirstAddressIsTakenWhereItAnswers) {
  FaultServerOptions options;
  options.family = Family::ipv6;
  FaultServer server({answer(200, "{}")}, options);
  CurlNetwork network;
  EXPECT_EQ(answered(send(network, post(url_of_two(server)))).status, 200);
}

// D-3.5-12
TEST(ClientResolving, ALoginIsCancelledWhileANameHangs) {
  Config config;
  config.issuer = "https://" + std::string(kHangingHost);
  config.client_id = "demo-tv";
  const int before = hanging_lookups();
  std::optional<Stopwatch> since_cancel;
  std::thread canceller;
  {
    const Cancel cancel;
    Client client(std::move(config));
    canceller = std::thread([&] {
      wait_for_lookup(before + 1);
      since_cancel.emplace();
      cancel.set();
    });
    const LoginOutcome outcome = client.login({}, LoginEvents{}, cancel);
    ASSERT_FALSE(outcome.tokens.ok());
    EXPECT_EQ(outcome.tokens.error().code, ErrorCode::cancelled);
    canceller.join();
  }
  const milliseconds gone = since_cancel->elapsed();
  std::printf("login cancelled while resolving: client gone within %d ms\n",
              static_cast<int>(gone.count()));
  EXPECT_LT(gone, milliseconds(1000));
}

}  // namespace
}  // namespace deviceflow::test
