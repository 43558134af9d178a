#include <deviceflow.hpp>
#include <iostream>

int main() {
  deviceflow::Session session({"https://id.example.com", "my-tv", "openid offline_access"});
  auto show = [](auto& it) { std::cout << it.verification_uri << ": " << it.user_code << "\n"; };
  auto token = session.access_token();
  if (!token.ok() && needs_sign_in(token.error())) token = session.sign_in(show);
  if (!token.ok()) return std::cerr << token.error().message << "\n", 1;
  const auto api = session.authorize("PUT", "https://api.example.com/me/volume");
  if (!api.ok()) return std::cerr << api.error().message << "\n", 1;
  for (const auto& header : api->headers) std::cout << header.name << "\n";  // send them
}
