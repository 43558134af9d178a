#include <deviceflow/introspection.hpp>

#include "protocol/answer.hpp"

namespace deviceflow {

namespace {
constexpr Stage kStage = Stage::introspection;
}

OAuthRequest make_introspection_request(std::string_view endpoint, const Secret& token) {
  OAuthRequest request;
  request.stage = kStage;
  request.url = std::string(endpoint);
  request.form.add("token", token.reveal());
  return request;
}

Result<Introspection> read_introspection_response(const HttpResponse& response,
                                                  const Redactor& redactor) {
  Answer answer = read_answer(response);
  if (answer.redirect()) return redirect_refused(answer, kStage);
  if (answer.status == 401 || answer.status == 403) {
    Error error = answer.error_code().empty() ? unusable_answer(answer, kStage, "")
                                              : oauth_error(answer, kStage, redactor);
    error.message =
        "The introspection endpoint did not accept the credentials that were shown to it. It says "
        "nothing about the token. Most servers want credentials of their own there.";
    return error;
  }
  if (!answer.error_code().empty() && !answer.has("active"))
    return oauth_error(answer, kStage, redactor);
  if (!answer.object || answer.html) {
    return unusable_answer(answer, kStage,
                           answer.html ? "The answer is a web page." : answer.problem);
  }
  const JsonValue* active = answer.object->find("active");
  if (answer.status != 200 || active == nullptr || !active->as_bool()) {
    return unusable_answer(
        answer, kStage,
        "The introspection answer has no boolean member \"active\" (RFC 7662 section 2.2).");
  }
  Introspection out;
  out.active = *active->as_bool();
  out.members = std::move(*answer.object);
  return out;
}

}  // namespace deviceflow
