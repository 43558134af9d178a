#include "protocol/tolerances.hpp"

#include <algorithm>
#include <optional>

#include "foundation/json.hpp"
#include "protocol/answer.hpp"
#include "protocol/grant_answer.hpp"

namespace deviceflow {

namespace {

using Kind = JsonValue::Kind;

// A response's object while it is brought to the RFCs' form.
class Normalizer {
 public:
  Normalizer(Answer answer, const Tolerances& tolerances)
      : answer_(std::move(answer)), rules_(tolerances) {}

  void use_names() {
    for (const auto& [theirs, ours] : rules_.members) {
      if (!answer_.has(theirs) || answer_.has(ours)) continue;
      JsonValue value = *answer_.object->find(theirs);
      put(ours, std::move(value), Quirk::member_name);
    }
  }

  void find_error(Stage stage) {
    if (answer_.has("access_token") || answer_.has("device_code")) return;
    for (const ErrorWord& word : rules_.errors) {
      const std::string_view text = answer_.text(word.member);
      if (text.empty() || (!word.value.empty() && text != word.value)) continue;
      if (!word.error.empty() && answer_.error_code() != word.error) continue;
      // The codes of RFC 8628 section 3.5 are about the code that is polled for.
      if (stage != Stage::token && is_polling_code(word.means)) continue;
      put("error", JsonValue::string(word.means.empty() ? text : word.means), quirk_of(word));
      return;
    }
  }

  void use_status() {
    if (answer_.html || answer_.has_error() || answer_.has("access_token")) return;
    for (const auto& [status, code] : rules_.statuses) {
      if (status == answer_.status) put("error", JsonValue::string(code), Quirk::error_by_status);
    }
  }

  void find_end() {
    const auto& codes = rules_.ends_sign_in;
    if (std::find(codes.begin(), codes.end(), answer_.error_code()) == codes.end()) return;
    put("error", JsonValue::string("invalid_grant"), Quirk::error_code_alias);
  }

  void add_expiry() {
    if (rules_.expires_in == 0 || !answer_.has("device_code") || answer_.has("expires_in")) return;
    put("expires_in", JsonValue::integer(rules_.expires_in), Quirk::expires_in_missing);
  }

  void add_token_type() {
    if (rules_.token_type.empty() || !answer_.has("access_token") || answer_.has("token_type")) {
      return;
    }
    put("token_type", JsonValue::string(rules_.token_type), Quirk::token_type_missing);
  }

  void split_scope() {
    std::string scope(answer_.text("scope"));
    if (rules_.scope_separator == ' ' || scope.find(rules_.scope_separator) == std::string::npos)
      return;
    std::replace(scope.begin(), scope.end(), rules_.scope_separator, ' ');
    put("scope", JsonValue::string(scope), Quirk::scope_as_list);
  }

  void finish(HttpResponse& response) const {
    if (!changed_ || answer_.is_unreadable()) return;
    response.body = to_secret_json(without_unreadable_texts(*answer_.object));
    if (!answer_.html) set_header(response.headers, "Content-Type", "application/json");
    response.quirks.add(answer_.quirks);
  }

 private:
  static Quirk quirk_of(const ErrorWord& word) {
    if (!word.error.empty() && word.means == "authorization_pending") {
      return Quirk::pending_as_refusal;
    }
    if (word.member == "error") return Quirk::error_code_alias;
    if (word.member == "error_description") return Quirk::error_code_in_description;
    return Quirk::error_in_other_member;
  }

  void put(std::string_view name, JsonValue value, Quirk quirk) {
    if (!answer_.object) answer_.object = JsonValue::object();
    answer_.object = with_member(*answer_.object, name, std::move(value));
    answer_.quirks.add(quirk);
    changed_ = true;
  }

  Answer answer_;
  const Tolerances& rules_;
  bool changed_ = false;
};

}  // namespace

void Tolerances::rewrite(OAuthRequest& request) const {
  const bool start = request.stage == Stage::device_authorization;
  if (!start && request.stage != Stage::token) return;
  const RequestTolerances& step = start ? device_authorization : token;
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
  if (step.client_id) request.names_client = true;
  for (const auto& [name, value] : step.add) {
    if (!request.form.has(name)) request.form.add(name, value);
  }
  request.withheld.insert(request.withheld.end(), step.remove.begin(), step.remove.end());
}

void Tolerances::normalize(HttpResponse& response, Stage stage) const {
  const bool start = stage == Stage::device_authorization;
  if (!start && stage != Stage::token && stage != Stage::refresh) return;
  Normalizer normalizer(read_answer(response), *this);
  normalizer.use_names();
  normalizer.find_error(stage);
  if (stage == Stage::token) normalizer.use_status();
  if (stage == Stage::refresh) normalizer.find_end();
  if (start) normalizer.add_expiry();
  normalizer.add_token_type();
  normalizer.split_scope();
  normalizer.finish(response);
}

}  // namespace deviceflow
