#include "protocol/answer.hpp"

#include <algorithm>
#include <deviceflow/http.hpp>

#include "foundation/ascii.hpp"
#include "foundation/json.hpp"
#include "foundation/utf8.hpp"

namespace deviceflow {

namespace {

// A form as the object it should have been. Its numbers arrive as strings.
std::optional<JsonValue> object_from_form(std::string_view body) {
  while (!body.empty() && (body.back() == '\n' || body.back() == '\r')) body.remove_suffix(1);
  const auto form = Form::parse(body);
  if (!form || form->empty()) return std::nullopt;
  JsonValue object = JsonValue::object();
  for (const Form::Field& field : form->fields()) {
    if (object.find(field.name) != nullptr) return std::nullopt;
    const std::string_view value = field.value.reveal();
    if (utf8::is_valid(value)) {
      object.set(field.name, value);
    } else {
      std::string shown = clean_text(value, 3 * value.size());
      object.set(field.name, JsonValue::unreadable(shown));
      wipe(shown.data(), shown.size());
    }
  }
  return object;
}

// A form under no label of its own counts only where it holds what answers hold: any text could be
// read as a form.
bool is_grant_form(const std::optional<JsonValue>& object) {
  if (!object) return false;
  constexpr std::string_view kTelling[] = {"device_code", "access_token", "error"};
  return std::any_of(std::begin(kTelling), std::end(kTelling),
                     [&](std::string_view name) { return object->find(name) != nullptr; });
}

bool is_json_type(std::string_view type) {
  constexpr std::string_view suffix = "+json";
  return type == "application/json" || type == "text/json" ||
         (type.size() > suffix.size() && type.substr(type.size() - suffix.size()) == suffix);
}

// The text for people in a JSON error: of APIs and gateways ({"message":"…"}), of frameworks
// ({"status":404,"error":"Not Found"}), and of RFC 9457 (detail, title).
std::string_view message_in(const JsonValue& object, bool nested) {
  constexpr std::string_view kNames[] = {"errordescription", "message", "errormessage", "detail",
                                         "description",      "title",   "error"};
  for (const std::string_view name : kNames) {
    for (const JsonValue::Member& member : object.members()) {
      const std::string_view text = member.value.display_text();
      if (!text.empty() && ascii::plain_name(member.key) == name) return text;
    }
  }
  for (const char* name : {"error", "errors"}) {
    const JsonValue* inner = nested ? object.find(name) : nullptr;
    if (inner != nullptr && !inner->items().empty()) inner = &inner->items().front();
    if (inner == nullptr) continue;
    const std::string_view text = message_in(*inner, false);
    if (!text.empty()) return text;
  }
  return {};
}

// What a person can do about the server's error code; empty where nothing is known.
std::string_view advice(std::string_view code) {
  if (code == "invalid_client" || code == "unauthorized_client") {
    return " Check the client ID, its secret, and that the device grant is enabled for it.";
  }
  if (code == "invalid_scope") return " Check the requested scope.";
  if (code == "invalid_target") return " Check the requested resource.";
  if (code == "invalid_authorization_details") return " Check the authorization details.";
  if (code == "invalid_grant") return " Start the sign-in again.";
  if (code == "device_flow_disabled") return " Switch the device flow on for this client.";
  if (code == "invalid_token") return " The access token is no longer good. Sign in again.";
  if (code == "insufficient_scope") return " Sign in with a scope that allows this.";
  if (code == "unsupported_grant_type") return " The server does not offer the device grant.";
  if (code == "invalid_request") return " Check the client ID and the endpoints.";
  return "";
}

}  // namespace

bool is_missing(int status) noexcept {
  return status == 404 || status == 405 || status == 501;
}

bool Answer::passing_status() const noexcept {
  return status == 408 || status == 425 || status == 429 || (status >= 500 && status <= 599);
}

std::string_view Answer::text(std::string_view member) const noexcept {
  if (!object) return {};
  const JsonValue* value = object->find(member);
  if (value == nullptr) return {};
  return value->as_string().value_or(std::string_view());
}

std::string_view Answer::display_text(std::string_view member) const noexcept {
  const JsonValue* value = object ? object->find(member) : nullptr;
  return value == nullptr ? std::string_view() : value->display_text();
}

bool Answer::is_unreadable(std::string_view member) const noexcept {
  const JsonValue* value = object ? object->find(member) : nullptr;
  return value != nullptr && value->is_unreadable();
}

bool Answer::is_unreadable() const noexcept {
  return is_unreadable("access_token") || is_unreadable("token_type") || is_unreadable("error");
}

bool Answer::has_error() const noexcept {
  const JsonValue* value = object ? object->find("error") : nullptr;
  return value != nullptr && !says_nothing(*value);
}

bool Answer::has(std::string_view member) const noexcept {
  const JsonValue* value = object ? object->find(member) : nullptr;
  return value != nullptr && !value->is(JsonValue::Kind::null);
}

bool says_nothing(const JsonValue& value) noexcept {
  return value.is(JsonValue::Kind::null) || value.as_bool() == false || value.as_number() == 0.0 ||
         (value.is(JsonValue::Kind::string) && value.display_text().empty()) ||
         (value.is(JsonValue::Kind::array) && value.items().empty()) ||
         (value.is(JsonValue::Kind::object) && value.members().empty());
}

Answer read_answer(const HttpResponse& response) {
  Answer answer;
  answer.status = response.status;
  answer.quirks = response.quirks;
  const std::string type = media_type(response);
  answer.html = type == "text/html" || type == "application/xhtml+xml";
  const std::string_view body = response.body.reveal();
  auto parsed = parse_response_json(body, answer.quirks);
  if (!parsed.ok()) {
    answer.problem = why_unreadable(response, parsed.error());
    answer.refused_json = parsed.error().reason == kRefusedJson;
    auto form = answer.html ? std::nullopt : object_from_form(body);
    if (type == "application/x-www-form-urlencoded" || is_grant_form(form)) {
      answer.object = std::move(form);
    }
    if (answer.object) {
      answer.quirks.add(Quirk::form_encoded_answer);
      for (const JsonValue::Member& member : answer.object->members()) {
        if (member.value.is_unreadable()) answer.quirks.add(Quirk::unreadable_text);
      }
    }
  } else if (!parsed->is(JsonValue::Kind::object)) {
    answer.problem = "The answer is JSON, but no object.";
  } else {
    answer.object = std::move(*parsed);
    if (!is_json_type(type)) answer.quirks.add(Quirk::unexpected_content_type);
  }
  if (answer.html && !answer.object) answer.problem = "The answer is a web page.";
  return answer;
}

std::string why_unreadable(const HttpResponse& response, const Error& error) {
  const std::string_view coding = find_header(response.headers, "Content-Encoding").value_or("");
  if (coding.empty() || ascii::same(coding, "identity")) {
    return "The response can't be read. " + error.message;
  }
  // A long one is left out, since half a secret can't be recognized.
  const std::string shown = coding.size() > 40 ? "" : " \"" + clean_text(coding) + "\"";
  return "The response can't be read: its content coding" + shown +
         " is not supported, or the content is damaged.";
}

JsonValue without_unreadable_texts(const JsonValue& value) {
  JsonValue out;
  if (value.is(JsonValue::Kind::object)) {
    out = JsonValue::object();
    for (const JsonValue::Member& member : value.members()) {
      if (member.value.is_unreadable() && member.key != "error_description") continue;
      out.set(member.key, without_unreadable_texts(member.value));
    }
  } else if (value.is(JsonValue::Kind::array)) {
    out = JsonValue::array();
    for (const JsonValue& item : value.items()) {
      out.push(item.is_unreadable() ? JsonValue() : without_unreadable_texts(item));
    }
  } else {
    out = value;
  }
  return out;
}

JsonValue with_member(const JsonValue& object, std::string_view name, JsonValue value) {
  JsonValue out = JsonValue::object();
  for (const JsonValue::Member& member : object.members()) {
    if (member.key != name) out.set(member.key, member.value);
  }
  out.set(name, std::move(value));
  return out;
}

std::optional<WallTime> date_of(const HttpResponse& response) {
  const auto date = parse_http_date(find_header(response.headers, "Date").value_or(""));
  if (!date) return std::nullopt;
  return WallTime(std::chrono::seconds(*date));
}

Error oauth_error(const Answer& answer, Stage stage, const Redactor& redactor) {
  Error error = make_error(Blame::server, ErrorCode::oauth_error, stage, "");
  error.oauth_code = redactor.clean(answer.error_code(), 200);
  error.description = redactor.clean(answer.display_text("error_description"));
  error.http_status = answer.status;
  error.message = "The server refused: " + error.oauth_code + ".";
  error.message += advice(error.oauth_code);
  error.retryable = answer.passing_status();
  return error;
}

Error scrubbed(Error error, const Redactor& redactor) {
  error.message = redactor.scrub(error.message);
  return error;
}

Error unusable_answer(const Answer& answer, Stage stage, std::string_view problem,
                      const Redactor& redactor) {
  Error error =
      make_error(Blame::protocol, ErrorCode::invalid_response, stage, redactor.scrub(problem));
  const bool holds_secrets = answer.has("access_token") || answer.has("device_code");
  if (answer.object && !holds_secrets) {
    error.description = redactor.clean(message_in(*answer.object, true));
  }
  error.http_status = answer.status;
  error.retryable = answer.passing_status();
  if (!answer.success()) {
    error.reason = status_reason(answer.status);
    error.message = "The server answered with HTTP status " + std::to_string(answer.status) + ". " +
                    error.message;
  }
  return error;
}

Error redirect_refused(const Answer& answer, Stage stage) {
  Error error =
      make_error(Blame::protocol, ErrorCode::redirect_refused, stage,
                 "The server tried to redirect a request that carries secrets. It was not "
                 "followed. Check the endpoint's URL.");
  error.http_status = answer.status;
  return error;
}

std::string status_reason(int status) {
  return "http_" + std::to_string(status);
}

}  // namespace deviceflow
