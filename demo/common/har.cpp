#include "har.hpp"

#include <chrono>
#include <cstdio>
#include <deviceflow/http.hpp>
#include <string>
#include <utility>

#include "foundation/json.hpp"
#include "foundation/url.hpp"

namespace deviceflow::demo {

namespace {

std::string_view text_in(const JsonValue* object, std::string_view key) {
  const JsonValue* value = object != nullptr ? object->find(key) : nullptr;
  return value != nullptr ? value->as_string().value_or("") : std::string_view();
}

std::int64_t number_in(const JsonValue* object, std::string_view key) {
  const JsonValue* value = object != nullptr ? object->find(key) : nullptr;
  return value != nullptr ? value->as_integer().value_or(0) : 0;
}

// "2025-11-25T10:00:00.123Z"
std::string iso_time(std::int64_t milliseconds) {
  using namespace std::chrono;
  const sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds(milliseconds)};
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  char text[64] = "";
  std::snprintf(
      text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return text;
}

void add_pair(JsonValue& list, std::string_view name, std::string_view value) {
  JsonValue pair = JsonValue::object();
  pair.set("name", name);
  pair.set("value", value);
  list.push(std::move(pair));
}

// An object whose values are texts, or lists of them where a name stands there several times.
JsonValue pairs_of(const JsonValue* object) {
  JsonValue out = JsonValue::array();
  if (object == nullptr) return out;
  for (const auto& [name, value] : object->members()) {
    for (const JsonValue& one : value.items()) add_pair(out, name, one.as_string().value_or(""));
    if (const auto text = value.as_string()) add_pair(out, name, *text);
  }
  return out;
}

JsonValue query_of(std::string_view address) {
  JsonValue out = JsonValue::array();
  const auto url = parse_url(address);
  const auto query = url.ok() ? Form::parse(url->query.value_or("")) : std::nullopt;
  if (!query) return out;
  for (const Form::Field& field : query->fields()) {
    add_pair(out, field.name, field.value.reveal());
  }
  return out;
}

std::string_view header_in(const JsonValue* message, std::string_view key) {
  return text_in(message != nullptr ? message->find("headers") : nullptr, key);
}

// What requests and responses have in common.
JsonValue message_of(const JsonValue* traced) {
  JsonValue out = JsonValue::object();
  out.set("httpVersion", "unknown");
  out.set("cookies", JsonValue::array());
  out.set("headers", pairs_of(traced != nullptr ? traced->find("headers") : nullptr));
  out.set("headersSize", JsonValue::integer(-1));
  out.set("bodySize", JsonValue::integer(number_in(traced, "body_bytes")));
  return out;
}

JsonValue request_of(const JsonValue* traced) {
  JsonValue out = message_of(traced);
  out.set("method", text_in(traced, "method"));
  out.set("url", text_in(traced, "url"));
  out.set("queryString", query_of(text_in(traced, "url")));
  const JsonValue* form = traced != nullptr ? traced->find("form") : nullptr;
  if (form == nullptr) return out;
  JsonValue data = JsonValue::object();
  data.set("mimeType", header_in(traced, "Content-Type"));
  data.set("params", pairs_of(form));
  out.set("postData", std::move(data));
  return out;
}

JsonValue response_of(const JsonValue* traced) {
  JsonValue out = message_of(traced);
  out.set("status", JsonValue::integer(number_in(traced, "status")));
  out.set("statusText", "");
  out.set("redirectURL", header_in(traced, "Location"));
  JsonValue content = JsonValue::object();
  content.set("size", JsonValue::integer(number_in(traced, "body_bytes")));
  content.set("mimeType", header_in(traced, "Content-Type"));
  if (const JsonValue* body = traced != nullptr ? traced->find("body") : nullptr) {
    const auto text = body->as_string();
    content.set("text", text ? std::string(*text) : to_json(*body));
  }
  out.set("content", std::move(content));
  return out;
}

JsonValue entry_of(const JsonValue& line, std::int64_t started) {
  const JsonValue time = JsonValue::integer(number_in(&line, "duration_ms"));
  JsonValue out = JsonValue::object();
  out.set("startedDateTime", iso_time(started));
  out.set("time", time);
  out.set("request", request_of(line.find("request")));
  out.set("response", response_of(line.find("response")));
  out.set("cache", JsonValue::object());
  JsonValue timings = JsonValue::object();  // what came when is not known
  timings.set("send", JsonValue::integer(0));
  timings.set("wait", time);
  timings.set("receive", JsonValue::integer(0));
  out.set("timings", std::move(timings));
  std::string comment(text_in(&line, "stage"));
  if (const JsonValue* failure = line.find("failure")) {
    comment += ", " + std::string(text_in(failure, "kind")) + ": ";
    comment += text_in(failure, "message");
  }
  out.set("comment", comment);
  return out;
}

}  // namespace

std::string HarWriter::start() const {
  JsonValue creator = JsonValue::object();
  creator.set("name", "deviceflow");
  creator.set("version", DEVICEFLOW_VERSION);
  return R"({"log":{"version":"1.2","creator":)" + to_json(creator) + R"(,"entries":[)" +
         std::string(kEnd);
}

std::string HarWriter::add(const JsonValue& exchange) {
  const std::int64_t sent_at = number_in(&exchange, "sent_at_ms");
  const bool first = std::exchange(empty_, false);
  if (first) {
    steady_ms_ = sent_at;
    wall_s_ = number_in(&exchange, "sent_at_unix");
  }
  // Wall time comes in whole seconds, and may jump; steady time places the rest.
  const JsonValue entry = entry_of(exchange, wall_s_ * 1000 + (sent_at - steady_ms_));
  return (first ? "\n" : ",\n") + to_json(entry) + std::string(kEnd);
}

}  // namespace deviceflow::demo
