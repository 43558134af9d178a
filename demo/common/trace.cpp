#include "trace.hpp"

#include <array>
#include <deviceflow/secret.hpp>
#include <utility>

#include "foundation/json.hpp"
#include "foundation/object_reader.hpp"
#include "settings.hpp"

namespace deviceflow::demo {

namespace {

// Times beyond that are no times; sums of a few stay far from overflow.
constexpr std::int64_t kMostMilliseconds = std::chrono::milliseconds(kLongest).count();

constexpr std::array kStages{Stage::discovery,     Stage::device_authorization,
                             Stage::token,         Stage::id_token,
                             Stage::introspection, Stage::refresh,
                             Stage::revocation,    Stage::userinfo};

using Kind = TransportFailure::Kind;
constexpr std::array kFailures{Kind::dns,        Kind::refused,       Kind::timeout,
                               Kind::connection, Kind::tls_handshake, Kind::tls_untrusted,
                               Kind::too_large,  Kind::cancelled,     Kind::local};

// The values by their names.
template <typename T, std::size_t N>
auto named(const std::array<T, N>& all) {
  std::vector<std::pair<std::string_view, T>> out;
  for (const T value : all) out.emplace_back(name(value), value);
  return out;
}

SteadyTime read_time(ObjectReader& in, std::string_view key) {
  std::chrono::milliseconds out{0};
  in.whole(key, 0, kMostMilliseconds, out);
  return SteadyTime(out);
}

std::vector<Header> read_headers(ObjectReader in) {
  std::vector<Header> out;
  in.each([&](const std::string& name) {
    const JsonValue* value = in.find(name);
    const auto add = [&](const JsonValue& one) {
      if (!one.as_string()) return in.must_be(name, "a string");
      out.push_back({name, Secret(*one.as_string())});
    };
    if (!value->is(JsonValue::Kind::array)) return add(*value);
    for (const JsonValue& one : value->items()) add(one);
  });
  return out;
}

HttpRequest read_request(ObjectReader in) {
  in.require({"method", "url", "headers"});
  HttpRequest out;
  in.one_of("method", named(std::array{Method::get, Method::post}), out.method);
  in.text("url", out.url);
  out.headers = read_headers(in.object("headers"));
  return out;
}

HttpResponse read_response(ObjectReader in) {
  in.require({"status", "headers", "body"});
  HttpResponse out;
  in.whole("status", 0, 999, out.status);
  out.headers = read_headers(in.object("headers"));
  const JsonValue* body = in.find("body");
  if (body == nullptr) return out;
  // A text was no JSON, or stands in its place.
  out.body = body->as_string() ? Secret(*body->as_string()) : to_secret_json(*body);
  return out;
}

TransportFailure read_failure(ObjectReader in) {
  in.require({"kind", "nothing_sent", "message"});
  TransportFailure out;
  in.one_of("kind", named(kFailures), out.kind);
  in.flag("nothing_sent", out.nothing_sent);
  in.text("message", out.message);
  return out;
}

ExchangeRecord read_exchange(ObjectReader in) {
  in.require({"stage", "sent_at_ms", "duration_ms", "request"});
  ExchangeRecord out;
  in.one_of("stage", named(kStages), out.stage);
  out.sent_at = read_time(in, "sent_at_ms");
  in.time("sent_at_unix", out.sent_at_wall);
  in.whole("duration_ms", 0, kMostMilliseconds, out.duration);
  out.request = read_request(in.object("request"));
  if (ObjectReader response = in.object("response")) {
    out.response = read_response(std::move(response));
  } else {
    out.failure = read_failure(in.object("failure"));
  }
  return out;
}

TracedOutcome read_outcome(ObjectReader in) {
  in.require({"at_ms", "code", "profile", "quirks"});
  TracedOutcome out;
  out.at = read_time(in, "at_ms");
  in.text("code", out.code);
  if (out.code != kTokensCode) in.require({"stage"});
  if (out.code != kTokensCode) in.text("stage", out.stage);
  in.text("profile", out.profile);
  in.texts("quirks", out.quirks);
  return out;
}

Error unreadable(std::size_t number, const std::string& why) {
  return usage_error("Line " + std::to_string(number) + " of the trace can't be used: " + why +
                     ". A trace is written by deviceflow login --trace FILE.");
}

}  // namespace

JsonValue to_trace(const LoginOutcome& outcome, SteadyTime at, std::string_view profile) {
  JsonValue inside = JsonValue::object();
  inside.set("at_ms", JsonValue::integer(at.time_since_epoch().count()));
  if (outcome.tokens.ok()) {
    inside.set("code", kTokensCode);
  } else {
    inside.set("code", outcome.tokens.error().label());
    inside.set("stage", name(outcome.tokens.error().stage));
  }
  JsonValue quirks = JsonValue::array();
  for (const Quirk quirk : outcome.quirks.list()) quirks.push(JsonValue::string(name(quirk)));
  inside.set("quirks", std::move(quirks));
  inside.set("profile", profile);
  JsonValue out = JsonValue::object();
  out.set("outcome", std::move(inside));
  return out;
}

Result<Trace> read_trace(std::string_view text) {
  Trace trace;
  TracedLogin login;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const auto parsed = parse_json(line);
    if (!parsed.ok()) {
      trace.cut_off = end == std::string_view::npos;
      if (trace.cut_off) break;
      return unreadable(number, "it is no JSON object");
    }
    if (!parsed->is(JsonValue::Kind::object)) return unreadable(number, "it is no JSON object");
    Fault fault;
    ObjectReader in(*parsed, fault);
    if (in.find("outcome") != nullptr) {
      login.outcome = read_outcome(in.object("outcome"));
      trace.logins.push_back(std::exchange(login, {}));
    } else {
      login.exchanges.push_back(read_exchange(std::move(in)));
    }
    if (fault.found()) {
      return unreadable(number, "it has no usable \"" + clean_text(fault.place, 100) + "\"");
    }
  }
  if (!login.exchanges.empty()) trace.logins.push_back(std::move(login));
  return trace;
}

}  // namespace deviceflow::demo
