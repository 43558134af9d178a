#include <deviceflow/device_authorization.hpp>
#include <deviceflow/poll_schedule.hpp>
#include <deviceflow/token.hpp>
#include <deviceflow/url.hpp>

#include "protocol/answer.hpp"

namespace deviceflow {

namespace {

constexpr Stage kStage = Stage::device_authorization;

// Names the protocol owns; a caller's extra parameter must not collide with them (row D-3.1-4).
constexpr std::string_view kReserved[] = {"client_id",
                                          "client_secret",
                                          "client_assertion",
                                          "client_assertion_type",
                                          "scope",
                                          "grant_type",
                                          "device_code",
                                          "code_challenge",
                                          "code_verifier",
                                          "code_challenge_method",
                                          "token",
                                          "refresh_token"};

Error bad_argument(std::string message) {
  return make_error(Blame::caller, ErrorCode::invalid_argument, Stage::usage, std::move(message));
}

// The check of row D-3.3-3: what a person is asked to open must be an absolute https URL that can't
// hide where it leads.
Result<void> check_verification_uri(std::string_view uri, bool sandbox, int status) {
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
  Error error = make_error(Blame::protocol, ErrorCode::verification_uri_refused, kStage,
                           "The verification URI that the server sent " + problem +
                               ", so it is not shown. Ask whoever runs the server.");
  error.http_status = status;
  return error;
}

Error missing(const Answer& answer, const char* member) {
  return unusable_answer(answer, kStage,
                         std::string("The device authorization answer has no usable ") + member +
                             " (RFC 8628 section 3.2).");
}

Error refusal(const Answer& answer, const Redactor& redactor) {
  if (!answer.error_code().empty()) return oauth_error(answer, kStage, redactor);
  if (answer.redirect()) return redirect_refused(answer, kStage);
  std::string problem = answer.problem;
  if (problem.empty()) problem = "It holds neither codes nor an OAuth error.";
  return unusable_answer(answer, kStage, problem);
}

}  // namespace

DeviceAuthorization DeviceAuthorization::copy() const {
  return {device_code.copy(), user_code, verification_uri, verification_uri_complete, expires_in,
          interval,           quirks};
}

Result<OAuthRequest> make_device_authorization_request(
    const DeviceAuthorizationParameters& parameters) {
  const auto scope = check_scope(parameters.scope);
  if (!scope.ok()) return scope.error();
  OAuthRequest request;
  request.stage = kStage;
  request.url = parameters.endpoint;
  request.form.add("scope", parameters.scope);
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
  const Answer answer = read_answer(response);
  if (!answer.object || !answer.error_code().empty() || !answer.success() || answer.html) {
    return refusal(answer, redactor);
  }
  DeviceAuthorization codes;
  codes.quirks = answer.quirks;
  if (answer.status != 200) codes.quirks.add(Quirk::unexpected_status);

  codes.device_code = Secret(answer.text("device_code"));
  if (codes.device_code.empty()) return missing(answer, "device_code");
  codes.user_code = answer.text("user_code");
  if (codes.user_code.empty()) return missing(answer, "user_code");

  codes.verification_uri = answer.text("verification_uri");
  if (!answer.has("verification_uri") && answer.has("verification_url")) {
    codes.verification_uri = answer.text("verification_url");
    codes.quirks.add(Quirk::verification_url);
  }
  if (codes.verification_uri.empty()) return missing(answer, "verification_uri");
  const auto plain = check_verification_uri(codes.verification_uri, sandbox, answer.status);
  if (!plain.ok()) return plain.error();

  std::string_view complete = answer.text("verification_uri_complete");
  if (!answer.has("verification_uri_complete") && answer.has("verification_url_complete")) {
    complete = answer.text("verification_url_complete");
    codes.quirks.add(Quirk::verification_url);
  }
  if (!complete.empty()) {
    const auto good = check_verification_uri(complete, sandbox, answer.status);
    if (!good.ok()) return good.error();
    codes.verification_uri_complete = std::string(complete);
  }

  const JsonValue* life = answer.object->find("expires_in");
  const auto expires_in = life == nullptr ? std::nullopt : read_seconds(*life, false, codes.quirks);
  if (!expires_in || expires_in->count() == 0) return missing(answer, "expires_in");
  codes.expires_in = *expires_in;
  codes.interval = settle_interval(answer.object->find("interval"), codes.expires_in,
                                   PollPolicy{}.default_interval, codes.quirks);
  return codes;
}

}  // namespace deviceflow
