// The contracts whose tests need sockets or time, run against what the SDK brings and against the
// templates.
#include "transport_contract.hpp"

#include <deviceflow/platform.hpp>

#include "my_clock.hpp"
#include "my_http_curl.hpp"
#include "waiter_contract.hpp"

namespace deviceflow::test {
namespace {

constexpr auto kNameOf = [](const auto& kind) { return std::string(kind.param.name); };

const TransportKind kTransports[] = {
    {"CurlTransport",
     [](const std::string& ca_file) -> std::shared_ptr<Transport> {
       CurlTransportOptions options;
       options.ca_file = ca_file;
       return std::make_shared<CurlTransport>(options);
     }},
    {"MyTransport",
     [](const std::string& ca_file) -> std::shared_ptr<Transport> {
       return std::make_shared<MyTransport>(std::make_unique<MyHttpCurl>(ca_file));
     }},
};
INSTANTIATE_TEST_SUITE_P(Ports, TransportContract, testing::ValuesIn(kTransports), kNameOf);

std::uint32_t milliseconds_since_start() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint32_t>(now.tv_sec * 1000 + now.tv_nsec / 1000000);
}

const WaiterKind kWaiters[] = {
    {"SystemWaiter",
     []() -> WaiterUnderTest {
       return {std::make_shared<SystemClock>(), std::make_shared<SystemWaiter>()};
     }},
    {"MyWaiter",
     []() -> WaiterUnderTest {
       MyHardware hardware{milliseconds_since_start, [] { return std::int64_t{0}; }};
       auto clock = std::make_shared<MyClock>(std::move(hardware));
       return {clock, std::make_shared<MyWaiter>(
                          *clock, [](auto time) { std::this_thread::sleep_for(time); })};
     }},
};
INSTANTIATE_TEST_SUITE_P(Ports, WaiterContract, testing::ValuesIn(kWaiters), kNameOf);

}  // namespace
}  // namespace deviceflow::test
