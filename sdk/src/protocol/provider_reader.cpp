// Reads a provider's description. What is not understood is refused, with the place and what is
// allowed: a misspelt switch that is ignored would look like a provider that can't be reached.
#include <algorithm>
#include <deviceflow/provider.hpp>
#include <deviceflow/secret.hpp>
#include <map>
#include <set>

#include "foundation/json.hpp"
#include "foundation/object_reader.hpp"
#include "protocol/tolerances.hpp"
#include "protocol/url_template.hpp"

namespace deviceflow {

namespace {

constexpr auto kFilled = ObjectReader::Text::filled;

template <typename T>
using Words = std::initializer_list<std::pair<std::string_view, T>>;

Error bad(std::string message) {
  return make_error(Blame::caller, ErrorCode::invalid_argument, Stage::usage, std::move(message));
}

void read_fields(ObjectReader in, std::vector<ProviderField>& to) {
  in.each([&](const std::string& name) {
    ProviderField& field = to.emplace_back();
    field.name = name;
    ObjectReader one = in.object(name);
    one.text("title", field.title, kFilled);
    one.text("example", field.example, kFilled);
    one.flag("optional", field.optional);
    one.allow_no_others();
    if (name.empty() || field.title.empty() || field.example.empty()) {
      one.fail("", "has to have a name, a \"title\" and an \"example\"");
    }
  });
}

void read_endpoints(ObjectReader in, Endpoints& to) {
  for (const EndpointName& name : kEndpointNames) in.text(name.key, to.*name.member, kFilled);
  in.allow_no_others();
}

void read_request(ObjectReader& in, RequestTolerances& to) {
  in.pairs("add", to.add, kFilled);
  in.pairs("rename", to.rename, kFilled);
  in.texts("remove", to.remove, kFilled);
}

void read_token_request(ObjectReader in, RequestTolerances& to) {
  read_request(in, to);
  in.text("grant_type", to.grant_type, kFilled);
  in.texts("resend", to.resend, kFilled);
  for (const std::string& name : to.resend) {
    if (name != "scope" && name != "user_code") {
      in.must_be("resend", "one of \"scope\", \"user_code\"");
    }
  }
  in.flag("client_id", to.client_id);
  in.allow_no_others();
}

void read_requests(ObjectReader in, Provider& to, Tolerances& tolerances) {
  in.one_of("basic_encoding",
            Words<BasicEncoding>{{"form", BasicEncoding::form}, {"raw", BasicEncoding::raw}},
            to.basic_encoding);
  ObjectReader start = in.object("device_authorization");
  read_request(start, tolerances.device_authorization);
  start.allow_no_others();
  read_token_request(in.object("token"), tolerances.token);
  in.allow_no_others();
}

void read_statuses(ObjectReader& in, std::vector<std::pair<int, std::string>>& to) {
  ObjectReader::Pairs read;
  in.pairs("statuses", read, kFilled);
  for (const auto& [status, code] : read) {
    const bool good = status.size() == 3 && status.front() == '4' &&
                      status.find_first_not_of("0123456789") == std::string::npos;
    if (!good) return in.must_be("statuses." + status, "an HTTP status from 400 to 499");
    to.emplace_back(400 + (status[1] - '0') * 10 + (status[2] - '0'), code);
  }
}

ErrorWord read_error_word(ObjectReader in) {
  ErrorWord word;
  in.text("member", word.member, kFilled);
  in.text("value", word.value, kFilled);
  in.text("means", word.means, kFilled);
  in.text("error", word.error, kFilled);
  in.allow_no_others();
  if (word.member.empty()) in.fail("", "has to name a \"member\"");
  if (word.value.empty() != word.means.empty()) {
    in.fail("", "has to have \"value\" and \"means\" together, or neither");
  }
  if (!word.error.empty() && word.value.empty()) {
    in.fail("", "has to have \"value\" and \"means\" beside \"error\"");
  }
  return word;
}

void read_responses(ObjectReader in, Tolerances& tolerances) {
  in.pairs("members", tolerances.members, kFilled);
  in.list("errors",
          [&](ObjectReader one) { tolerances.errors.push_back(read_error_word(std::move(one))); });
  read_statuses(in, tolerances.statuses);
  in.whole("expires_in", 1, 86400, tolerances.expires_in);
  in.text("token_type", tolerances.token_type, kFilled);
  std::string separator(1, tolerances.scope_separator);
  in.text("scope_separator", separator);
  if (separator.size() != 1) in.must_be("scope_separator", "one character");
  tolerances.scope_separator = separator.empty() ? ' ' : separator.front();
  in.texts("ends_sign_in", tolerances.ends_sign_in, kFilled);
  in.allow_no_others();
}

void read_facts(ObjectReader in, Provider& to) {
  in.text("date", to.facts_date, kFilled);
  in.text("source", to.facts_from, kFilled);
  in.one_of("confidence", Words<const char*>{{"source", "source"}, {"docs", "docs"}},
            to.confidence);
  in.allow_no_others();
}

void read_all(ObjectReader& in, Provider& to, Tolerances& tolerances) {
  // For people who read the file; nothing here depends on them.
  std::string schema;
  std::vector<std::string> notes;
  std::vector<std::string> links;
  in.text("$schema", schema, kFilled);
  in.text("name", to.name, kFilled);
  in.text("title", to.title, kFilled);
  in.flag("sandbox", to.sandbox);
  read_fields(in.object("fields", "an object of fields"), to.fields);
  in.text("issuer", to.issuer, kFilled);
  read_endpoints(in.object("endpoints"), to.endpoints);
  in.one_of("client_auth",
            Words<ClientAuth>{{"basic", ClientAuth::basic}, {"post", ClientAuth::post}},
            to.client_auth);
  in.one_of("assertion_audience",
            Words<AssertionAudience>{{"issuer", AssertionAudience::issuer},
                                     {"token_endpoint", AssertionAudience::token_endpoint}},
            to.assertion_audience);
  in.text("scope", to.scope, kFilled);
  read_requests(in.object("request"), to, tolerances);
  read_responses(in.object("answer"), tolerances);
  read_facts(in.object("facts"), to);
  in.texts("notes", notes, kFilled);
  in.texts("links", links, kFilled);
  in.allow_no_others();
}

// The templates, against the fields: each is declared and used, and the examples make usable URLs.
void check_templates(const Provider& provider, ObjectReader& in) {
  std::map<std::string, std::string> examples;
  for (const ProviderField& field : provider.fields) examples[field.name] = field.example;
  std::set<std::string> used;
  const auto check = [&](const std::string& place, const std::string& url) {
    if (url.empty()) return;
    const auto names = template_fields(url);
    if (!names.ok()) return in.fail(place, names.error().message);
    for (const std::string& name : *names) {
      if (examples.count(name) == 0) {
        return in.fail(place, "has the field {" + clean_text(name, 100) +
                                  "}, which \"fields\" does not declare");
      }
      used.insert(name);
    }
    const auto filled = fill_template(url, examples, provider.sandbox);
    if (!filled.ok()) in.fail(place, "can't be used. " + filled.error().message);
  };
  check("issuer", provider.issuer);
  for (const EndpointName& name : kEndpointNames) {
    check("endpoints." + std::string(name.key), provider.endpoints.*name.member);
  }
  for (const auto& [name, example] : examples) {
    if (used.count(name) == 0) in.fail("fields." + name, "stands in no URL");
  }
}

void check_whole(const Provider& provider, ObjectReader& in) {
  in.require({"name", "title"});
  const bool both =
      !provider.endpoints.device_authorization.empty() && !provider.endpoints.token.empty();
  if (provider.issuer.empty() && !both) {
    in.fail("",
            "There is nowhere to sign in: it needs an \"issuer\", or \"endpoints\" with both "
            "\"device_authorization_endpoint\" and \"token_endpoint\"");
  }
  check_templates(provider, in);
}

}  // namespace

Result<Provider> parse_provider(std::string_view json) {
  const auto parsed = parse_json(json);
  if (!parsed.ok()) return bad("It is not JSON: " + parsed.error().message);
  if (!parsed->is(JsonValue::Kind::object)) return bad("It has to be one JSON object.");
  Provider provider;
  auto tolerances = std::make_shared<Tolerances>();
  Fault fault;
  ObjectReader in(*parsed, fault);
  read_all(in, provider, *tolerances);
  check_whole(provider, in);
  if (fault.found()) {
    const std::string problem = fault.sentence();
    return bad(problem + (problem.back() == '.' ? "" : "."));
  }
  if (parsed->find("request") != nullptr || parsed->find("answer") != nullptr) {
    provider.tolerances = std::move(tolerances);
  }
  return provider;
}

}  // namespace deviceflow
