#include <deviceflow/file_store.hpp>
#include <deviceflow/session.hpp>
#include <iostream>

int main() {
  deviceflow::ClientConfig config;
  config.issuer = "https://id.example.com";
  config.client_id = "my-tv";
  deviceflow::Client client(std::move(config));
  deviceflow::FileStoreOptions where;
  where.directory = deviceflow::default_store_directory();
  deviceflow::FileStore store(where);
  deviceflow::Session session(client, store);

  auto token = session.access_token();
  if (!token.ok() && deviceflow::needs_sign_in(token.error())) {
    deviceflow::LoginRequest request;
    request.scope = "openid offline_access";
    deviceflow::LoginEvents events;
    events.on_prompt = [](const deviceflow::DeviceAuthorization& codes) {
      std::cout << "Open " << codes.verification_uri << " and enter " << codes.user_code << "\n";
    };
    const auto stored = session.sign_in(session.login(request, events));
    if (!stored.ok()) {
      std::cerr << stored.error().message << "\n";
      return 1;
    }
    token = session.access_token();
  }
  if (!token.ok()) {
    std::cerr << token.error().message << "\n";
    return 1;
  }
  // token->token goes into the Authorization header of a request to the API, and nowhere else.
}
