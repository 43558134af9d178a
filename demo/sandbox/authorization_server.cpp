#include "authorization_server.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "foundation/encoding.hpp"
#include "foundation/url.hpp"

namespace deviceflow::sandbox {

namespace {

constexpr std::size_t kMostViolations = 1000;
constexpr std::size_t kMostLogEntries = 10000;
constexpr std::size_t kTokenBytes = 32;

// Only these are written to the log as they stand: a path that nobody serves may hold anything.
constexpr std::array<std::string_view, 10> kPaths{"/.well-known/oauth-authorization-server",
                                                  "/.well-known/openid-configuration",
                                                  "/device_authorization",
                                                  "/token",
                                                  "/introspect",
                                                  "/revoke",
                                                  "/userinfo",
                                                  "/jwks",
                                                  "/device",
                                                  "/"};
constexpr std::array<std::string_view, 7> kMethods{"GET",    "POST",  "HEAD",   "PUT",
                                                   "DELETE", "PATCH", "OPTIONS"};

std::string known_or(std::string_view text, const auto& known, std::string_view otherwise) {
  const bool found = std::find(known.begin(), known.end(), text) != known.end();
  return std::string(found ? text : otherwise);
}

Response plain_text(int status, std::string text) {
  Response response;
  response.status = status;
  response.headers = {{"Content-Type", "text/plain; charset=utf-8"},
                      {"Cache-Control", "no-store"},
                      {"X-Content-Type-Options", "nosniff"}};
  response.body = std::move(text);
  return response;
}

Response not_found() {
  return plain_text(
      404, "Sandbox - nothing here is real, and there is nothing at this address either.\n");
}

// The host of a Host header, without its port.
std::string_view host_of(std::string_view header) {
  if (header.starts_with('[')) {
    const auto end = header.find(']');
    return end == std::string_view::npos ? std::string_view() : header.substr(1, end - 1);
  }
  return header.substr(0, header.find(':'));
}

bool is_address(std::string_view host) {
  return host.find_first_not_of("0123456789.") == std::string_view::npos ||
         host.find(':') != std::string_view::npos;
}

}  // namespace

AuthorizationServer::AuthorizationServer(Settings settings, Scenario scenario)
    : settings_(std::move(settings)),
      scenario_(std::move(scenario)),
      page_key_(settings_.random_bytes(kTokenBytes)) {}

// A web page whose name was made to point at this machine (DNS rebinding) may send requests here
// and read the responses; its name stands in the Host header. An address can't be borrowed like
// that.
bool AuthorizationServer::is_called_by_its_name(const Request& request) const {
  return std::all_of(request.headers.begin(), request.headers.end(), [this](const auto& header) {
    if (!equals_ignoring_case(header.first, "Host")) return true;
    const std::string_view host = host_of(header.second);
    if (host.empty()) return false;
    if (is_address(host) || host_reach(host) == HostReach::this_machine) return true;
    const auto page = parse_url(settings_.page_origin);
    return page.ok() && equals_ignoring_case(host, page->host);
  });
}

Response AuthorizationServer::handle(const Request& request, SteadyTime now) {
  if (!is_called_by_its_name(request)) {
    return plain_text(421, "Sandbox - it is not reached under that name, but at " +
                               (request.from_lan ? settings_.page_origin : settings_.issuer) +
                               "\n");
  }
  if (request.path().starts_with("/sandbox/") && !request.from_lan) return control(request, now);
  LogEntry entry;
  entry.at = now - settings_.started;
  entry.method = known_or(request.method, kMethods, "(other)");
  entry.path = known_or(request.path(), kPaths, "(other)");
  Response response = route(request, now, entry);
  entry.status = response.status;
  log_.push_back(std::move(entry));
  if (log_.size() > kMostLogEntries) log_.pop_front();
  return response;
}

Response AuthorizationServer::route(const Request& request, SteadyTime now, LogEntry& entry) {
  const std::string_view path = request.path();
  if (path == "/device") return user_page(request, now);
  // Over the local network, a phone reaches the page and nothing else.
  if (request.from_lan) return not_found();
  if (path == "/device_authorization") return device_authorization(request, now);
  if (path == "/token") return token(request, now, entry);
  if (path == "/introspect") return introspect(request, now);
  if (path == "/revoke") return revoke(request, now);
  if (path == "/userinfo") return userinfo(request, now);
  if (path == "/jwks" && settings_.signer.sign) return jwks(request);
  if (path.starts_with("/.well-known/")) return metadata(request);
  return not_found();
}

Response AuthorizationServer::metadata(const Request& request) const {
  const std::string_view path = request.path();
  if (path != "/.well-known/oauth-authorization-server" &&
      path != "/.well-known/openid-configuration") {
    return not_found();
  }
  if (request.method != "GET" && request.method != "HEAD") {
    Response response = oauth_error(405, "invalid_request", "Metadata is read with GET.");
    response.headers.emplace_back("Allow", "GET, HEAD");
    return response;
  }
  const std::string& issuer = settings_.issuer;
  nlohmann::ordered_json body;
  body["issuer"] = issuer;
  body["device_authorization_endpoint"] = issuer + "/device_authorization";
  body["token_endpoint"] = issuer + "/token";
  body["introspection_endpoint"] = issuer + "/introspect";
  body["revocation_endpoint"] = issuer + "/revoke";
  body["userinfo_endpoint"] = issuer + "/userinfo";
  if (settings_.signer.sign) {
    body["jwks_uri"] = issuer + "/jwks";
    body["id_token_signing_alg_values_supported"] = {"ES256"};
    body["subject_types_supported"] = {"public"};
  }
  body["grant_types_supported"] = {"urn:ietf:params:oauth:grant-type:device_code", "refresh_token"};
  body["code_challenge_methods_supported"] = {"S256"};
  body["response_types_supported"] = {"none"};
  body["token_endpoint_auth_methods_supported"] = {"none", "client_secret_basic",
                                                   "client_secret_post"};
  body["introspection_endpoint_auth_methods_supported"] = {"client_secret_basic",
                                                           "client_secret_post"};
  body["revocation_endpoint_auth_methods_supported"] = {"none", "client_secret_basic",
                                                        "client_secret_post"};
  body["scopes_supported"] = {"openid",         "profile", "email",
                              "offline_access", "photos",  "playlists"};
  return json_response(200, body);
}

DecisionResult AuthorizationServer::decide(std::string_view user_code, Decision decision,
                                           std::string_view person, SteadyTime now) {
  Grant* grant = find_by_user_code(user_code);
  if (grant != nullptr) decide_by_itself(*grant, now);
  const DecisionResult result = standing(grant, now);
  if (result != DecisionResult::done) return result;
  if (grant->state != Grant::State::pending) return DecisionResult::used_code;
  const Person* known = find_person(person);
  grant->state = decision == Decision::approve ? Grant::State::approved : Grant::State::denied;
  grant->person = std::string(known != nullptr ? known->name : people().front().name);
  return DecisionResult::done;
}

DecisionResult AuthorizationServer::answer_next(std::string_view user_code, ScriptedAnswer answer,
                                                SteadyTime now) {
  Grant* grant = find_by_user_code(user_code);
  const DecisionResult result = standing(grant, now);
  if (result == DecisionResult::done) grant->next_answer = std::move(answer);
  return result;
}

// Whether anything can still be done about a code.
DecisionResult AuthorizationServer::standing(const Grant* grant, SteadyTime now) {
  if (grant == nullptr) return DecisionResult::unknown_code;
  if (grant->finished) return DecisionResult::used_code;
  return now >= grant->expires ? DecisionResult::expired_code : DecisionResult::done;
}

std::string normalise_user_code(std::string_view typed) {
  std::string out;
  for (const char c : typed) {
    if (c >= 'a' && c <= 'z') {
      out += static_cast<char>(c - 'a' + 'A');
    } else if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) {
      out += c;
    }
  }
  return out;
}

Grant* AuthorizationServer::find_by_user_code(std::string_view typed) {
  const std::string wanted = normalise_user_code(typed);
  if (wanted.empty()) return nullptr;
  // The newest first: a short code may come up a second time.
  const auto found = std::find_if(grants_.rbegin(), grants_.rend(), [&](const Grant& grant) {
    return normalise_user_code(grant.user_code) == wanted;
  });
  return found == grants_.rend() ? nullptr : &*found;
}

std::string AuthorizationServer::random_token() {
  return base64url_encode(settings_.random_bytes(kTokenBytes));
}

void AuthorizationServer::violated(std::string rule, std::string detail) {
  if (violations_.size() < kMostViolations) {
    violations_.push_back({std::move(rule), std::move(detail)});
  }
}

}  // namespace deviceflow::sandbox
