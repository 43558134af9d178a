#include <deviceflow.hpp>
#include <future>
#include <iostream>

int main() {
  deviceflow::Session session({"https://id.example.com", "my-game", "openid"});
  deviceflow::Cancel cancel;  // set() it when the player goes back
  std::promise<deviceflow::DeviceAuthorization> shown;
  const auto codes = shown.get_future().share();
  auto token = std::async(std::launch::async, [&] {
    return session.sign_in([&](const auto& received) { shown.set_value(received); }, cancel);
  });
  while (token.wait_for(std::chrono::milliseconds(16)) != std::future_status::ready) {
    if (codes.wait_for(std::chrono::seconds(0)) == std::future_status::ready) {
      std::cout << codes.get().verification_uri << " " << codes.get().user_code << "\n";
    }
  }
  return token.get().ok() ? 0 : 1;
}
