// Uses the floors above the core, of an installed SDK.
#include <deviceflow.hpp>
#include <iostream>
#include <memory>

int main() {
  // Refused before anything is sent.
  deviceflow::Session session({"http://id.example.com", "tv"},
                              std::make_shared<deviceflow::MemoryStore>());
  const auto token = session.sign_in([](const deviceflow::DeviceAuthorization&) {});
  if (token.ok()) return 1;
  std::cout << token.error().label() << "\n";
  const auto qr = deviceflow::QrCode::encode("https://id.example.com/device?user_code=WDJB-MJHT");
  if (!qr.ok()) return 1;
  std::cout << qr->size() << " modules\n";
}
