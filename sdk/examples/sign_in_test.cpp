#include <deviceflow.hpp>
#include <deviceflow/testing.hpp>
#include <iostream>
#include <sstream>

using deviceflow::json_response;

// The application's own function, which is tested here.
void sign_in(deviceflow::Session& session, std::ostream& screen) {
  const auto token = session.sign_in([&](const deviceflow::DeviceAuthorization& codes) {
    screen << "Enter " << codes.user_code << " at " << codes.verification_uri << "\n";
  });
  screen << (token.ok() ? "Welcome!" : token.error().label()) << "\n";
}

int main() {
  deviceflow::VirtualWorld world;
  int pending_polls = 2;
  world.on_request = [&](const deviceflow::HttpRequest& request) -> deviceflow::VirtualResponse {
    if (request.url == "https://id.example.com/device") {
      return json_response(200, R"({"device_code": "1", "user_code": "WDJB-MJHT", "interval": 5,
        "verification_uri": "https://id.example.com/activate", "expires_in": 600})");
    }
    if (pending_polls-- > 0) return json_response(400, R"({"error": "authorization_pending"})");
    return {json_response(200, R"({"access_token": "2", "token_type": "Bearer"})"),
            std::chrono::milliseconds(300)};  // which pass on the virtual clock alone
  };
  deviceflow::Config config("https://id.example.com", "my-tv");
  config.endpoints.device_authorization = "https://id.example.com/device";
  config.endpoints.token = "https://id.example.com/token";
  deviceflow::Session session(config, std::make_shared<deviceflow::MemoryStore>(), world.ports());
  const auto begin = world.clock.steady_now();

  std::ostringstream approved;
  sign_in(session, approved);
  const bool waited = world.clock.steady_now() - begin >= std::chrono::milliseconds(15300);

  pending_polls = 1000;  // until the code expires
  std::ostringstream expired;
  sign_in(session, expired);

  const std::string codes = "Enter WDJB-MJHT at https://id.example.com/activate\n";
  if (waited && approved.str() == codes + "Welcome!\n" &&
      expired.str() == codes + "expired_token\n") {
    return 0;
  }
  std::cerr << approved.str() << expired.str() << world.requests.size() << " requests\n";
  return 1;
}
