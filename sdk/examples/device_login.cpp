#include <deviceflow.hpp>
#include <iostream>

namespace {

void draw(const deviceflow::DeviceAuthorization* codes) {
  if (codes != nullptr) std::cout << codes->verification_uri << " " << codes->user_code << "\n";
}

}  // namespace

int main() {
  deviceflow::SystemClock clock;
  deviceflow::SystemRandom random;
  deviceflow::CurlNetwork network;
  deviceflow::Cancel cancel;

  deviceflow::Exchange::Options how;
  auto client = deviceflow::make_client_auth(deviceflow::ClientAuth::none, "my-tv", {});
  if (!client.ok()) return 1;
  how.authenticator = std::move(*client);
  const deviceflow::Exchange exchange(std::move(how));

  deviceflow::DeviceLoginOptions options;
  options.request.endpoint = "https://id.example.com/device_authorization";
  options.request.scope = "openid";
  options.token_endpoint = "https://id.example.com/token";
  deviceflow::DeviceLogin login(std::move(options));

  while (true) {
    auto step = login.step(clock.steady_now());
    if (auto* send = std::get_if<deviceflow::DeviceLogin::Send>(&step)) {
      auto request = exchange.prepare(std::move(send->request), clock.wall_now(), random.bytes());
      if (request.ok()) network.start(1, std::move(*request));
      if (!request.ok()) login.on_refused(request.error());
    } else if (std::holds_alternative<deviceflow::DeviceLogin::Finished>(step)) {
      break;
    }
    draw(login.codes());
    std::vector<deviceflow::Network::Finished> finished;
    network.wait(clock.steady_now() + std::chrono::milliseconds(16), cancel, finished);
    for (auto& one : finished) {
      if (auto* response = std::get_if<deviceflow::HttpResponse>(&one.result)) {
        login.on_response(clock.steady_now(), exchange.accept(std::move(*response)));
      } else {
        login.on_failure(clock.steady_now(), std::get<deviceflow::TransportFailure>(one.result));
      }
    }
  }

  const auto outcome = login.take_outcome();
  std::cout << (outcome.tokens.ok() ? "Signed in." : outcome.tokens.error().message) << "\n";
  return outcome.tokens.ok() ? 0 : 1;
}
