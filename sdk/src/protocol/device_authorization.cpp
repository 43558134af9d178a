#include <algorithm>
#include <deviceflow/device_login.hpp>
#include <deviceflow/messages.hpp>
#include <deviceflow/secret.hpp>

#include "foundation/ascii.hpp"
#include "foundation/json.hpp"
#include "foundation/url.hpp"
#include "protocol/grant_answer.hpp"
#include "protocol/seconds.hpp"

namespace deviceflow {

namespace {

constexpr Stage kStage = Stage::device_authorization;
constexpr std::size_t npos = std::string_view::npos;

// Names the protocol owns; a caller's extra parameter must not collide with them (row D-3.1-4).
constexpr std::string_view kReserved[] = {"client_id",
                                          "client_secret",
                                          "client_assertion",
                                          "client_assertion_type",
                                          "scope",
                                          "grant_type",
                                          "device_code",
                                          "resource",
                                          "authorization_details",
                                          "code_challenge",
                                          "code_verifier",
                                          "code_challenge_method",
                                          "token",
                                          "refresh_token"};

Error bad_argument(std::string message) {
  return make_error(Blame::caller, ErrorCode::invalid_argument, Stage::usage, std::move(message));
}

// What a check of one part of the answer found, with the answer's status.
Error at_status(Error error, int status) {
  error.http_status = status;
  return error;
}

Error missing(const Answer& answer, const char* member, const Redactor& redactor) {
  return unusable_answer(answer, kStage,
                         std::string("The device authorization answer has no usable ") + member +
                             " (RFC 8628 section 3.2).",
                         redactor);
}

Error refusal(const Answer& answer, const Redactor& redactor) {
  if (!answer.error_code().empty() && !repeats_status(answer)) {
    return oauth_error(answer, kStage, redactor);
  }
  if (answer.redirect()) return redirect_refused(answer, kStage);
  std::string problem = answer.problem;
  if (problem.empty()) problem = "It holds neither codes nor an OAuth error.";
  return unusable_answer(answer, kStage, problem, redactor);
}

Error bad_resource(const std::string& resource) {
  return bad_argument("The resource \"" + resource +
                      "\" is no absolute URI without a fragment (RFC 8707 section 2).");
}

// RFC 3986 section 4.3. Not parse_url(): a resource may be a urn.
bool is_absolute_uri(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size()) return false;
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto is_scheme_char = [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
  };
  const std::string_view scheme = text.substr(0, colon);
  return is_letter(scheme.front()) && std::all_of(scheme.begin(), scheme.end(), is_scheme_char) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return c > 0x20 && c < 0x7F && std::string_view("\"#<>\\^`{|}").find(c) == npos;
         });
}

Result<void> check_details(std::string_view json) {
  const auto details = parse_json(json);
  if (!details.ok()) {
    return bad_argument("The authorization details can't be read as JSON. " +
                        details.error().message);
  }
  bool good = !details->items().empty();
  for (const JsonValue& item : details->items()) {
    const JsonValue* type = item.find("type");
    good = good && type != nullptr && !type->as_string().value_or("").empty();
  }
  if (good) return {};
  return bad_argument(
      "The authorization details have to be a JSON array of objects that each have a \"type\" "
      "(RFC 9396 section 2).");
}

// What the extensions of the grant add.
Result<void> add_extensions(const DeviceAuthorizationParameters& parameters, Form& form) {
  if (!parameters.code_challenge.empty()) {
    form.add("code_challenge", parameters.code_challenge);
    form.add("code_challenge_method", "S256");  // without it, the server would take it for "plain"
  }
  for (const std::string& resource : parameters.resources) {
    if (!is_absolute_uri(resource)) return bad_resource(resource);
    form.add("resource", resource);
  }
  if (parameters.authorization_details.empty()) return {};
  form.add("authorization_details", parameters.authorization_details);
  return check_details(parameters.authorization_details);
}

}  // namespace

Result<void> check_verification_uri(std::string_view uri, bool sandbox) {
  const auto url = parse_url(uri);
  std::string problem;
  if (!url.ok()) {
    problem = "is no absolute https URL";
  } else if (!url->userinfo.empty()) {
    problem = "carries a user name";
  } else if (url->scheme == "http") {
    if (!sandbox && host_reach(url->host) != HostReach::this_machine) {
      problem = "uses plain http";
    }
  } else if (url->scheme != "https") {
    problem = "is no https URL";
  }
  if (problem.empty()) return {};
  return make_error(Blame::protocol, ErrorCode::verification_uri_refused, kStage,
                    "The verification URI that the server sent " + problem +
                        ", so it is not shown. Ask the server's operator.");
}

Result<OAuthRequest> make_device_authorization_request(
    const DeviceAuthorizationParameters& parameters) {
  const auto scope = check_scope(parameters.scope);
  if (!scope.ok()) return scope.error();
  OAuthRequest request;
  request.stage = kStage;
  request.url = parameters.endpoint;
  request.names_client = true;
  request.form.add("scope", parameters.scope);
  const auto extensions = add_extensions(parameters, request.form);
  if (!extensions.ok()) return extensions.error();
  for (const auto& [name, value] : parameters.extra) {
    if (name.empty()) return bad_argument("A parameter without a name can't be sent.");
    for (const std::string_view reserved : kReserved) {
      if (name == reserved) {
        return bad_argument("The parameter \"" + name + "\" is set by deviceflow itself.");
      }
    }
    if (request.form.has(name)) {
      return bad_argument("The parameter \"" + name + "\" is given twice.");
    }
    request.form.add(name, value);
  }
  return request;
}

Result<DeviceAuthorization> read_device_authorization_response(const HttpResponse& response,
                                                               bool sandbox,
                                                               const Redactor& redactor) {
  const Answer answer = read_grant_answer(response);
  if (!answer.object || !answer.error_code().empty() || !answer.success() || answer.html) {
    return refusal(answer, redactor);
  }
  DeviceAuthorization codes;
  codes.quirks = answer.quirks;
  if (answer.status != 200) codes.quirks.add(Quirk::unexpected_status);

  codes.device_code = Secret(answer.text("device_code"));
  if (codes.device_code.empty() || !ascii::is_visible(codes.device_code.reveal())) {
    return missing(answer, "device_code", redactor);
  }
  codes.user_code = answer.text("user_code");
  // Nobody can read or type a code with invisible characters.
  if (codes.user_code.empty() || clean_text(codes.user_code, npos) != codes.user_code) {
    return missing(answer, "user_code", redactor);
  }

  codes.verification_uri = answer.text("verification_uri");
  if (codes.verification_uri.empty()) return missing(answer, "verification_uri", redactor);
  const auto plain = check_verification_uri(codes.verification_uri, sandbox);
  if (!plain.ok()) return at_status(plain.error(), answer.status);

  const JsonValue* complete = answer.object->find("verification_uri_complete");
  const std::string_view uri = answer.text("verification_uri_complete");
  if (!uri.empty() && check_verification_uri(uri, sandbox).ok()) {
    codes.verification_uri_complete = std::string(uri);
  } else if (complete != nullptr && !says_nothing(*complete)) {
    codes.quirks.add(Quirk::complete_uri_dropped);
  }

  const JsonValue* life = answer.object->find("expires_in");
  const auto expires_in = life == nullptr ? std::nullopt : read_seconds(*life, false, codes.quirks);
  if (!expires_in || expires_in->count() == 0) return missing(answer, "expires_in", redactor);
  codes.expires_in = *expires_in;
  codes.interval = settle_interval(answer.object->find("interval"), codes.expires_in,
                                   PollPolicy{}.default_interval, codes.quirks);
  return codes;
}

}  // namespace deviceflow
