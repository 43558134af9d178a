// The contract whose tests need sockets and time, run against what the SDK brings and against the
// template.
#include "network_contract.hpp"

#include <deviceflow/platform.hpp>

#include "my_clock.hpp"
#include "my_http_curl.hpp"
#include "waiting_contract.hpp"

namespace deviceflow::test {
namespace {

std::uint32_t milliseconds_since_start() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint32_t>(now.tv_sec * 1000 + now.tv_nsec / 1000000);
}

std::shared_ptr<Clock> system_clock() {
  return std::make_shared<SystemClock>();
}

std::shared_ptr<Clock> my_clock() {
  return std::make_shared<MyClock>(
      MyHardware{milliseconds_since_start, [] { return std::int64_t{0}; }});
}

std::unique_ptr<Network> curl_network(const std::string& ca_file) {
  CurlOptions options;
  options.ca_file = ca_file;
  return std::make_unique<CurlNetwork>(options);
}

std::unique_ptr<Network> my_network(const std::string& ca_file) {
  return std::make_unique<MyNetwork>([ca_file] { return std::make_unique<MyHttpCurl>(ca_file); },
                                     my_clock());
}

constexpr auto kNameOf = [](const auto& kind) { return std::string(kind.param.name); };

const NetworkKind kNetworks[] = {{"CurlNetwork", curl_network}, {"MyNetwork", my_network}};
INSTANTIATE_TEST_SUITE_P(Ports, NetworkContract, testing::ValuesIn(kNetworks), kNameOf);

// ---- Waiting, and several requests

class SocketBench final : public WaitingBench {
 public:
  SocketBench(const NetworkKind& kind, std::shared_ptr<Clock> clock)
      : make_(kind.make), clock_(std::move(clock)) {}
  std::unique_ptr<Network> make() override { return make_(TestCertificates::get().ca); }
  Clock& clock() override { return *clock_; }
  std::string echo(std::string target) override { return echo_.url(target); }
  std::string silence() override { return silent_.url("/token"); }

 private:
  std::unique_ptr<Network> (*make_)(const std::string&);
  std::shared_ptr<Clock> clock_;
  FaultServer echo_{[](const ReceivedRequest& request) { return answer(200, request.target); }};
  FaultServer silent_{{test::silence()}};
};

constexpr std::chrono::milliseconds kPause{20};

const WaitingKind kWaiting[] = {
    {"CurlNetwork",
     []() -> std::unique_ptr<WaitingBench> {
       return std::make_unique<SocketBench>(kNetworks[0], system_clock());
     },
     kPause},
    {"MyNetwork",
     []() -> std::unique_ptr<WaitingBench> {
       return std::make_unique<SocketBench>(kNetworks[1], my_clock());
     },
     kPause},
};
INSTANTIATE_TEST_SUITE_P(Ports, WaitingContract, testing::ValuesIn(kWaiting), kNameOf);

}  // namespace
}  // namespace deviceflow::test
