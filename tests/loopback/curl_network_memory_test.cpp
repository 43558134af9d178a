// CurlNetwork if libcurl gets no memory. By itself, since libcurl's allocators are set once.
#include <curl/curl.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <deviceflow/platform.hpp>
#include <memory>
#include <thread>

#include "fault_server.hpp"

namespace deviceflow::test {
namespace {

using Kind = TransportFailure::Kind;
using std::chrono::milliseconds;

std::atomic<bool> no_memory{false};

void* allocate(std::size_t size) {
  return no_memory ? nullptr : std::malloc(size);
}
void* allocate_zeros(std::size_t count, std::size_t size) {
  return no_memory ? nullptr : std::calloc(count, size);
}
void* grow(void* memory, std::size_t size) {
  return no_memory ? nullptr : std::realloc(memory, size);
}
char* duplicate(const char* text) {
  return no_memory ? nullptr : strdup(text);
}

class CurlNetworkMemory : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    ASSERT_EQ(curl_global_init_mem(CURL_GLOBAL_DEFAULT, allocate, std::free, grow, duplicate,
                                   allocate_zeros),
              CURLE_OK);
  }
  void TearDown() override { no_memory = false; }
  /// One that libcurl gave nothing for, though there is memory again.
  static std::unique_ptr<Network> without_handle() {
    no_memory = true;
    auto network = std::make_unique<CurlNetwork>();
    no_memory = false;
    return network;
  }
  HttpRequest request() {
    HttpRequest out;
    out.url = server.url("/token");
    return out;
  }
  void expect_local(Network& network) {
    const TransportResult result = send(network, request());
    const auto* failure = std::get_if<TransportFailure>(&result);
    ASSERT_NE(failure, nullptr);
    EXPECT_EQ(failure->kind, Kind::local);
    EXPECT_TRUE(failure->nothing_sent);
    EXPECT_TRUE(server.requests().empty());
  }

  FaultServer server{{answer(200, "{}")}};
  SystemClock clock;
  std::vector<Network::Finished> finished;
};

TEST_F(CurlNetworkMemory, WithoutAHandleForAllEveryRequestFailsAtOnce) {
  const auto network = without_handle();
  expect_local(*network);
  expect_local(*network);
}

TEST_F(CurlNetworkMemory, WithoutAHandleForOneThatRequestFailsAtOnce) {
  CurlNetwork network;
  no_memory = true;
  expect_local(network);
  no_memory = false;
  EXPECT_TRUE(std::holds_alternative<HttpResponse>(send(network, request())));
}

TEST_F(CurlNetworkMemory, WithoutAHandleAWaitStillEndsOnTimeAndDoesNotSpin) {
  const auto network = without_handle();
  const SteadyTime until = clock.steady_now() + milliseconds(300);
  const std::clock_t burnt = std::clock();
  while (clock.steady_now() < until) network->wait(until, Cancel::never(), finished);
  EXPECT_LT(std::clock() - burnt, CLOCKS_PER_SEC / 50) << "it spins";
  EXPECT_LT(clock.steady_now() - until, milliseconds(8000));
}

TEST_F(CurlNetworkMemory, WithoutAHandleAWakeAndACancelEndAWait) {
  const auto network = without_handle();
  const SteadyTime before = clock.steady_now();
  network->wake();
  network->wait(kNever, Cancel::never(), finished);
  const Cancel cancel;
  std::thread other([&] { cancel.set(); });
  while (!cancel.is_set()) network->wait(kNever, cancel, finished);
  other.join();
  EXPECT_LT(clock.steady_now() - before, milliseconds(8000));
}

}  // namespace
}  // namespace deviceflow::test
