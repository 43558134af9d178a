#include <deviceflow/client.hpp>
#include <iostream>

int main() {
  deviceflow::ClientConfig config;
  config.issuer = "https://id.example.com";
  config.client_id = "my-tv";
  deviceflow::Client client(std::move(config));

  deviceflow::LoginRequest request;
  request.scope = "openid";
  const auto outcome = client.login(request, [](const deviceflow::DeviceAuthorization& codes) {
    std::cout << "Open " << codes.verification_uri << " and enter " << codes.user_code << "\n";
  });

  if (!outcome.tokens.ok()) {
    std::cerr << outcome.tokens.error().message << "\n";
    return 1;
  }
  std::cout << "Signed in.\n";  // outcome.tokens->access_token is the key to the API
}
