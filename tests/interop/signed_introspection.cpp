// Asks for a signed answer about a token (RFC 9701), as a resource server does.
// Usage: signed_introspection ISSUER CLIENT_ID SECRET [AUDIENCE] < TOKEN
// Prints the answer as JSON, or "reason: message" of an error.
#include <deviceflow/session.hpp>
#include <deviceflow/store.hpp>
#include <iostream>
#include <memory>
#include <string>

int main(int count, char** arguments) {
  using namespace deviceflow;
  std::string token;
  if (count < 4 || count > 5 || !std::getline(std::cin, token)) return 2;
  Config config(arguments[1], arguments[2]);
  config.client_secret = Secret(arguments[3]);
  Session session(std::move(config), std::make_shared<MemoryStore>());
  IntrospectionOptions options;
  options.form = IntrospectionForm::signed_jwt;
  if (count == 5) options.audience = arguments[4];
  const auto answer = session.introspect(Secret(token), options);
  if (!answer.ok()) {
    std::cout << answer.error().reason << ": " << answer.error().message << '\n';
    return 1;
  }
  std::cout << answer->members.reveal() << '\n';
}
