#include <deviceflow.hpp>
#include <iostream>

int main() {
  deviceflow::Session session({"https://id.example.com", "my-tv", "openid"});
  const auto token = session.sign_in([](const deviceflow::DeviceAuthorization& codes) {
    std::cout << "Open " << codes.verification_uri << " and enter " << codes.user_code << "\n";
  });
  if (!token.ok()) std::cerr << token.error().message << "\n";
  return token.ok() ? 0 : 1;
}
