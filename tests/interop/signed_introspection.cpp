// Asks for a signed answer about a token (RFC 9701), as a resource server does.
// Usage: signed_introspection ISSUER CLIENT_ID SECRET [AUDIENCE] < TOKEN
// Prints the answer as JSON, or "reason: message" of an error.
#include <deviceflow/client.hpp>
#include <iostream>
#include <string>

int main(int count, char** arguments) {
  using namespace deviceflow;
  std::string token;
  if (count < 4 || count > 5 || !std::getline(std::cin, token)) return 2;
  Config config;
  config.issuer = arguments[1];
  config.client_id = arguments[2];
  config.client_secret = Secret(arguments[3]);
  Client client(std::move(config));
  IntrospectionOptions options;
  options.form = IntrospectionForm::signed_jwt;
  if (count == 5) options.audience = arguments[4];
  const auto answer = client.introspect(Secret(token), nullptr, options);
  if (!answer.ok()) {
    std::cout << answer.error().reason << ": " << answer.error().message << '\n';
    return 1;
  }
  std::cout << to_json(answer->members) << '\n';
}
