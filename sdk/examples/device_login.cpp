#include <deviceflow.hpp>
#include <future>
#include <iostream>

namespace {

void draw(const deviceflow::DeviceAuthorization* codes) {
  if (codes != nullptr) std::cout << codes->verification_uri << " " << codes->user_code << "\n";
}

}  // namespace

int main() {
  deviceflow::SystemClock clock;
  deviceflow::SystemWaiter waiter;
  deviceflow::SystemRandom random;
  deviceflow::CurlTransport transport;
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
  std::future<deviceflow::TransportResult> pending;

  while (true) {
    const auto now = clock.steady_now();
    if (pending.valid() && pending.wait_for(std::chrono::seconds(0)) == std::future_status::ready) {
      auto result = pending.get();
      if (auto* response = std::get_if<deviceflow::HttpResponse>(&result)) {
        login.on_response(now, exchange.accept(std::move(*response)));
      } else {
        login.on_failure(now, std::get<deviceflow::TransportFailure>(result));
      }
    }
    if (!pending.valid()) {
      auto step = login.step(now);
      if (auto* send = std::get_if<deviceflow::DeviceLogin::Send>(&step)) {
        auto request = exchange.prepare(std::move(send->request), clock.wall_now(), random.bytes());
        if (request.ok()) {
          pending = std::async(std::launch::async, [&, ready = std::move(*request)] {
            return transport.send(ready, cancel);
          });
        } else {
          login.on_refused(request.error());
        }
      } else if (std::holds_alternative<deviceflow::DeviceLogin::Finished>(step)) {
        break;
      }
    }
    draw(login.codes());
    waiter.wait_until(now + std::chrono::milliseconds(16), cancel);  // the next frame
  }

  const auto outcome = login.take_outcome();
  std::cout << (outcome.tokens.ok() ? "Signed in." : outcome.tokens.error().message) << "\n";
  return outcome.tokens.ok() ? 0 : 1;
}
