#include "exchange_row.hpp"

#include <algorithm>
#include <cstdint>
#include <deviceflow/messages.hpp>
#include <string_view>

#include "foundation/json.hpp"
#include "foundation/url.hpp"
#include "masking.hpp"

namespace deviceflow::demo {

namespace {

constexpr std::string_view kUnknown = "-";

struct Meaning {
  std::string text;
  Tone tone = Tone::neutral;
};

std::string status_words(int status) {
  return "HTTP " + std::to_string(status);
}

Meaning meaning_of(const Error& error) {
  const bool by_status = error.code == ErrorCode::invalid_response && error.http_status &&
                         (*error.http_status < 200 || *error.http_status > 299);
  return {by_status ? status_words(*error.http_status) : std::string(error.label()),
          error.retryable ? Tone::warning : Tone::bad};
}

// Refusals look the same at every endpoint, so any reader that knows OAuth errors will do.
Meaning refusal(const HttpResponse& response, const Redactor& secrets) {
  const auto answer = read_introspection_response(response, secrets);
  if (!answer.ok()) return meaning_of(answer.error());
  return {status_words(response.status), Tone::bad};
}

Meaning passing_fault(const HttpResponse& response, const std::string& reason,
                      const Redactor& secrets) {
  if (response.status >= 200 && response.status <= 299) return {reason, Tone::warning};
  return {refusal(response, secrets).text, Tone::warning};
}

Meaning token_meaning(const HttpResponse& response, const Redactor& secrets) {
  const TokenAnswer answer = read_token_response(response, secrets);
  using Kind = TokenAnswer::Kind;
  switch (answer.kind) {
    case Kind::tokens: return {"Tokens", Tone::good};
    case Kind::pending: return {"authorization_pending", Tone::muted};
    case Kind::slow_down: return {"slow_down", Tone::warning};
    case Kind::passing_fault: return passing_fault(response, answer.reason, secrets);
    case Kind::nonce_demanded: return {"use_dpop_nonce", Tone::warning};
    case Kind::denied: return {"access_denied", Tone::bad};
    case Kind::expired: return {"expired_token", Tone::bad};
    case Kind::refused: break;
  }
  return meaning_of(*answer.error);
}

Meaning device_authorization_meaning(const HttpResponse& response, const Redactor& secrets) {
  // Whether this provider may use plain http is the login's business.
  const auto answer = read_device_authorization_response(response, true, secrets);
  if (!answer.ok()) return meaning_of(answer.error());
  return {"Device authorization", Tone::good};
}

Meaning introspection_meaning(const HttpResponse& response, const Redactor& secrets) {
  const auto answer = read_introspection_response(response, secrets);
  if (!answer.ok()) return meaning_of(answer.error());
  if (answer->active) return {"active: true", Tone::good};
  return {"active: false", Tone::warning};
}

Meaning metadata_meaning(const HttpResponse& response, const Redactor& secrets) {
  // Which issuer was asked for is the login's business; here it is enough that there is one.
  Quirks ignored;
  const auto parsed = parse_response_json(response.body.reveal(), ignored);
  const JsonValue* issuer = parsed.ok() ? parsed->find("issuer") : nullptr;
  const auto text = issuer != nullptr ? issuer->as_string() : std::nullopt;
  const auto answer = read_metadata_response(text.value_or("-"), response, secrets);
  if (answer.ok()) return {"Metadata", Tone::good};
  return meaning_of(answer.error());
}

Meaning answer_meaning(Stage stage, const HttpResponse& response, const Redactor& secrets) {
  const bool success = response.status >= 200 && response.status <= 299;
  switch (stage) {
    case Stage::discovery: return metadata_meaning(response, secrets);
    case Stage::device_authorization: return device_authorization_meaning(response, secrets);
    case Stage::token: return token_meaning(response, secrets);
    case Stage::id_token:
      if (success) return {"Keys of the issuer", Tone::good};
      break;
    case Stage::introspection: return introspection_meaning(response, secrets);
    case Stage::revocation:
      if (success) return {"Revocation", Tone::neutral};
      break;
    case Stage::userinfo:
      if (success) return {"UserInfo", Tone::good};
      break;
    case Stage::refresh:
      if (success) return {"Refreshed", Tone::good};
      break;
    case Stage::store:
    case Stage::usage: break;
  }
  return refusal(response, secrets);
}

Tone tone_of(TransportFailure::Kind kind) {
  using Kind = TransportFailure::Kind;
  switch (kind) {
    case Kind::dns:
    case Kind::refused:
    case Kind::timeout:
    case Kind::connection:
    case Kind::tls_handshake: return Tone::warning;
    case Kind::cancelled: return Tone::muted;
    case Kind::tls_untrusted:
    case Kind::too_large:
    case Kind::local: break;
  }
  return Tone::bad;
}

Meaning meaning_of(const ExchangeRecord& record, const Redactor& secrets) {
  const HttpResponse* answer = record.effective_response();
  if (answer != nullptr) return answer_meaning(record.stage, *answer, secrets);
  if (!record.failure) return {std::string(kUnknown), Tone::neutral};
  return {std::string(name(record.failure->kind)), tone_of(record.failure->kind)};
}

std::string two_digits(std::int64_t number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

std::string time_words(std::optional<WallTime> time, std::chrono::seconds utc_offset) {
  if (!time) return std::string(kUnknown);
  constexpr std::int64_t kDay = 86400;
  const std::int64_t offset = utc_offset.count() % kDay;
  const std::int64_t of_day = time->time_since_epoch().count() % kDay + offset;
  const std::int64_t second = (of_day + 2 * kDay) % kDay;
  return two_digits(second / 3600) + ":" + two_digits(second / 60 % 60) + ":" +
         two_digits(second % 60);
}

// A number of thousandths as "1.2", or without fraction from ten on.
std::string short_number(std::int64_t thousandths) {
  const std::int64_t tenths = (thousandths + 50) / 100;
  if (tenths >= 100) return std::to_string((thousandths + 500) / 1000);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

std::string duration_words(SteadyTime::duration duration) {
  const std::int64_t ms = std::max<std::int64_t>(0, duration.count());
  return ms < 1000 ? std::to_string(ms) + " ms" : short_number(ms) + " s";
}

std::string size_words(std::size_t size) {
  const auto bytes = static_cast<std::int64_t>(size);
  if (bytes < 1000) return std::to_string(bytes) + " B";
  return bytes < 1000000 ? short_number(bytes) + " kB" : short_number(bytes / 1000) + " MB";
}

}  // namespace

ExchangeRow row_of(const ExchangeRecord& record, const Redactor& secrets,
                   std::chrono::seconds utc_offset) {
  const Presenter present(Secrets::masked, secrets);
  const auto url = parse_url(record.request.url);
  Meaning meaning = meaning_of(record, secrets);
  ExchangeRow row;
  row.time = time_words(record.sent_at_wall, utc_offset);
  row.method = name(record.request.method);
  row.url = present.text(record.request.url);
  row.path = url.ok() ? present.text(url->path.empty() ? "/" : url->path) : row.url;
  row.status = record.response ? std::to_string(record.response->status) : kUnknown;
  row.took = duration_words(record.duration);
  row.size = record.response ? size_words(record.response->body.size()) : kUnknown;
  row.meaning = present.text(meaning.text);
  row.tone = meaning.tone;
  row.timing = timing_of(record);
  return row;
}

}  // namespace deviceflow::demo
