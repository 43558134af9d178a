// The contract whose tests need sockets and time, run against what the SDK brings and against the
// template.
#include "network_contract.hpp"

#include <deviceflow/platform.hpp>

#include "my_clock.hpp"
#include "my_http_curl.hpp"

namespace deviceflow::test {
namespace {

std::uint32_t milliseconds_since_start() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint32_t>(now.tv_sec * 1000 + now.tv_nsec / 1000000);
}

std::shared_ptr<Clock> my_clock() {
  return std::make_shared<MyClock>(
      MyHardware{milliseconds_since_start, [] { return std::int64_t{0}; }});
}

const NetworkKind kNetworks[] = {
    {"CurlNetwork",
     [](const std::string& ca_file) -> std::unique_ptr<Network> {
       CurlOptions options;
       options.ca_file = ca_file;
       return std::make_unique<CurlNetwork>(options);
     },
     []() -> std::shared_ptr<Clock> { return std::make_shared<SystemClock>(); }},
    {"MyNetwork",
     [](const std::string& ca_file) -> std::unique_ptr<Network> {
       return std::make_unique<MyNetwork>(
           [ca_file] { return std::make_unique<MyHttpCurl>(ca_file); }, my_clock());
     },
     my_clock},
};
INSTANTIATE_TEST_SUITE_P(Ports, NetworkContract, testing::ValuesIn(kNetworks),
                         [](const auto& kind) { return std::string(kind.param.name); });

}  // namespace
}  // namespace deviceflow::test
