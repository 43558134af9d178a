#include "trace.hpp"

#include <array>
#include <utility>

#include "settings.hpp"

namespace deviceflow::demo {

namespace {

// Times beyond that are no times; sums of a few stay far from overflow.
constexpr std::int64_t kMostMilliseconds = std::chrono::milliseconds(kLongest).count();
constexpr std::int64_t kMostUnixSeconds = 253402300799;  // the end of the year 9999

constexpr std::array kStages{Stage::discovery,     Stage::device_authorization,
                             Stage::token,         Stage::id_token,
                             Stage::introspection, Stage::refresh,
                             Stage::revocation,    Stage::userinfo};

using Kind = TransportFailure::Kind;
constexpr std::array kFailures{Kind::dns,        Kind::refused,       Kind::timeout,
                               Kind::connection, Kind::tls_handshake, Kind::tls_untrusted,
                               Kind::too_large,  Kind::cancelled,     Kind::local};

// Takes members of an object and remembers the first that can't be used.
class Members {
 public:
  Members(const JsonValue* object, std::string& problem) : object_(object), problem_(problem) {}

  std::string_view text(std::string_view key) {
    const JsonValue* value = find(key);
    const auto text = value != nullptr ? value->as_string() : std::nullopt;
    if (!text) complain(key);
    return text.value_or(std::string_view());
  }

  std::int64_t number(std::string_view key, std::int64_t most) {
    const JsonValue* value = find(key);
    const auto number = value != nullptr ? value->as_integer() : std::nullopt;
    if (number && *number >= 0 && *number <= most) return *number;
    complain(key);
    return 0;
  }

  bool flag(std::string_view key) {
    const JsonValue* value = find(key);
    const auto flag = value != nullptr ? value->as_bool() : std::nullopt;
    if (!flag) complain(key);
    return flag.value_or(false);
  }

  // A value out of `all`, by its name.
  template <typename T, std::size_t N>
  T one_of(std::string_view key, const std::array<T, N>& all) {
    const std::string_view text = this->text(key);
    for (const T value : all) {
      if (name(value) == text) return value;
    }
    complain(key);
    return all.front();
  }

  std::vector<Header> headers(std::string_view key) {
    std::vector<Header> out;
    const JsonValue* headers = find(key);
    if (headers == nullptr || !headers->is(JsonValue::Kind::object)) {
      complain(key);
      return out;
    }
    for (const auto& [name, value] : headers->members()) {
      for (const JsonValue& one : value.items()) add(out, name, one);
      if (!value.is(JsonValue::Kind::array)) add(out, name, value);
    }
    return out;
  }

  const JsonValue* find(std::string_view key) const {
    return object_ != nullptr ? object_->find(key) : nullptr;
  }

  void complain(std::string_view key) {
    if (problem_.empty()) problem_ = key;
  }

 private:
  void add(std::vector<Header>& out, const std::string& name, const JsonValue& value) {
    if (!value.is(JsonValue::Kind::string)) return complain(name);
    out.push_back({name, Secret(*value.as_string())});
  }

  const JsonValue* object_;
  std::string& problem_;
};

HttpRequest read_request(const JsonValue* object, std::string& problem) {
  Members in(object, problem);
  HttpRequest out;
  out.method = in.one_of("method", std::array{Method::get, Method::post});
  out.url = in.text("url");
  out.headers = in.headers("headers");
  return out;
}

HttpResponse read_response(const JsonValue* object, std::string& problem) {
  Members in(object, problem);
  HttpResponse out;
  out.status = static_cast<int>(in.number("status", 999));
  out.headers = in.headers("headers");
  const JsonValue* body = in.find("body");
  if (body == nullptr) {
    in.complain("body");
  } else if (body->is(JsonValue::Kind::string)) {
    out.body = Secret(*body->as_string());  // what was no JSON, or what stands in its place
  } else {
    out.body = to_secret_json(*body);
  }
  return out;
}

ExchangeRecord read_exchange(const JsonValue& line, std::string& problem) {
  Members in(&line, problem);
  ExchangeRecord out;
  out.stage = in.one_of("stage", kStages);
  out.sent_at = SteadyTime(std::chrono::milliseconds(in.number("sent_at_ms", kMostMilliseconds)));
  if (in.find("sent_at_unix") != nullptr) {
    const std::chrono::seconds wall(in.number("sent_at_unix", kMostUnixSeconds));
    out.sent_at_wall = WallTime(wall);
  }
  out.duration = std::chrono::milliseconds(in.number("duration_ms", kMostMilliseconds));
  out.request = read_request(in.find("request"), problem);
  if (const JsonValue* response = in.find("response")) {
    out.response = read_response(response, problem);
    return out;
  }
  Members failure(in.find("failure"), problem);
  out.failure = TransportFailure{failure.one_of("kind", kFailures), failure.flag("nothing_sent"),
                                 std::string(failure.text("message"))};
  return out;
}

TracedOutcome read_outcome(const JsonValue& object, std::string& problem) {
  Members in(&object, problem);
  TracedOutcome out;
  out.at = SteadyTime(std::chrono::milliseconds(in.number("at_ms", kMostMilliseconds)));
  out.code = in.text("code");
  if (out.code != kTokensCode) out.stage = in.text("stage");
  out.profile = in.text("profile");
  const JsonValue* quirks = in.find("quirks");
  if (quirks == nullptr || !quirks->is(JsonValue::Kind::array)) in.complain("quirks");
  if (quirks == nullptr) return out;
  for (const JsonValue& quirk : quirks->items()) {
    if (!quirk.as_string()) in.complain("quirks");
    out.quirks.emplace_back(quirk.as_string().value_or(""));
  }
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
    std::string problem;
    const JsonValue* outcome = parsed->find("outcome");
    if (outcome != nullptr) {
      login.outcome = read_outcome(*outcome, problem);
      trace.logins.push_back(std::exchange(login, {}));
    } else {
      login.exchanges.push_back(read_exchange(*parsed, problem));
    }
    if (!problem.empty()) return unreadable(number, "it has no usable \"" + problem + "\"");
  }
  if (!login.exchanges.empty()) trace.logins.push_back(std::move(login));
  return trace;
}

}  // namespace deviceflow::demo
