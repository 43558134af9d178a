// Links deviceflow::core and nothing else: floors 1 and 2 stand on their own.
#include <deviceflow/device_login.hpp>

int main() {
  deviceflow::DeviceLogin login(deviceflow::DeviceLoginOptions{});
  const auto step = login.step(deviceflow::SteadyTime{});
  return std::holds_alternative<deviceflow::DeviceLogin::Send>(step) ? 0 : 1;
}
