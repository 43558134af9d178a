#include "protocol/dialect.hpp"

#include <algorithm>
#include <deviceflow/json.hpp>
#include <optional>

#include "protocol/answer.hpp"

namespace deviceflow {

namespace {

using Kind = JsonValue::Kind;

// An answer's object while it is brought to the RFCs' form.
class Mending {
 public:
  Mending(Answer answer, const Dialect& dialect) : answer_(std::move(answer)), dialect_(dialect) {}

  void use_names() {
    for (const auto& [theirs, ours] : dialect_.members) {
      if (!answer_.has(theirs) || answer_.has(ours)) continue;
      JsonValue value = answer_.object->find(theirs)->copy();
      put(ours, std::move(value), Quirk::member_name);
    }
  }

  void find_error() {
    if (answer_.has("access_token") || answer_.has("device_code")) return;
    for (const ErrorWord& word : dialect_.errors) {
      const std::string_view text = answer_.text(word.member);
      if (text.empty() || (!word.value.empty() && text != word.value)) continue;
      Quirk quirk = Quirk::error_in_other_member;
      if (word.member == "error") quirk = Quirk::error_code_alias;
      if (word.member == "error_description") quirk = Quirk::error_code_in_description;
      put("error", JsonValue::string(word.means.empty() ? text : word.means), quirk);
      return;
    }
  }

  void judge_status() {
    if (answer_.html || answer_.has("error") || answer_.has("access_token")) return;
    for (const auto& [status, code] : dialect_.statuses) {
      if (status == answer_.status) put("error", JsonValue::string(code), Quirk::error_by_status);
    }
  }

  void find_end() {
    const auto& codes = dialect_.ends_sign_in;
    if (std::find(codes.begin(), codes.end(), answer_.error_code()) == codes.end()) return;
    put("error", JsonValue::string("invalid_grant"), Quirk::error_code_alias);
  }

  void add_expiry() {
    if (dialect_.expires_in == 0 || !answer_.has("device_code") || answer_.has("expires_in"))
      return;
    put("expires_in", JsonValue::integer(dialect_.expires_in), Quirk::expires_in_missing);
  }

  void add_token_type() {
    if (dialect_.token_type.empty() || !answer_.has("access_token") || answer_.has("token_type")) {
      return;
    }
    put("token_type", JsonValue::string(dialect_.token_type), Quirk::token_type_missing);
  }

  void split_scope() {
    std::string scope(answer_.text("scope"));
    if (dialect_.scope_separator == ' ' ||
        scope.find(dialect_.scope_separator) == std::string::npos)
      return;
    std::replace(scope.begin(), scope.end(), dialect_.scope_separator, ' ');
    put("scope", JsonValue::string(scope), Quirk::scope_as_list);
  }

  // The answer with what was changed.
  HttpResponse finish(HttpResponse response) && {
    if (!changed_) return response;
    response.body = to_secret_json(*answer_.object);
    set_header(response.headers, "Content-Type", "application/json");
    response.quirks.add(answer_.quirks);
    return response;
  }

 private:
  void put(std::string_view name, JsonValue value, Quirk quirk) {
    if (!answer_.object) answer_.object = JsonValue::object();
    answer_.object = with_member(*answer_.object, name, std::move(value));
    answer_.quirks.add(quirk);
    changed_ = true;
  }

  Answer answer_;
  const Dialect& dialect_;
  bool changed_ = false;
};

}  // namespace

OAuthRequest to_dialect(OAuthRequest request, const Dialect& dialect) {
  const bool start = request.stage == Stage::device_authorization;
  if (!start && request.stage != Stage::token) return request;
  const RequestDialect& step = start ? dialect.device_authorization : dialect.token;
  for (const std::string& name : step.resend) {
    if (!request.form.has(name)) request.form.add(name, request.context.get(name));
  }
  for (Form::Field& field : request.form.fields()) {
    if (field.name == "grant_type" && !step.grant_type.empty()) {
      field.value = Secret(step.grant_type);
    }
    for (const auto& [ours, theirs] : step.rename) {
      if (field.name != ours) continue;
      field.name = theirs;
      break;
    }
  }
  for (const auto& [name, value] : step.add) {
    if (!request.form.has(name)) request.form.add(name, value);
  }
  request.withheld.insert(request.withheld.end(), step.remove.begin(), step.remove.end());
  return request;
}

HttpResponse from_dialect(HttpResponse response, Stage stage, const Dialect& dialect) {
  const bool start = stage == Stage::device_authorization;
  if (!start && stage != Stage::token && stage != Stage::refresh) return response;
  Mending mending(read_answer(response), dialect);
  mending.use_names();
  mending.find_error();
  if (stage == Stage::token) mending.judge_status();
  if (stage == Stage::refresh) mending.find_end();
  if (start) mending.add_expiry();
  mending.add_token_type();
  mending.split_scope();
  return std::move(mending).finish(std::move(response));
}

}  // namespace deviceflow
