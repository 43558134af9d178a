// The clients and people the sandbox knows. None of these secrets protects anything.
#ifndef DEVICEFLOW_SANDBOX_CLIENTS_HPP
#define DEVICEFLOW_SANDBOX_CLIENTS_HPP

#include <deviceflow/http.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "messages.hpp"

namespace deviceflow::sandbox {

enum class ClientAuthentication { none, basic, post };

struct Client {
  std::string_view id;
  std::string_view name;    ///< What the user's page calls it.
  std::string_view device;  ///< What kind of thing it runs on.
  ClientAuthentication authentication = ClientAuthentication::none;
  std::string_view secret;
};

struct Person {
  std::string_view name;  ///< What the user's page and a scenario call them.
  std::string_view subject;
  std::string_view full_name;
  std::string_view username;
  std::string_view email;
};

/// demo-tv (public), demo-basic and demo-post (secret: the id and "-secret"), and
/// demo-resource-server, which introspects.
std::span<const Client> clients();
const Client* find_client(std::string_view id);
std::span<const Person> people();
/// By name, without regard to case.
const Person* find_person(std::string_view name);

struct BasicCredentials {
  std::string id;
  std::string secret;
};
/// Reads an Authorization header with the Basic scheme, form-decoding both halves (RFC 6749 section
/// 2.3.1). Empty where it can't be read.
std::optional<BasicCredentials> read_basic(std::string_view authorization);

/// Which client sent a request, or why that can't be said.
struct ClientVerdict {
  const Client* client = nullptr;
  /// Set where `client` is null.
  Response refusal;
  /// A rule the request broke on the way; may be set beside either.
  std::optional<Violation> violation;
};
/// `identification_rule` is the row that wants the client to name itself at this endpoint.
ClientVerdict identify_client(const Request& request, const Form& form,
                              std::string_view identification_rule);

}  // namespace deviceflow::sandbox

#endif
