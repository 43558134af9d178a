#include <deviceflow/userinfo.hpp>

#include "protocol/challenge.hpp"
#include "protocol/grant_answer.hpp"

namespace deviceflow {

namespace {

constexpr Stage kStage = Stage::userinfo;
constexpr std::size_t kMaxNameBytes = 200;

// A resource server says in its challenge what an authorization server says in the body; whatever
// stands in the body then is meant for people.
void take_error_of_challenge(const HttpResponse& response, Answer& answer) {
  const std::string code = challenge_parameter(response, "Bearer", "error");
  if (code.empty()) return;
  answer.object = JsonValue::object();
  answer.object->set("error", code);
  answer.object->set("error_description",
                     challenge_parameter(response, "Bearer", "error_description"));
}

Error subject_mismatch(const Answer& answer) {
  Error error = make_error(Blame::protocol, ErrorCode::subject_mismatch, kStage,
                           "The UserInfo answer is about somebody else than the person who signed "
                           "in (OpenID Connect Core section 5.3.2). It was not used.");
  error.http_status = answer.status;
  return error;
}

}  // namespace

OAuthRequest make_userinfo_request(std::string_view endpoint, const Secret& access_token) {
  OAuthRequest request;
  request.stage = kStage;
  request.method = Method::get;
  request.url = std::string(endpoint);
  Secret credentials("Bearer ");
  credentials.append(access_token.reveal());
  request.headers.push_back({"Authorization", std::move(credentials)});
  return request;
}

Result<UserInfo> read_userinfo_response(const HttpResponse& response,
                                        std::optional<std::string_view> expected_subject,
                                        const Redactor& redactor) {
  Answer answer = read_answer(response);
  if (answer.redirect()) return redirect_refused(answer, kStage);
  if (!answer.success()) take_error_of_challenge(response, answer);
  if (!answer.success()) find_nested_error(answer);
  if (!answer.error_code().empty() && !answer.has("sub")) {
    return oauth_error(answer, kStage, redactor);
  }
  if (answer.status == 401 || answer.status == 403) {
    return unusable_answer(answer, kStage,
                           "The UserInfo endpoint did not accept the access token, and does not "
                           "say why.");
  }
  if (media_type(response) == "application/jwt") {
    return unusable_answer(answer, kStage,
                           "The UserInfo answer is signed or encrypted (application/jwt), which is "
                           "not supported. Have the server send this client plain JSON.");
  }
  if (!answer.object || answer.html || answer.quirks.has(Quirk::form_encoded_answer)) {
    return unusable_answer(answer, kStage,
                           answer.html ? "The answer is a web page." : answer.problem);
  }
  const std::string_view subject = answer.text("sub");
  if (answer.status != 200 || subject.empty()) {
    return unusable_answer(answer, kStage,
                           "The UserInfo answer has no member \"sub\" that is a non-empty string "
                           "(OpenID Connect Core section 5.3.2).");
  }
  if (expected_subject && subject != *expected_subject) return subject_mismatch(answer);
  UserInfo out;
  out.subject = std::string(subject);
  out.members = std::move(*answer.object);
  out.quirks = answer.quirks;
  return out;
}

std::string display_name(const UserInfo& info) {
  for (const char* claim : {"name", "preferred_username", "nickname", "email"}) {
    const JsonValue* value = info.members.find(claim);
    if (value == nullptr) continue;
    std::string cleaned = clean_text(value->display_text(), kMaxNameBytes);
    if (cleaned.find_first_not_of(' ') != std::string::npos) return cleaned;
  }
  return clean_text(info.subject, kMaxNameBytes);
}

}  // namespace deviceflow
