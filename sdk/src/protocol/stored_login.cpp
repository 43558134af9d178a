#include <climits>
#include <deviceflow/device_login.hpp>
#include <deviceflow/stored_login.hpp>

#include "foundation/ascii.hpp"
#include "foundation/json.hpp"
#include "foundation/object_reader.hpp"

namespace deviceflow {

namespace {

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
  put(out, "authorization_details", tokens.authorization_details);
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

// Within what this SDK counts with, so that no sum overflows later.
template <typename T>
void read_duration(ObjectReader& in, const char* key, T& to, std::int64_t least = 0) {
  in.whole(key, least, kLongest.count(), to);
}

// It goes into requests: what a server may not send doesn't come from a record either.
template <typename T>
void read_token(ObjectReader& in, const char* key, T& to) {
  std::string_view value;
  if (!in.text(key, value)) return;
  if (!ascii::is_visible(value)) in.must_be(key, "printable");
  to = T(value);
}

// The value of an enumeration that ends with `last`, by its name; `to` stays if there is none.
template <typename T>
void read_name(ObjectReader& in, const char* key, T last, T& to) {
  std::string_view text;
  in.text(key, text);
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    if (text == name(static_cast<T>(i))) to = static_cast<T>(i);
  }
}

TokenSet read_tokens(ObjectReader in) {
  TokenSet out;
  read_token(in, "access_token", out.access_token);
  read_token(in, "token_type", out.token_type);
  read_duration(in, "expires_in", out.expires_in);
  in.text("scope", out.scope);
  read_token(in, "refresh_token", out.refresh_token);
  in.text("id_token", out.id_token);
  std::string_view details;
  if (in.text("authorization_details", details)) {
    if (!parse_json(details).ok()) in.must_be("authorization_details", "JSON");
    out.authorization_details = std::string(details);
  }
  return out;
}

RefreshRefusal read_refusal(ObjectReader in) {
  RefreshRefusal out;
  in.text("reason", out.reason);
  in.text("message", out.message);
  in.text("description", out.description);
  in.time("at", out.at);
  read_duration(in, "wait", out.wait);
  return out;
}

RefreshFailure read_failure(ObjectReader in) {
  RefreshFailure out;
  Error& error = out.error;
  error.stage = Stage::refresh;
  read_name(in, "code", ErrorCode::store_io, error.code);
  read_name(in, "blame", Blame::storage, error.blame);
  in.flag("retryable", error.retryable);
  in.text("oauth_code", error.oauth_code);
  in.text("reason", error.reason);
  in.text("message", error.message);
  in.text("description", error.description);
  in.whole("http_status", INT_MIN, INT_MAX, error.http_status);
  in.text("host", error.details.host);
  in.text("port", error.details.port);
  in.text("proxy", error.details.proxy);
  in.text("setting", error.details.setting);
  in.text("file", error.details.file);
  in.time("at", out.at);
  read_duration(in, "wait", out.wait);
  return out;
}

PendingLogin read_pending(ObjectReader in) {
  in.require(
      {"device_code", "user_code", "verification_uri", "interval", "taken_at", "expires_at"});
  PendingLogin out;
  read_token(in, "device_code", out.device_code);
  in.text("user_code", out.user_code);
  in.text("verification_uri", out.verification_uri);
  in.text("verification_uri_complete", out.verification_uri_complete);
  read_duration(in, "interval", out.interval, 1);
  in.time("taken_at", out.taken_at);
  in.time("expires_at", out.expires_at);
  in.text("scope", out.scope);
  in.text("code_verifier", out.code_verifier);
  in.text("dpop_key", out.dpop_key);
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
  Fault fault;
  ObjectReader in(*parsed, fault);
  std::int64_t format = 0;
  if (!in.whole("format", 1, INT64_MAX, format)) return damaged("it has no format number");
  if (format > kStoredLoginFormat) return newer();
  in.require({"issuer", "client_id", "tokens"});
  StoredLogin out;
  in.text("issuer", out.issuer);
  in.text("client_id", out.client_id);
  in.text("account", out.account);
  in.text("subject", out.subject);
  in.time("received_at", out.received_at);
  in.time("expires_at", out.expires_at);
  in.text("dpop_key", out.dpop_key);
  in.text("certificate", out.certificate);
  in.texts("resources", out.resources);
  in.flag("revoked", out.revoked);
  out.tokens = read_tokens(in.object("tokens"));
  if (ObjectReader mark = in.object("refresh_begun")) {
    out.refresh_begun.emplace();
    mark.text("token_hash", out.refresh_begun->token_hash);
    mark.time("at", out.refresh_begun->at);
  }
  if (ObjectReader refusal = in.object("refused")) out.refused = read_refusal(std::move(refusal));
  if (ObjectReader failure = in.object("failed")) out.failed = read_failure(std::move(failure));
  if (ObjectReader pending = in.object("pending")) out.pending = read_pending(std::move(pending));
  if (fault.found()) return damaged("its member \"" + fault.place + "\" can't be used");
  return out;
}

}  // namespace deviceflow
