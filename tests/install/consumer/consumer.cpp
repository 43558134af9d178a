// Uses the floors above the core, of an installed SDK.
#include <deviceflow/client.hpp>
#include <deviceflow/qr_code.hpp>
#include <iostream>

int main() {
  deviceflow::Config config;
  config.issuer = "http://id.example.com";  // refused before anything is sent
  config.client_id = "tv";
  deviceflow::Client client(std::move(config));
  const auto outcome = client.login({}, deviceflow::LoginEvents{});
  if (outcome.tokens.ok()) return 1;
  std::cout << outcome.tokens.error().label() << "\n";
  const auto qr = deviceflow::QrCode::encode("https://id.example.com/device?user_code=WDJB-MJHT");
  if (!qr.ok()) return 1;
  std::cout << qr->size() << " modules\n";
}
