// Servers that differ from the RFCs do so in families: another spelling of the same name, another
// word for the same state, the right code in the wrong member. What is read here are the families,
// so that a server nobody has met yet is understood as well. Nothing is taken that could mean
// something else: that is for a description to say (provider.hpp).
#include "protocol/grant_answer.hpp"

#include <algorithm>
#include <vector>

#include "foundation/ascii.hpp"
#include "foundation/json.hpp"

namespace deviceflow {

namespace {

using Kind = JsonValue::Kind;

constexpr std::string_view kMembers[] = {"device_code",
                                         "user_code",
                                         "verification_uri",
                                         "verification_uri_complete",
                                         "expires_in",
                                         "interval",
                                         "access_token",
                                         "token_type",
                                         "refresh_token",
                                         "id_token",
                                         "scope",
                                         "error",
                                         "error_description"};

constexpr std::size_t kNone = std::size(kMembers);

// Which of kMembers `key` is in another spelling, or kNone.
std::size_t rfc_member(std::string_view key) {
  constexpr std::size_t kLongest = 64;
  if (key.size() > kLongest) return kNone;
  std::string plain = ascii::plain_name(key);
  const std::size_t url = plain.find("verificationurl");
  if (url == 0) plain.replace(0, std::string_view("verificationurl").size(), "verificationuri");
  for (std::size_t i = 0; i < kNone; ++i) {
    if (plain == ascii::plain_name(kMembers[i])) return i;
  }
  return kNone;
}

// The RFCs' name for `key`, or empty if it is no member of theirs.
std::string_view rfc_name(std::string_view key) {
  const std::size_t member = rfc_member(key);
  return member == kNone ? std::string_view() : kMembers[member];
}

void use_rfc_names(Answer& answer) {
  // Looked up once: a response may hold thousands of spellings of one name.
  bool taken[kNone] = {};
  for (std::size_t i = 0; i < kNone; ++i) taken[i] = answer.has(kMembers[i]);
  JsonValue out = JsonValue::object();
  for (const auto& [key, value] : answer.object->members()) {
    const std::size_t member = rfc_member(key);
    const std::string_view name = member == kNone ? std::string_view() : kMembers[member];
    if (member == kNone || (name != key && taken[member])) {
      out.set(key, value);
      continue;
    }
    const bool none = name == "error" ? says_nothing(value) : value.is(Kind::null);
    if (none && name != "interval") {  // that one has its own rules
      answer.quirks.add(Quirk::null_member);
      continue;
    }
    out.set(name, value);
    taken[member] = true;
    const bool url = ascii::plain_name(key) != ascii::plain_name(name);
    if (url) answer.quirks.add(Quirk::verification_url);
    if (key != name && !(url && key.find("_url") != std::string::npos))
      answer.quirks.add(Quirk::member_name);
  }
  answer.object = std::move(out);
}

// True where `text` is `word` as servers write it: "Authorization Pending",
// "AuthorizationPendingException". Makes no copy: a description may hold a device code.
bool says(std::string_view text, std::string_view word) {
  constexpr std::string_view kSuffix = "exception";
  const std::size_t longest = word.size() + kSuffix.size();
  std::size_t at = 0;
  for (const char c : text) {
    if (c == '_' || c == '-' || c == ' ') continue;
    if (at == longest) return false;
    const char expected = at < word.size() ? word[at] : kSuffix[at - word.size()];
    if (ascii::lower(c) != expected) return false;
    ++at;
  }
  return at == word.size() || at == longest;
}

// Other servers' words for the RFCs' codes, without their spelling.
struct Word {
  std::string_view plain;
  std::string_view code;
};
constexpr Word kWords[] = {{"authorizationpending", "authorization_pending"},
                           {"slowdown", "slow_down"},
                           {"expiredtoken", "expired_token"},
                           {"tokenexpired", "expired_token"},
                           {"codeexpired", "expired_token"},
                           {"accessdenied", "access_denied"},
                           {"authorizationdeclined", "access_denied"},
                           {"incorrectdevicecode", "invalid_grant"},
                           {"badverificationcode", "invalid_grant"}};
// The first three words are said about a device code and nothing else, wherever they stand.
constexpr std::size_t kOwnWords = 3;

std::string_view own_word(std::string_view text) {
  for (std::size_t i = 0; i < kOwnWords; ++i) {
    if (says(text, kWords[i].plain)) return kWords[i].code;
  }
  return {};
}

// RFC 6749, RFC 6750, RFC 7009, RFC 8628, RFC 8707, RFC 9396, RFC 9449, OpenID Connect Core.
constexpr std::string_view kStandardCodes[] = {"authorization_pending",
                                               "slow_down",
                                               "access_denied",
                                               "expired_token",
                                               "invalid_request",
                                               "invalid_client",
                                               "invalid_grant",
                                               "invalid_scope",
                                               "unauthorized_client",
                                               "unsupported_grant_type",
                                               "unsupported_token_type",
                                               "server_error",
                                               "temporarily_unavailable",
                                               "invalid_token",
                                               "insufficient_scope",
                                               "invalid_target",
                                               "invalid_authorization_details",
                                               "invalid_dpop_proof",
                                               "use_dpop_nonce",
                                               "interaction_required",
                                               "login_required",
                                               "consent_required",
                                               "account_selection_required"};

// One of those words as the whole of a member where errors stand.
std::string_view own_word_in(const JsonValue& object) {
  constexpr std::string_view kPlaces[] = {"code", "errorcode", "message", "reason", "status"};
  for (const auto& [key, value] : object.members()) {
    const std::string plain = ascii::plain_name(key);
    if (std::find(std::begin(kPlaces), std::end(kPlaces), plain) == std::end(kPlaces)) continue;
    const std::string_view word = own_word(value.as_string().value_or(""));
    if (!word.empty()) return word;
  }
  return {};
}

// The one error that stands there as an object or in an array; or null.
const JsonValue* nested_error(const JsonValue& object) {
  for (const char* name : {"error", "errors"}) {
    const JsonValue* value = object.find(name);
    if (value == nullptr) continue;
    if (value->is(Kind::array) && value->items().size() == 1) return &value->items().front();
    if (value->is(Kind::object)) return value;
  }
  return nullptr;
}

bool is_known(std::string_view code) {
  return std::find(std::begin(kStandardCodes), std::end(kStandardCodes), code) !=
             std::end(kStandardCodes) ||
         std::any_of(std::begin(kWords), std::end(kWords),
                     [&](const Word& word) { return says(code, word.plain); });
}

// RFC 6749 section 5.2 allows no other characters.
bool is_code(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c > 0x20 && c < 0x7F && c != '"' && c != '\\';
  });
}

// The code in a nested error: a known one, or else any, if `any`.
std::string_view code_in(const JsonValue& error, bool any) {
  std::vector<std::string_view> texts{error.as_string().value_or("")};
  for (const auto& [key, value] : error.members()) {
    const std::string plain = ascii::plain_name(key);
    if (plain != "code" && plain != "error" && plain != "errorcode") continue;
    texts.push_back(value.as_string().value_or(""));
  }
  for (const std::string_view text : texts) {
    if (is_known(text)) return text;
  }
  for (const std::string_view text : texts) {
    if (any && is_code(text)) return text;
  }
  return {};
}

void set_error(Answer& answer, std::string_view code) {
  answer.object = with_member(*answer.object, "error", JsonValue::string(code));
  answer.quirks.add(Quirk::error_in_other_member);
}

// What belongs to the code: for a person to read, and how long to wait.
void lift(const JsonValue& error, Answer& answer) {
  for (const auto& [key, value] : error.members()) {
    std::string_view name = rfc_name(key);
    if (name.empty() && (key == "message" || key == "description")) name = "error_description";
    if (name != "error_description" && name != "interval") continue;
    if (!answer.has(name)) answer.object->set(name, value);
  }
}

void find_error(Answer& answer) {
  if (!answer.error_code().empty()) return;
  if (answer.has("access_token") || answer.has("device_code")) return;
  const std::string_view word = own_word_in(*answer.object);
  if (!word.empty()) return set_error(answer, word);
  // Under a status that says "not now" a gateway's own word must not decide.
  find_nested_error(answer, !answer.passing_status());
}

}  // namespace

void find_nested_error(Answer& answer, bool any) {
  if (!answer.object || !answer.error_code().empty()) return;
  const JsonValue* found = nested_error(*answer.object);
  if (found == nullptr) return;
  const JsonValue error = *found;
  std::string_view code = own_word_in(error);
  if (code.empty()) code = code_in(error, any);
  if (code.empty()) return;
  set_error(answer, code);
  lift(error, answer);
}

Answer read_grant_answer(const HttpResponse& response) {
  Answer answer = read_answer(response);
  if (!answer.object) return answer;
  use_rfc_names(answer);
  find_error(answer);
  return answer;
}

bool repeats_status(const Answer& answer) noexcept {
  if (!answer.passing_status() && !is_missing(answer.status)) return false;
  const std::string_view text = answer.error_code();
  if (text.empty() || is_known(text)) return false;
  if (!is_code(text)) return true;
  constexpr std::string_view kPhrases[] = {
      "notfound",       "methodnotallowed",   "notimplemented", "internalservererror", "badgateway",
      "gatewaytimeout", "serviceunavailable", "requesttimeout", "toomanyrequests",     "tooearly"};
  return std::any_of(std::begin(kPhrases), std::end(kPhrases),
                     [&](std::string_view phrase) { return says(text, phrase); });
}

bool is_polling_code(std::string_view code) noexcept {
  return code == "authorization_pending" || code == "slow_down" || code == "access_denied" ||
         code == "expired_token";
}

std::string_view rfc_error_code(const Answer& answer, Quirks& quirks) {
  const std::string_view said = answer.error_code();
  for (const Word& word : kWords) {
    if (!says(said, word.plain)) continue;
    if (said != word.code) quirks.add(Quirk::error_code_alias);
    return word.code;
  }
  // A code for everything, and the real one as the whole description. Under any other code the
  // description decides nothing.
  if (said != "invalid_grant" && said != "invalid_request") return said;
  const std::string_view description = answer.text("error_description");
  std::string_view code = own_word(description);
  if (description == "access_denied") code = description;
  if (said == "invalid_grant" && description == "invalid_request") code = said;  // unknown code
  if (code.empty()) return said;
  quirks.add(Quirk::error_code_in_description);
  return code;
}

std::optional<std::string> read_granted_scope(const JsonValue& scope, Quirks& quirks) {
  if (const auto text = scope.as_string()) return std::string(*text);
  if (!scope.is(Kind::array)) return std::nullopt;
  std::string out;
  for (const JsonValue& item : scope.items()) {
    const auto word = item.as_string();
    if (!word) return std::nullopt;
    if (!word->empty()) out += (out.empty() ? "" : " ") + std::string(*word);
  }
  quirks.add(Quirk::scope_as_list);
  return out;
}

}  // namespace deviceflow
