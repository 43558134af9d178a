#include "scenario.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <initializer_list>
#include <tuple>
#include <utility>

#include "clients.hpp"

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

Error bad(std::string_view file, std::string_view key, std::string_view what) {
  std::string message = "Scenario " + std::string(file) + ": ";
  if (!key.empty()) message += "\"" + std::string(key) + "\" ";
  message += what;
  return make_error(Blame::caller, ErrorCode::invalid_argument, Stage::usage, std::move(message));
}

// Reads the members of one object and remembers the first thing that is wrong with it.
class ObjectReader {
 public:
  ObjectReader(const JsonValue& object, std::string_view file, std::string prefix)
      : object_(object), file_(file), prefix_(std::move(prefix)) {
    if (!object.is(JsonValue::Kind::object)) fail("", "is not an object");
  }

  void allow_only(std::initializer_list<std::string_view> keys) {
    for (const auto& member : object_.members()) {
      if (std::find(keys.begin(), keys.end(), member.key) == keys.end()) {
        fail(member.key, "is not a key of this format");
      }
    }
  }

  void text(std::string_view key, std::string& out) {
    if (const JsonValue* value = object_.find(key)) {
      if (const auto text = value->as_string()) {
        out = *text;
      } else {
        fail(key, "is not a string");
      }
    }
  }

  template <typename Integer>
  bool whole(std::string_view key, std::int64_t least, std::int64_t most, Integer& out) {
    const JsonValue* value = object_.find(key);
    if (value == nullptr) return false;
    const auto number = value->as_integer();
    if (!number || *number < least || *number > most) {
      fail(key,
           "is not a whole number from " + std::to_string(least) + " to " + std::to_string(most));
      return false;
    }
    out = static_cast<Integer>(*number);
    return true;
  }

  bool seconds(std::string_view key, std::chrono::milliseconds& out) {
    const JsonValue* value = object_.find(key);
    if (value == nullptr) return false;
    const auto number = value->as_number();
    if (!number || !(*number >= 0) || *number > kLongestSeconds) {
      fail(key, "is not a number of seconds");
      return false;
    }
    out = std::chrono::milliseconds(std::llround(*number * 1000));
    return true;
  }

  void flag(std::string_view key, bool& out) {
    if (const JsonValue* value = object_.find(key)) {
      if (const auto flag = value->as_bool()) {
        out = *flag;
      } else {
        fail(key, "is not true or false");
      }
    }
  }

  template <typename Value>
  void choice(std::string_view key, std::initializer_list<std::pair<std::string_view, Value>> known,
              Value& out) {
    const JsonValue* value = object_.find(key);
    if (value == nullptr) return;
    std::string names;
    for (const auto& [name, meaning] : known) {
      if (value->as_string() == name) {
        out = meaning;
        return;
      }
      names += (names.empty() ? "" : ", ") + std::string(name);
    }
    fail(key, "is not one of " + names);
  }

  const JsonValue* value(std::string_view key, JsonValue::Kind kind, std::string_view what) {
    const JsonValue* value = object_.find(key);
    if (value != nullptr && !value->is(kind)) {
      fail(key, what);
      return nullptr;
    }
    return value;
  }
  const JsonValue* object(std::string_view key) {
    return value(key, JsonValue::Kind::object, "is not an object");
  }
  const JsonValue* array(std::string_view key) {
    return value(key, JsonValue::Kind::array, "is not an array");
  }
  const JsonValue* any(std::string_view key) const { return object_.find(key); }

  void fail(std::string_view key, std::string_view what) {
    if (error_) return;
    std::string path = prefix_;
    if (!path.empty() && !key.empty()) path += '.';
    error_ = bad(file_, path.append(key), what);
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  const JsonValue& object_;
  std::string_view file_;
  std::string prefix_;
  std::optional<Error> error_;
};

void read_headers(ObjectReader& reader, HeaderList& out) {
  const JsonValue* headers = reader.object("headers");
  if (headers == nullptr) return;
  for (const auto& member : headers->members()) {
    const auto text = member.value.as_string();
    if (!text || member.key.empty() || text->find_first_of("\r\n") != std::string_view::npos ||
        member.key.find_first_of("\r\n: ") != std::string::npos) {
      reader.fail("headers." + member.key, "is not a header with a string");
      return;
    }
    out.emplace_back(member.key, *text);
  }
}

void read_body(ObjectReader& reader, ScriptedAnswer& out) {
  const JsonValue* body = reader.any("body");
  std::string error;
  reader.text("error", error);
  if (body != nullptr && !error.empty()) {
    reader.fail("error", "stands beside \"body\"; give one of them");
    return;
  }
  out.replaces = body != nullptr || !error.empty() || reader.any("status") != nullptr;
  JsonValue shorthand = JsonValue::object();
  if (!error.empty()) {
    shorthand.set("error", error);
    if (const JsonValue* interval = reader.any("interval")) {
      shorthand.set("interval", *interval);
    }
    body = &shorthand;
    if (reader.any("status") == nullptr) out.status = 400;
  } else if (reader.any("interval") != nullptr) {
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

std::optional<Error> read_answers(ObjectReader& parent, std::string_view list,
                                  std::string_view number_key, std::string_view file,
                                  std::vector<ScriptedAnswer>& out) {
  const JsonValue* answers = parent.array(list);
  if (answers == nullptr) return std::nullopt;
  for (std::size_t i = 0; i < answers->items().size(); ++i) {
    ObjectReader reader(answers->items()[i], file,
                        std::string(list) + "[" + std::to_string(i) + "]");
    reader.allow_only({number_key, "times", "status", "headers", "body", "error", "interval",
                       "delay", "hang_up", "why"});
    ScriptedAnswer answer;
    if (!reader.whole(number_key, 1, 100000, answer.first)) {
      reader.fail(number_key, "is missing: which request does this answer?");
    }
    reader.whole("times", 1, 100000, answer.times);
    reader.whole("status", 200, 599, answer.status);
    read_headers(reader, answer.headers);
    read_body(reader, answer);
    reader.seconds("delay", answer.delay);
    reader.flag("hang_up", answer.hang_up);
    std::string why;
    reader.text("why", why);
    if (!answer.replaces && !answer.hang_up && answer.delay.count() == 0) {
      reader.fail("", "changes nothing: give it a status, error, body, delay or hang_up");
    }
    if (reader.error()) return reader.error();
    out.push_back(std::move(answer));
  }
  return std::nullopt;
}

std::optional<Error> read_decision(ObjectReader& parent, std::string_view file,
                                   AutomaticDecision& out) {
  const JsonValue* object = parent.object("decision");
  if (object == nullptr) return std::nullopt;
  ObjectReader reader(*object, file, "decision");
  reader.allow_only({"action", "user", "after_polls", "after"});
  std::string action;
  reader.text("action", action);
  if (action == "approve") {
    out.action = Decision::approve;
  } else if (action == "deny") {
    out.action = Decision::deny;
  } else {
    reader.fail("action", "is neither \"approve\" nor \"deny\"");
  }
  reader.text("user", out.user);
  if (find_person(out.user) == nullptr) reader.fail("user", "is not one of the sandbox's users");
  int polls = 0;
  if (reader.whole("after_polls", 0, 100000, polls)) out.after_polls = polls;
  if (reader.seconds("after", out.after) && out.after_polls) {
    reader.fail("after", "stands beside \"after_polls\"; give one of them");
  }
  return reader.error();
}

void read_tokens(ObjectReader& reader, Scenario& out) {
  constexpr auto kLongest = static_cast<std::int64_t>(kLongestSeconds);
  reader.choice<bool>("pkce", {{"optional", false}, {"required", true}}, out.pkce_required);
  reader.choice<RefreshTokens>("refresh_token",
                               {{"always", RefreshTokens::always},
                                {"offline_access", RefreshTokens::offline_access},
                                {"never", RefreshTokens::never}},
                               out.refresh_tokens);
  reader.choice<bool>("rotation", {{"on", true}, {"off", false}}, out.rotation);
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
  Result<JsonValue> document = parse_json(text);
  if (!document) return bad(name, "", document.error().message);
  ObjectReader reader(*document, name, "");
  reader.allow_only({"description", "expires_in", "interval", "user_code_format", "device_response",
                     "token_response", "device_answers", "poll_answers", "refresh_answers",
                     "revocation_answers", "id_token", "decision", "pkce", "refresh_token",
                     "rotation", "access_token_life", "refresh_token_life"});
  Scenario scenario;
  scenario.name = name;
  reader.text("description", scenario.description);
  if (const JsonValue* value = reader.any("expires_in")) scenario.expires_in = *value;
  if (const JsonValue* value = reader.any("interval")) scenario.interval = *value;
  reader.text("user_code_format", scenario.user_code_format);
  if (scenario.user_code_format.empty() || scenario.user_code_format.size() > 64) {
    reader.fail("user_code_format", "is empty or longer than 64 characters");
  }
  if (const JsonValue* value = reader.object("device_response")) {
    scenario.device_response = *value;
  }
  if (const JsonValue* value = reader.object("token_response")) {
    scenario.token_response = *value;
  }
  if (const JsonValue* value = reader.object("id_token")) scenario.id_token = *value;
  read_tokens(reader, scenario);
  if (reader.error()) return *reader.error();
  const std::tuple<const char*, const char*, std::vector<ScriptedAnswer>*> lists[] = {
      {"device_answers", "request", &scenario.device_answers},
      {"poll_answers", "poll", &scenario.poll_answers},
      {"refresh_answers", "request", &scenario.refresh_answers},
      {"revocation_answers", "request", &scenario.revocation_answers}};
  for (const auto& [list, number_key, out] : lists) {
    if (auto error = read_answers(reader, list, number_key, name, *out)) return *error;
  }
  if (auto error = read_decision(reader, name, scenario.decision)) return *error;
  if (reader.error()) return *reader.error();
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
