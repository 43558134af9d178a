// Reads a provider's description. What is not understood is refused, with the place and what is
// allowed: a misspelt switch that is ignored would look like a provider that can't be reached.
#include <algorithm>
#include <deviceflow/json.hpp>
#include <deviceflow/provider.hpp>
#include <deviceflow/text.hpp>
#include <functional>
#include <map>
#include <set>

#include "protocol/dialect.hpp"
#include "protocol/url_template.hpp"

namespace deviceflow {

namespace {

using Kind = JsonValue::Kind;
using Pairs = std::vector<std::pair<std::string, std::string>>;

Error bad(std::string message) {
  return make_error(Blame::caller, ErrorCode::invalid_argument, Stage::usage, std::move(message));
}

// Each of these takes one value and answers what is wrong with it, as the end of a sentence that
// begins with its place; or an empty text.
using Take = std::function<std::string(const std::string& place, const JsonValue&)>;

std::string quoted(const std::string& place) {
  return "\"" + clean_text(place, 100) + "\" ";
}

struct Allowed {
  std::string_view key;
  Take take;
};

// An object with these members and no others.
Take members(std::vector<Allowed> allowed) {
  return [allowed = std::move(allowed)](const std::string& place, const JsonValue& value) {
    if (!value.is(Kind::object)) return quoted(place) + "has to be an object";
    for (const JsonValue::Member& member : value.members()) {
      const std::string inner = place.empty() ? member.key : place + "." + member.key;
      const auto found = std::find_if(allowed.begin(), allowed.end(),
                                      [&](const Allowed& one) { return one.key == member.key; });
      if (found != allowed.end()) {
        std::string problem = found->take(inner, member.value);
        if (!problem.empty()) return problem;
        continue;
      }
      std::string names;
      for (const Allowed& one : allowed)
        names += (names.empty() ? "" : ", ") + std::string(one.key);
      return quoted(inner) + "is not known; allowed are " + names;
    }
    return std::string();
  };
}

Take text(std::string& to) {
  return [&to](const std::string& place, const JsonValue& value) {
    to = value.as_string().value_or("");
    return to.empty() ? quoted(place) + "has to be a text that is not empty" : std::string();
  };
}

Take one_of(std::string& to, std::vector<std::string_view> words) {
  return [&to, words = std::move(words)](const std::string& place, const JsonValue& value) {
    to = value.as_string().value_or("");
    if (std::find(words.begin(), words.end(), to) != words.end()) return std::string();
    std::string names;
    for (const std::string_view word : words) {
      names += (names.empty() ? "\"" : ", \"") + std::string(word) + "\"";
    }
    return quoted(place) + "has to be one of " + names;
  };
}

Take boolean(bool& to) {
  return [&to](const std::string& place, const JsonValue& value) {
    to = value.as_bool().value_or(false);
    return value.as_bool() ? std::string() : quoted(place) + "has to be true or false";
  };
}

Take seconds_above_zero(std::int64_t& to) {
  return [&to](const std::string& place, const JsonValue& value) {
    to = value.as_integer().value_or(0);
    return to > 0 && to <= 86400 ? std::string()
                                 : quoted(place) + "has to be a number of seconds from 1 to 86400";
  };
}

Take texts(std::vector<std::string>& to, std::vector<std::string_view> words = {}) {
  return [&to, words = std::move(words)](const std::string& place, const JsonValue& value) {
    if (!value.is(Kind::array)) return quoted(place) + "has to be an array of texts";
    for (const JsonValue& item : value.items()) {
      const Take take = words.empty() ? text(to.emplace_back()) : one_of(to.emplace_back(), words);
      std::string problem = take(place, item);
      if (!problem.empty()) return problem;
    }
    return std::string();
  };
}

Take pairs(Pairs& to) {
  return [&to](const std::string& place, const JsonValue& value) {
    if (!value.is(Kind::object)) return quoted(place) + "has to be an object of texts";
    for (const auto& [key, member] : value.members()) {
      auto& pair = to.emplace_back(key, "");
      std::string problem = text(pair.second)(place + "." + key, member);
      if (!problem.empty()) return problem;
    }
    return std::string();
  };
}

Take statuses(std::vector<std::pair<int, std::string>>& to) {
  return [&to](const std::string& place, const JsonValue& value) {
    Pairs read;
    std::string problem = pairs(read)(place, value);
    for (const auto& [status, code] : read) {
      const bool good = status.size() == 3 &&
                        status.find_first_not_of("0123456789") == std::string::npos &&
                        status >= "400" && status <= "499";
      if (!good) return quoted(place + "." + status) + "has to be an HTTP status from 400 to 499";
      to.emplace_back((status[0] - '0') * 100 + (status[1] - '0') * 10 + (status[2] - '0'), code);
    }
    return problem;
  };
}

Take separator(char& to) {
  return [&to](const std::string& place, const JsonValue& value) {
    const std::string_view one = value.as_string().value_or("");
    if (one.size() != 1) return quoted(place) + "has to be one character";
    to = one.front();
    return std::string();
  };
}

Take error_words(std::vector<ErrorWord>& to) {
  return [&to](const std::string& place, const JsonValue& value) {
    if (!value.is(Kind::array)) return quoted(place) + "has to be an array of objects";
    for (const JsonValue& item : value.items()) {
      ErrorWord& word = to.emplace_back();
      std::string problem = members({{"member", text(word.member)},
                                     {"value", text(word.value)},
                                     {"means", text(word.means)},
                                     {"error", text(word.error)}})(place, item);
      if (!problem.empty()) return problem;
      if (word.member.empty()) return quoted(place) + "has to name a \"member\"";
      if (word.value.empty() != word.means.empty()) {
        return quoted(place) + "has to have \"value\" and \"means\" together, or neither";
      }
      if (!word.error.empty() && word.value.empty()) {
        return quoted(place) + "has to have \"value\" and \"means\" beside \"error\"";
      }
    }
    return std::string();
  };
}

Take provider_fields(std::vector<ProviderField>& to) {
  return [&to](const std::string& place, const JsonValue& value) {
    if (!value.is(Kind::object)) return quoted(place) + "has to be an object of fields";
    for (const auto& [key, member] : value.members()) {
      ProviderField& field = to.emplace_back();
      field.name = key;
      const std::string inner = place + "." + key;
      std::string problem = members({{"title", text(field.title)},
                                     {"example", text(field.example)},
                                     {"optional", boolean(field.optional)}})(inner, member);
      if (!problem.empty()) return problem;
      if (key.empty() || field.title.empty() || field.example.empty()) {
        return quoted(inner) + "has to have a name, a \"title\" and an \"example\"";
      }
    }
    return std::string();
  };
}

Take client_auth(std::optional<ClientAuth>& to) {
  return [&to](const std::string& place, const JsonValue& value) {
    std::string method;
    std::string problem = one_of(method, {"basic", "post"})(place, value);
    to = method == "basic" ? ClientAuth::basic : ClientAuth::post;
    return problem;
  };
}

Take assertion_audience(std::optional<AssertionAudience>& to) {
  return [&to](const std::string& place, const JsonValue& value) {
    std::string audience;
    std::string problem = one_of(audience, {"issuer", "token_endpoint"})(place, value);
    to = audience == "issuer" ? AssertionAudience::issuer : AssertionAudience::token_endpoint;
    return problem;
  };
}

Take basic_encoding(BasicEncoding& to) {
  return [&to](const std::string& place, const JsonValue& value) {
    std::string encoding;
    std::string problem = one_of(encoding, {"form", "raw"})(place, value);
    to = encoding == "raw" ? BasicEncoding::raw : BasicEncoding::form;
    return problem;
  };
}

std::vector<Allowed> request_members(RequestDialect& step) {
  return {{"add", pairs(step.add)}, {"rename", pairs(step.rename)}, {"remove", texts(step.remove)}};
}

Take token_request(RequestDialect& step) {
  auto allowed = request_members(step);
  allowed.push_back({"grant_type", text(step.grant_type)});
  allowed.push_back({"resend", texts(step.resend, {"scope", "user_code"})});
  allowed.push_back({"client_id", boolean(step.client_id)});
  return members(std::move(allowed));
}

Take endpoints(Endpoints& to) {
  std::vector<Allowed> allowed;
  for (const EndpointName& name : kEndpointNames) {
    allowed.push_back({name.key, text(to.*name.member)});
  }
  return members(std::move(allowed));
}

std::string read_all(const JsonValue& object, Provider& to, Dialect& dialect) {
  // For people who read the file; nothing here depends on them.
  std::vector<std::string> notes;
  std::vector<std::string> links;
  std::string schema;
  return members({{"$schema", text(schema)},
                  {"name", text(to.name)},
                  {"title", text(to.title)},
                  {"sandbox", boolean(to.sandbox)},
                  {"fields", provider_fields(to.fields)},
                  {"issuer", text(to.issuer)},
                  {"endpoints", endpoints(to.endpoints)},
                  {"client_auth", client_auth(to.client_auth)},
                  {"assertion_audience", assertion_audience(to.assertion_audience)},
                  {"scope", text(to.scope)},
                  {"request", members({{"basic_encoding", basic_encoding(to.basic_encoding)},
                                       {"device_authorization",
                                        members(request_members(dialect.device_authorization))},
                                       {"token", token_request(dialect.token)}})},
                  {"answer", members({{"members", pairs(dialect.members)},
                                      {"errors", error_words(dialect.errors)},
                                      {"statuses", statuses(dialect.statuses)},
                                      {"expires_in", seconds_above_zero(dialect.expires_in)},
                                      {"token_type", text(dialect.token_type)},
                                      {"scope_separator", separator(dialect.scope_separator)},
                                      {"ends_sign_in", texts(dialect.ends_sign_in)}})},
                  {"facts", members({{"date", text(to.facts_date)},
                                     {"source", text(to.facts_from)},
                                     {"confidence", one_of(to.confidence, {"source", "docs"})}})},
                  {"notes", texts(notes)},
                  {"links", texts(links)}})("", object);
}

// The templates, against the fields: each is declared and used, and the examples make usable URLs.
std::string check_templates(const Provider& provider) {
  std::map<std::string, std::string> examples;
  for (const ProviderField& field : provider.fields) examples[field.name] = field.example;
  std::vector<std::pair<std::string, const std::string*>> all{{"issuer", &provider.issuer}};
  for (const EndpointName& name : kEndpointNames) {
    all.emplace_back("endpoints." + std::string(name.key), &(provider.endpoints.*name.member));
  }
  std::set<std::string> used;
  for (const auto& [place, url] : all) {
    if (url->empty()) continue;
    const auto names = template_fields(*url);
    if (!names.ok()) return quoted(place) + names.error().message;
    for (const std::string& name : *names) {
      if (examples.count(name) == 0) {
        return quoted(place) + "has the field {" + clean_text(name, 100) +
               "}, which \"fields\" does not declare";
      }
      used.insert(name);
    }
    const auto filled = fill_template(*url, examples, provider.sandbox);
    if (!filled.ok()) return quoted(place) + "can't be used. " + filled.error().message;
  }
  for (const auto& [name, example] : examples) {
    if (used.count(name) == 0) return quoted("fields." + name) + "stands in no URL";
  }
  return {};
}

std::string check_whole(const Provider& provider) {
  if (provider.name.empty()) return quoted("name") + "is missing";
  if (provider.title.empty()) return quoted("title") + "is missing";
  const bool both =
      !provider.endpoints.device_authorization.empty() && !provider.endpoints.token.empty();
  if (provider.issuer.empty() && !both) {
    return "There is nowhere to sign in: it needs an \"issuer\", or \"endpoints\" with both "
           "\"device_authorization_endpoint\" and \"token_endpoint\"";
  }
  return check_templates(provider);
}

}  // namespace

Result<Provider> parse_provider(std::string_view json) {
  const auto parsed = parse_json(json);
  if (!parsed.ok()) return bad("It is not JSON: " + parsed.error().message);
  if (!parsed->is(Kind::object)) return bad("It has to be one JSON object.");
  Provider provider;
  auto dialect = std::make_shared<Dialect>();
  std::string problem = read_all(*parsed, provider, *dialect);
  if (problem.empty()) problem = check_whole(provider);
  if (!problem.empty()) return bad(problem + (problem.back() == '.' ? "" : "."));
  if (parsed->find("request") != nullptr || parsed->find("answer") != nullptr) {
    provider.dialect = std::move(dialect);
  }
  return provider;
}

}  // namespace deviceflow
