#include <algorithm>
#include <deviceflow/http.hpp>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "foundation/json.hpp"
#include "foundation/response_headers.hpp"
#include "protocol/exchange_secrets.hpp"

namespace deviceflow {

namespace {

constexpr std::string_view kRedacted = "[redacted]";

// What the reader of a trace may see. Everything else is redacted.
constexpr std::string_view kRequestHeaders[] = {"Accept", "User-Agent", "Host"};
constexpr std::string_view kMembers[] = {"active",
                                         "aud",
                                         "client_id",
                                         "error",
                                         "error_code",
                                         "error_description",
                                         "error_uri",
                                         "exp",
                                         "expires_in",
                                         "grant_type",
                                         "iat",
                                         "interval",
                                         "iss",
                                         "message",
                                         "nbf",
                                         "scope",
                                         "token_type",
                                         "token_type_hint",
                                         "user_code",
                                         "verification_uri",
                                         "verification_url",
                                         "verification_uri_complete",
                                         "verification_url_complete"};

template <std::size_t N>
bool listed(const std::string_view (&list)[N], std::string_view name) {
  return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

class Writer {
 public:
  Writer(const Redactor& redactor, TraceSecrets secrets, Stage stage)
      : redactor_(redactor), keep_(secrets == TraceSecrets::keep), stage_(stage) {}

  JsonValue text(std::string_view value) const {
    return JsonValue::string(keep_ ? std::string(value) : redactor_.scrub(value));
  }

  JsonValue headers(const std::vector<Header>& headers) const {
    Named values;
    for (const Header& header : headers) values.emplace_back(header.name, header_value(header));
    return grouped(std::move(values));
  }

  JsonValue form(std::string_view body) const {
    const auto form = Form::parse(body);
    if (!form) return JsonValue::string(kRedacted);
    Named values;
    for (const Form::Field& field : form->fields()) {
      values.emplace_back(field.name, form_value(field));
    }
    return grouped(std::move(values));
  }

  JsonValue body(const HttpResponse& response) const {
    const std::string_view body = response.body.reveal();
    Quirks ignored;
    const auto parsed = parse_response_json(body, ignored);
    if (parsed.ok()) return value(*parsed, stage_ == Stage::discovery);
    if (keep_ || body.empty()) return JsonValue::string(body);
    const auto form = Form::parse(body);
    if (!form || media_type(response) != "application/x-www-form-urlencoded") {
      return JsonValue::string(kRedacted);
    }
    Form out;  // still a form, so that a reader of the trace takes it for one
    for (const Form::Field& field : form->fields()) {
      out.fields().push_back({redactor_.scrub(field.name), Secret(*form_value(field).as_string())});
    }
    return JsonValue::string(out.encode().reveal());
  }

 private:
  static bool may_show(bool shown, std::string_view name) {
    return (shown || listed(kMembers, name)) && !names_a_secret(name);
  }

  using Named = std::vector<std::pair<std::string_view, JsonValue>>;

  // An object of the values, in order; a name that occurs several times has a list.
  JsonValue grouped(Named values) const {
    std::map<std::string_view, std::size_t> places;
    Named groups;
    for (auto& [name, value] : values) {
      const auto [place, is_new] = places.emplace(name, groups.size());
      if (is_new) groups.emplace_back(name, JsonValue::array());
      groups[place->second].second.push(std::move(value));
    }
    JsonValue out = JsonValue::object();
    for (auto& [name, group] : groups) {
      out.set(redactor_.scrub(name),
              group.items().size() == 1 ? group.items()[0] : std::move(group));
    }
    return out;
  }

  JsonValue header_value(const Header& header) const {
    const ResponseHeader* read = find_response_header(header.name);
    const bool show =
        keep_ || (read != nullptr && read->in_traces) || listed(kRequestHeaders, header.name);
    return show ? text(header.value.reveal()) : JsonValue::string(kRedacted);
  }

  JsonValue form_value(const Form::Field& field) const {
    const bool show = keep_ || may_show(false, field.name);
    return show ? text(field.value.reveal()) : JsonValue::string(kRedacted);
  }

  // `shown` is true below a member that the allow list names.
  JsonValue value(const JsonValue& in, bool shown) const {
    switch (in.kind()) {
      case JsonValue::Kind::object: {
        JsonValue out = JsonValue::object();
        for (const auto& [key, member] : in.members()) {
          out.set(redactor_.scrub(key), value(member, may_show(shown, key)));
        }
        return out;
      }
      case JsonValue::Kind::array: {
        JsonValue out = JsonValue::array();
        for (const JsonValue& item : in.items()) out.push(value(item, shown));
        return out;
      }
      case JsonValue::Kind::string:
        // An empty one is no secret, and readers take it for absent; so they do with one that can't
        // be read.
        if (shown || keep_ || in.display_text().empty()) return text(in.display_text());
        if (in.is_unreadable()) return JsonValue::string("");
        return JsonValue::string(kRedacted);
      case JsonValue::Kind::null: return {};
      default: return shown || keep_ ? in : JsonValue::string(kRedacted);
    }
  }

  const Redactor& redactor_;
  bool keep_;
  Stage stage_;
};

}  // namespace

JsonValue trace_line(const ExchangeRecord& record, const Redactor& redactor, TraceSecrets secrets) {
  Redactor everything = redactor;
  // The login learns of those in this exchange only after it is recorded.
  for (const Secret& secret : secrets_of(record)) everything.add(secret);
  const Writer writer(everything, secrets, record.stage);
  JsonValue request = JsonValue::object();
  request.set("method", name(record.request.method));
  request.set("url", writer.text(record.request.url));
  request.set("headers", writer.headers(record.request.headers));
  if (record.request.method == Method::post) {
    request.set("form", writer.form(record.request.body.reveal()));
  }
  request.set("body_bytes",
              JsonValue::integer(static_cast<std::int64_t>(record.request.body.size())));

  JsonValue out = JsonValue::object();
  out.set("stage", name(record.stage));
  out.set("sent_at_ms", JsonValue::integer(record.sent_at.time_since_epoch().count()));
  if (record.sent_at_wall) {
    out.set("sent_at_unix", JsonValue::integer(record.sent_at_wall->time_since_epoch().count()));
  }
  out.set("duration_ms", JsonValue::integer(record.duration.count()));
  out.set("request", std::move(request));
  if (record.response) {
    JsonValue response = JsonValue::object();
    response.set("status", JsonValue::integer(record.response->status));
    response.set("headers", writer.headers(record.response->headers));
    response.set("body", writer.body(*record.response));
    response.set("body_bytes",
                 JsonValue::integer(static_cast<std::int64_t>(record.response->body.size())));
    response.set("new_connection", JsonValue::boolean(record.response->new_connection));
    out.set("response", std::move(response));
  }
  if (record.failure) {
    JsonValue failure = JsonValue::object();
    failure.set("kind", name(record.failure->kind));
    failure.set("nothing_sent", JsonValue::boolean(record.failure->nothing_sent));
    failure.set("message", writer.text(record.failure->message));
    out.set("failure", std::move(failure));
  }
  return out;
}

Secret to_trace(const ExchangeRecord& record, const Redactor& redactor, TraceSecrets secrets) {
  return to_secret_json(trace_line(record, redactor, secrets));
}

}  // namespace deviceflow
