#include "clients.hpp"

#include <array>
#include <cstdint>

#include "foundation/encoding.hpp"

namespace deviceflow::sandbox {

namespace {

constexpr std::array kClients{
    Client{"demo-tv", "Living-room TV", "TV", ClientAuthentication::none, ""},
    Client{"demo-basic", "Kitchen display", "display", ClientAuthentication::basic,
           "demo-basic-secret"},
    Client{"demo-post", "Hallway printer", "printer", ClientAuthentication::post,
           "demo-post-secret"},
    Client{"demo-resource-server", "Photo service", "device", ClientAuthentication::basic,
           "demo-resource-server-secret"},
};

constexpr std::array kPeople{
    Person{"Ada", "user-ada", "Ada Lovelace", "ada", "ada@sandbox.example"},
    Person{"Grace", "user-grace", "Grace Hopper", "grace", "grace@sandbox.example"},
    Person{"Linus", "user-linus", "Linus Pauling", "linus", "linus@sandbox.example"},
};

std::optional<std::string> base64_decode(std::string_view text) {
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  std::string out;
  std::uint32_t bits = 0;
  int have = 0;
  for (const char c : text) {
    std::uint32_t value = 0;
    if (c >= 'A' && c <= 'Z') {
      value = static_cast<std::uint32_t>(c - 'A');
    } else if (c >= 'a' && c <= 'z') {
      value = static_cast<std::uint32_t>(c - 'a') + 26;
    } else if (c >= '0' && c <= '9') {
      value = static_cast<std::uint32_t>(c - '0') + 52;
    } else if (c == '+' || c == '/') {
      value = c == '+' ? 62 : 63;
    } else {
      return std::nullopt;
    }
    bits = ((bits << 6) | value) & 0xFFFFFF;
    have += 6;
    if (have >= 8) {
      have -= 8;
      out += static_cast<char>((bits >> have) & 0xFF);
    }
  }
  return out;
}

ClientVerdict refuse(std::string_view description,
                     std::optional<Violation> violation = std::nullopt) {
  return {nullptr, invalid_client(description), std::move(violation)};
}

ClientVerdict two_methods() {
  ClientVerdict verdict;
  verdict.violation = {"T-2.3-1", "more than one client authentication method"};
  verdict.refusal =
      oauth_error(400, "invalid_request", "More than one client authentication method.");
  return verdict;
}

ClientVerdict by_basic(std::string_view authorization, const Form& form) {
  const auto credentials = read_basic(authorization);
  if (!credentials) {
    return refuse("The Authorization header is not readable Basic.",
                  Violation{"T-2.3.1-1",
                            "the Authorization header is not base64 of a form-encoded "
                            "id and secret"});
  }
  if (form.has("client_secret") || form.has("client_assertion") ||
      (form.has("client_id") && form.get("client_id") != credentials->id)) {
    return two_methods();
  }
  const Client* client = find_client(credentials->id);
  if (client == nullptr || client->authentication != ClientAuthentication::basic ||
      client->secret != credentials->secret) {
    return refuse("No such client, or the wrong secret, or not registered for Basic.");
  }
  ClientVerdict verdict;
  verdict.client = client;
  return verdict;
}

}  // namespace

std::span<const Client> clients() {
  return kClients;
}

const Client* find_client(std::string_view id) {
  for (const Client& client : kClients) {
    if (client.id == id) return &client;
  }
  return nullptr;
}

std::span<const Person> people() {
  return kPeople;
}

const Person* find_person(std::string_view name) {
  for (const Person& person : kPeople) {
    if (equals_ignoring_case(person.name, name)) return &person;
  }
  return nullptr;
}

std::optional<BasicCredentials> read_basic(std::string_view authorization) {
  constexpr std::string_view kScheme = "Basic ";
  if (authorization.size() < kScheme.size() ||
      !equals_ignoring_case(authorization.substr(0, kScheme.size()), kScheme)) {
    return std::nullopt;
  }
  const auto pair = base64_decode(authorization.substr(kScheme.size()));
  if (!pair) return std::nullopt;
  const auto colon = pair->find(':');
  if (colon == std::string::npos) return std::nullopt;
  auto id = form_decode(std::string_view(*pair).substr(0, colon));
  auto secret = form_decode(std::string_view(*pair).substr(colon + 1));
  if (!id || !secret) return std::nullopt;
  return BasicCredentials{std::move(*id), std::move(*secret)};
}

ClientVerdict identify_client(const Request& request, const Form& form,
                              std::string_view identification_rule) {
  if (const auto authorization = find_header(request.headers, "Authorization")) {
    return by_basic(*authorization, form);
  }
  if (form.has("client_secret") && form.has("client_assertion")) return two_methods();
  if (!form.has("client_id")) {
    ClientVerdict verdict;
    verdict.refusal = oauth_error(400, "invalid_request", "client_id is missing.");
    verdict.violation = {std::string(identification_rule), "no client_id and no authentication"};
    return verdict;
  }
  const Client* client = find_client(form.get("client_id"));
  if (client == nullptr) {
    return refuse("No such client.",
                  Violation{std::string(identification_rule), "the client_id is not registered"});
  }
  switch (client->authentication) {
    case ClientAuthentication::none:
      if (form.has("client_secret")) return refuse("This client has no secret.");
      break;
    case ClientAuthentication::basic:
      return refuse("This client authenticates with Basic.",
                    Violation{std::string(identification_rule),
                              "a client registered for Basic did not authenticate with it"});
    case ClientAuthentication::post:
      if (!form.has("client_secret")) {
        return refuse("client_secret is missing.",
                      Violation{std::string(identification_rule),
                                "a client that holds a secret did not authenticate"});
      }
      if (form.get("client_secret") != client->secret) return refuse("The wrong secret.");
  }
  ClientVerdict verdict;
  verdict.client = client;
  return verdict;
}

}  // namespace deviceflow::sandbox
