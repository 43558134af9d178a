#include "scenario.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <initializer_list>
#include <utility>

#include "clients.hpp"
#include "foundation/json.hpp"
#include "foundation/object_reader.hpp"
#include "protocol/seconds.hpp"

namespace deviceflow::sandbox {

namespace {

constexpr std::chrono::milliseconds kDefaultInterval{5000};
constexpr std::chrono::milliseconds kDefaultLifetime{600000};
constexpr double kLongestSeconds = 315360000;  // Ten years keep every sum inside 64 bits.

// A number, or a number in a string, in whole seconds rounded up; empty for everything else.
std::optional<std::int64_t> seconds_of(const std::optional<JsonValue>& value) {
  if (!value) return std::nullopt;
  std::optional<double> number = value->as_number();
  if (const auto text = value->as_string()) {
    double parsed = 0;
    const auto end = text->data() + text->size();
    const auto [stop, problem] = std::from_chars(text->data(), end, parsed);
    if (problem == std::errc() && stop == end) number = parsed;
  }
  if (!number || !(*number > 0)) return std::nullopt;
  return static_cast<std::int64_t>(std::ceil(std::min(*number, kLongestSeconds)));
}

void read_seconds(ObjectReader& reader, std::string_view key, std::chrono::milliseconds& out) {
  const JsonValue* value = reader.find(key);
  if (value == nullptr) return;
  const double number = value->as_number().value_or(-1);
  if (!(number >= 0) || number > kLongestSeconds) return reader.must_be(key, "a number of seconds");
  out = std::chrono::milliseconds(std::llround(number * 1000));
}

template <typename Value>
using Words = std::initializer_list<std::pair<std::string_view, Value>>;

void read_headers(ObjectReader reader, HeaderList& out) {
  reader.each([&](const std::string& name) {
    std::string text;
    const bool good = reader.text(name, text) && !name.empty() &&
                      text.find_first_of("\r\n") == std::string::npos &&
                      name.find_first_of("\r\n: ") == std::string::npos;
    if (!good) return reader.must_be(name, "a header with a string");
    out.emplace_back(name, text);
  });
}

void read_body(ObjectReader& reader, ScriptedAnswer& out) {
  const JsonValue* body = reader.find("body");
  std::string error;
  reader.text("error", error);
  if (body != nullptr && !error.empty()) {
    reader.fail("error", "stands beside \"body\"; give one of them");
    return;
  }
  out.replaces = body != nullptr || !error.empty() || reader.find("status") != nullptr;
  JsonValue shorthand = JsonValue::object();
  if (!error.empty()) {
    shorthand.set("error", error);
    if (const JsonValue* interval = reader.find("interval")) {
      shorthand.set("interval", *interval);
    }
    body = &shorthand;
    if (reader.find("status") == nullptr) out.status = 400;
  } else if (reader.find("interval") != nullptr) {
    reader.fail("interval", "stands without \"error\"");
  }
  if (body == nullptr) return;
  const auto text = body->as_string();
  out.body = text ? std::string(*text) : to_json(*body);
  if (const JsonValue* code = body->find("error")) out.error = code->as_string().value_or("");
  if (const JsonValue* interval = body->find("interval")) out.interval = interval->as_integer();
  out.has_access_token = body->find("access_token") != nullptr;
  if (!out.body.empty() && !find_header(out.headers, "Content-Type")) {
    out.headers.emplace_back("Content-Type",
                             text ? "text/html; charset=utf-8" : "application/json");
  }
}

ScriptedAnswer read_answer(ObjectReader reader, const char* number_key) {
  ScriptedAnswer answer;
  if (!reader.whole(number_key, 1, 100000, answer.first)) {
    reader.fail(number_key, "is missing: which request does this answer?");
  }
  reader.whole("times", 1, 100000, answer.times);
  reader.whole("status", 200, 599, answer.status);
  read_headers(reader.object("headers"), answer.headers);
  read_body(reader, answer);
  read_seconds(reader, "delay", answer.delay);
  reader.flag("hang_up", answer.hang_up);
  std::string why;
  reader.text("why", why);
  if (!answer.replaces && !answer.hang_up && answer.delay.count() == 0) {
    reader.fail("", "changes nothing: give it a status, error, body, delay or hang_up");
  }
  reader.allow_no_others();
  return answer;
}

void read_answers(ObjectReader& reader, std::string_view list, const char* number_key,
                  std::vector<ScriptedAnswer>& out) {
  reader.list(list,
              [&](ObjectReader one) { out.push_back(read_answer(std::move(one), number_key)); });
}

void read_decision(ObjectReader reader, AutomaticDecision& out) {
  if (!reader) return;
  reader.require({"action"});
  reader.one_of("action", Words<Decision>{{"approve", Decision::approve}, {"deny", Decision::deny}},
                out.action);
  reader.text("user", out.user);
  if (find_person(out.user) == nullptr) reader.fail("user", "is not one of the sandbox's users");
  reader.whole("after_polls", 0, 100000, out.after_polls);
  if (reader.find("after") != nullptr && out.after_polls) {
    reader.fail("after", "stands beside \"after_polls\"; give one of them");
  }
  read_seconds(reader, "after", out.after);
  reader.allow_no_others();
}

void read_tokens(ObjectReader& reader, Scenario& out) {
  constexpr auto kLongest = static_cast<std::int64_t>(kLongestSeconds);
  reader.one_of("pkce", Words<bool>{{"optional", false}, {"required", true}}, out.pkce_required);
  reader.one_of("refresh_token",
                Words<RefreshTokens>{{"always", RefreshTokens::always},
                                     {"offline_access", RefreshTokens::offline_access},
                                     {"never", RefreshTokens::never}},
                out.refresh_tokens);
  reader.one_of("rotation", Words<bool>{{"on", true}, {"off", false}}, out.rotation);
  reader.whole("access_token_life", 1, kLongest, out.access_token_life);
  reader.whole("refresh_token_life", 1, kLongest, out.refresh_token_life);
}

}  // namespace

std::chrono::milliseconds Scenario::lifetime() const {
  const auto seconds = seconds_of(expires_in);
  return seconds ? std::chrono::seconds(*seconds) : kDefaultLifetime;
}

std::chrono::milliseconds Scenario::polling_interval() const {
  const auto seconds = seconds_of(interval);
  if (!seconds) return kDefaultInterval;
  const std::chrono::milliseconds asked = std::chrono::seconds(*seconds);
  if (asked < lifetime()) return asked;
  const bool meant_milliseconds = *seconds % 1000 == 0 && *seconds / 1000 <= 60;
  return meant_milliseconds ? std::chrono::milliseconds(*seconds) : kDefaultInterval;
}

Result<Scenario> parse_scenario(std::string_view text, std::string_view name) {
  const auto bad = [&](const std::string& what) {
    return make_error(Blame::caller, ErrorCode::invalid_argument, Stage::usage,
                      "Scenario " + std::string(name) + ": " + what);
  };
  const Result<JsonValue> document = parse_json(text);
  if (!document) return bad(document.error().message);
  Fault fault;
  fault.has_to_be = "is not ";
  fault.unknown = "is not a key of this format";
  ObjectReader reader(*document, fault);
  const auto object = [&](const char* key, JsonValue& to) {
    if (reader.object(key)) to = *reader.find(key);
  };
  Scenario scenario;
  scenario.name = name;
  reader.text("description", scenario.description);
  if (const JsonValue* value = reader.find("expires_in")) scenario.expires_in = *value;
  if (const JsonValue* value = reader.find("interval")) scenario.interval = *value;
  reader.text("user_code_format", scenario.user_code_format);
  if (scenario.user_code_format.empty() || scenario.user_code_format.size() > 64) {
    reader.fail("user_code_format", "is empty or longer than 64 characters");
  }
  object("device_response", scenario.device_response);
  object("token_response", scenario.token_response);
  object("id_token", scenario.id_token);
  read_tokens(reader, scenario);
  read_answers(reader, "device_answers", "request", scenario.device_answers);
  read_answers(reader, "poll_answers", "poll", scenario.poll_answers);
  read_answers(reader, "refresh_answers", "request", scenario.refresh_answers);
  read_answers(reader, "revocation_answers", "request", scenario.revocation_answers);
  read_decision(reader.object("decision"), scenario.decision);
  reader.allow_no_others();
  if (fault.found()) return bad(fault.sentence());
  return scenario;
}

std::string_view built_in_default_scenario() {
  return R"({
  "description": "A person decides on the page; ten minutes, a poll every five seconds.",
  "expires_in": 600,
  "interval": 5
})";
}

}  // namespace deviceflow::sandbox
