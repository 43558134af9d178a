#include <deviceflow/json.hpp>
#include <deviceflow/poll_schedule.hpp>
#include <deviceflow/stored_login.hpp>

#include "foundation/ascii.hpp"

namespace deviceflow {

namespace {

using std::chrono::seconds;

// A record holds what one token answer held, and little more.
constexpr JsonLimits limits() {
  JsonLimits out;
  out.max_bytes = std::size_t{8} << 20;
  out.max_string_bytes = std::size_t{1} << 20;
  out.max_depth = 4;
  out.max_values = 200;
  return out;
}

Error damaged(std::string_view what) {
  return make_error(Blame::storage, ErrorCode::store_damaged, Stage::store,
                    "The stored login is damaged (" + std::string(what) +
                        "). It was left as it is; signing in again replaces it, and signing out "
                        "removes it.");
}

Error newer() {
  return make_error(Blame::storage, ErrorCode::store_newer_version, Stage::store,
                    "The stored login was written by a newer version of this program. It was left "
                    "as it is: update this program, or sign out and in again to replace it.");
}

// ---- Writing ------------------------------------------------------------------------------------

// A member without a value is left out.
void put(JsonValue& object, std::string_view key, std::string_view text) {
  if (!text.empty()) object.set(key, text);
}
void put(JsonValue& object, std::string_view key, std::optional<WallTime> time) {
  if (time) object.set(key, JsonValue::integer(time->time_since_epoch().count()));
}

JsonValue write_tokens(const TokenSet& tokens) {
  JsonValue out = JsonValue::object();
  put(out, "access_token", tokens.access_token.reveal());
  put(out, "token_type", tokens.token_type);
  if (tokens.expires_in) out.set("expires_in", JsonValue::integer(tokens.expires_in->count()));
  if (tokens.scope) out.set("scope", *tokens.scope);
  put(out, "refresh_token", tokens.refresh_token.reveal());
  put(out, "id_token", tokens.id_token.reveal());
  // As text, so that its shape is none of the record's limits' business.
  if (!tokens.authorization_details.is(JsonValue::Kind::null)) {
    out.set("authorization_details", to_json(tokens.authorization_details));
  }
  return out;
}

JsonValue write_refusal(const RefreshRefusal& refusal) {
  JsonValue out = JsonValue::object();
  put(out, "reason", refusal.reason);
  put(out, "message", refusal.message);
  put(out, "description", refusal.description);
  put(out, "at", refusal.at);
  out.set("wait", JsonValue::integer(refusal.wait.count()));
  return out;
}

JsonValue write_failure(const RefreshFailure& failure) {
  const Error& error = failure.error;
  JsonValue out = JsonValue::object();
  put(out, "code", name(error.code));
  put(out, "blame", name(error.blame));
  if (error.retryable) out.set("retryable", JsonValue::boolean(true));
  put(out, "oauth_code", error.oauth_code);
  put(out, "reason", error.reason);
  put(out, "message", error.message);
  put(out, "description", error.description);
  if (error.http_status) out.set("http_status", JsonValue::integer(*error.http_status));
  put(out, "host", error.details.host);
  put(out, "port", error.details.port);
  put(out, "proxy", error.details.proxy);
  put(out, "setting", error.details.setting);
  put(out, "file", error.details.file);
  put(out, "at", failure.at);
  out.set("wait", JsonValue::integer(failure.wait.count()));
  return out;
}

JsonValue write_pending(const PendingLogin& pending) {
  JsonValue out = JsonValue::object();
  put(out, "device_code", pending.device_code.reveal());
  put(out, "user_code", pending.user_code);
  put(out, "verification_uri", pending.verification_uri);
  if (pending.verification_uri_complete) {
    out.set("verification_uri_complete", *pending.verification_uri_complete);
  }
  out.set("interval", JsonValue::integer(pending.interval.count()));
  put(out, "taken_at", pending.taken_at);
  put(out, "expires_at", pending.expires_at);
  put(out, "scope", pending.scope);
  put(out, "code_verifier", pending.code_verifier.reveal());
  put(out, "dpop_key", pending.dpop_key.reveal());
  return out;
}

// ---- Reading ------------------------------------------------------------------------------------

// Takes members of one object and remembers the first that is of the wrong kind. Absent is fine.
class Members {
 public:
  Members(const JsonValue& object, std::string& problem) : object_(object), problem_(problem) {}

  std::string_view text(const char* key) {
    const JsonValue* value = object_.find(key);
    if (value == nullptr) return {};
    if (!value->as_string()) wrong(key);
    return value->as_string().value_or(std::string_view());
  }
  // It goes into requests: what a server may not send doesn't come from a record either.
  std::string_view token(const char* key) {
    const std::string_view value = text(key);
    if (!ascii::is_visible(value)) wrong(key);
    return value;
  }
  std::optional<std::string> optional_text(const char* key) {
    if (object_.find(key) == nullptr) return std::nullopt;
    return std::string(text(key));
  }
  std::optional<std::int64_t> whole(const char* key) {
    const JsonValue* value = object_.find(key);
    if (value == nullptr) return std::nullopt;
    if (!value->as_integer()) wrong(key);
    return value->as_integer();
  }
  // Both within what this SDK counts with, so that no sum overflows later.
  std::optional<seconds> duration(const char* key, std::int64_t least = 0) {
    const auto value = whole(key);
    if (!value) return std::nullopt;
    if (*value < least || *value > kLongest.count()) wrong(key);
    return seconds(*value);
  }
  std::optional<WallTime> time(const char* key) {
    constexpr std::int64_t year_9999 = 253402300799;
    const auto value = whole(key);
    if (!value) return std::nullopt;
    if (*value < 0 || *value > year_9999) wrong(key);
    return WallTime(seconds(*value));
  }
  std::vector<std::string> texts(const char* key) {
    std::vector<std::string> out;
    const JsonValue* value = object_.find(key);
    if (value == nullptr) return out;
    if (!value->is(JsonValue::Kind::array)) wrong(key);
    for (const JsonValue& item : value->items()) {
      if (!item.as_string()) wrong(key);
      out.emplace_back(item.as_string().value_or(std::string_view()));
    }
    return out;
  }
  bool flag(const char* key) {
    const JsonValue* value = object_.find(key);
    if (value != nullptr && !value->as_bool()) wrong(key);
    return value != nullptr && value->as_bool().value_or(false);
  }
  // An object below this one, or null.
  const JsonValue* object(const char* key) {
    const JsonValue* value = object_.find(key);
    if (value != nullptr && !value->is(JsonValue::Kind::object)) wrong(key);
    return value;
  }
  void must_have(const char* key) {
    if (object_.find(key) == nullptr) wrong(key);
  }

 private:
  void wrong(const char* key) {
    if (problem_.empty()) problem_ = key;
  }

  const JsonValue& object_;
  std::string& problem_;
};

TokenSet read_tokens(const JsonValue& object, std::string& problem) {
  Members in(object, problem);
  TokenSet out;
  out.access_token = Secret(in.token("access_token"));
  out.token_type = std::string(in.token("token_type"));
  out.expires_in = in.duration("expires_in");
  out.scope = in.optional_text("scope");
  out.refresh_token = Secret(in.token("refresh_token"));
  out.id_token = Secret(in.text("id_token"));
  if (const auto details = in.optional_text("authorization_details")) {
    auto parsed = parse_json(*details);
    if (!parsed.ok() && problem.empty()) problem = "authorization_details";
    if (parsed.ok()) out.authorization_details = std::move(*parsed);
  }
  return out;
}

RefreshRefusal read_refusal(const JsonValue& object, std::string& problem) {
  Members in(object, problem);
  RefreshRefusal out;
  out.reason = std::string(in.text("reason"));
  out.message = std::string(in.text("message"));
  out.description = std::string(in.text("description"));
  out.at = in.time("at");
  out.wait = in.duration("wait").value_or(out.wait);
  return out;
}

// The value of an enumeration that ends with `last`, by its name; `to` stays if there is none.
template <typename T>
void read_name(std::string_view text, T last, T& to) {
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    if (text == name(static_cast<T>(i))) to = static_cast<T>(i);
  }
}

RefreshFailure read_failure(const JsonValue& object, std::string& problem) {
  Members in(object, problem);
  RefreshFailure out;
  read_name(in.text("code"), ErrorCode::store_io, out.error.code);
  read_name(in.text("blame"), Blame::storage, out.error.blame);
  out.error.stage = Stage::refresh;
  out.error.retryable = in.flag("retryable");
  out.error.oauth_code = std::string(in.text("oauth_code"));
  out.error.reason = std::string(in.text("reason"));
  out.error.message = std::string(in.text("message"));
  out.error.description = std::string(in.text("description"));
  if (const auto status = in.whole("http_status"))
    out.error.http_status = static_cast<int>(*status);
  out.error.details.host = std::string(in.text("host"));
  out.error.details.port = std::string(in.text("port"));
  out.error.details.proxy = std::string(in.text("proxy"));
  out.error.details.setting = std::string(in.text("setting"));
  out.error.details.file = std::string(in.text("file"));
  out.at = in.time("at");
  out.wait = in.duration("wait").value_or(out.wait);
  return out;
}

PendingLogin read_pending(const JsonValue& object, std::string& problem) {
  Members in(object, problem);
  for (const char* key :
       {"device_code", "user_code", "verification_uri", "interval", "taken_at", "expires_at"}) {
    in.must_have(key);
  }
  PendingLogin out;
  out.device_code = Secret(in.token("device_code"));
  out.user_code = std::string(in.text("user_code"));
  out.verification_uri = std::string(in.text("verification_uri"));
  out.verification_uri_complete = in.optional_text("verification_uri_complete");
  out.interval = in.duration("interval", 1).value_or(out.interval);
  out.taken_at = in.time("taken_at").value_or(WallTime());
  out.expires_at = in.time("expires_at").value_or(WallTime());
  out.scope = std::string(in.text("scope"));
  out.code_verifier = Secret(in.text("code_verifier"));
  out.dpop_key = Secret(in.text("dpop_key"));
  return out;
}

}  // namespace

Secret to_record(const StoredLogin& login) {
  JsonValue out = JsonValue::object();
  out.set("format", JsonValue::integer(kStoredLoginFormat));
  out.set("issuer", login.issuer);
  out.set("client_id", login.client_id);
  put(out, "account", login.account);
  put(out, "subject", login.subject);
  out.set("tokens", write_tokens(login.tokens));
  if (!login.resources.empty()) {
    JsonValue resources = JsonValue::array();
    for (const std::string& one : login.resources) resources.push(JsonValue::string(one));
    out.set("resources", std::move(resources));
  }
  put(out, "received_at", login.received_at);
  put(out, "expires_at", login.expires_at);
  if (login.refresh_begun) {
    JsonValue mark = JsonValue::object();
    mark.set("token_hash", login.refresh_begun->token_hash);
    put(mark, "at", login.refresh_begun->at);
    out.set("refresh_begun", std::move(mark));
  }
  if (login.refused) out.set("refused", write_refusal(*login.refused));
  if (login.failed) out.set("failed", write_failure(*login.failed));
  if (login.revoked) out.set("revoked", JsonValue::boolean(true));
  put(out, "dpop_key", login.dpop_key.reveal());
  put(out, "certificate", login.certificate);
  if (login.pending) out.set("pending", write_pending(*login.pending));
  return to_secret_json(out);
}

Result<StoredLogin> read_record(const Secret& record) {
  const auto parsed = parse_json(record.reveal(), limits());
  if (!parsed.ok()) return damaged("it is not JSON, or not all of it");
  std::string problem;
  Members in(*parsed, problem);
  const auto format = in.whole("format");
  if (!format || *format < 1) return damaged("it has no format number");
  if (*format > kStoredLoginFormat) return newer();
  for (const char* key : {"issuer", "client_id", "tokens"}) in.must_have(key);
  StoredLogin out;
  out.issuer = std::string(in.text("issuer"));
  out.client_id = std::string(in.text("client_id"));
  out.account = std::string(in.text("account"));
  out.subject = std::string(in.text("subject"));
  out.received_at = in.time("received_at");
  out.expires_at = in.time("expires_at");
  out.dpop_key = Secret(in.text("dpop_key"));
  out.certificate = std::string(in.text("certificate"));
  out.resources = in.texts("resources");
  const JsonValue* tokens = in.object("tokens");
  if (tokens != nullptr) out.tokens = read_tokens(*tokens, problem);
  if (const JsonValue* mark = in.object("refresh_begun")) {
    Members members(*mark, problem);
    out.refresh_begun = RefreshMark{std::string(members.text("token_hash")), members.time("at")};
  }
  if (const JsonValue* refusal = in.object("refused")) {
    out.refused = read_refusal(*refusal, problem);
  }
  if (const JsonValue* failure = in.object("failed")) {
    out.failed = read_failure(*failure, problem);
  }
  out.revoked = in.flag("revoked");
  if (const JsonValue* pending = in.object("pending")) {
    out.pending = read_pending(*pending, problem);
  }
  if (!problem.empty()) return damaged("its member \"" + problem + "\" can't be used");
  return out;
}

}  // namespace deviceflow
