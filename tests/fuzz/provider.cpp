// A provider's description, and a login's requests and answers under it. The first line is the
// description, the second the fields as a form, the rest an answer.
#include <deviceflow/exchange.hpp>
#include <deviceflow/provider.hpp>

#include "foundation/url.hpp"
#include "fuzz.hpp"
#include "protocol/tolerances.hpp"
#include "readers.hpp"

namespace deviceflow::fuzz {
namespace {

constexpr std::string_view kSecret = "device-code-1";

std::vector<std::pair<std::string, std::string>> fields_of(std::string_view line) {
  std::vector<std::pair<std::string, std::string>> out;
  const auto form = Form::parse(line);
  if (!form) return out;
  for (const Form::Field& field : form->fields()) {
    out.emplace_back(field.name, field.value.reveal());
  }
  return out;
}

void urls_are_usable(const Provider& provider) {
  const Endpoints& all = provider.endpoints;
  for (const std::string* text :
       {&provider.issuer, &all.device_authorization, &all.token, &all.introspection,
        &all.revocation, &all.userinfo, &all.jwks_uri}) {
    if (text->empty()) continue;
    const auto url = parse_url(*text);
    require(url.ok(), "a field can't break a URL");
    require(url->userinfo.empty() && !url->fragment, "a field stays in its place");
    require(url->scheme == "https" || provider.sandbox, "plain http is the sandbox's");
  }
}

OAuthRequest request_of(Stage stage) {
  OAuthRequest request;
  request.stage = stage;
  request.url = "https://id.example.com/token";
  request.form.add("grant_type", "urn:ietf:params:oauth:grant-type:device_code");
  request.form.add("device_code", kSecret);
  request.form.add("client_id", "tv");
  request.form.add("scope", "openid");
  request.context.add("scope", "openid");
  request.context.add("user_code", "WDJB-MJHT");
  return request;
}

void rewrites(const Exchange& exchange, const RequestTolerances& rules, Stage stage) {
  const auto finished = exchange.prepare(request_of(stage), {}, {});
  require(finished.ok(), "a description leaves a request that can be sent");
  require(finished->url == request_of(stage).url, "a description changes no URL");
  const auto form = Form::parse(finished->body.reveal(), finished->body.size());
  require(form.has_value(), "a body is a form");
  for (const std::string& name : rules.remove) {
    require(!form->has(name), "what is never sent is not sent");
  }
}

void normalizes(const Exchange& exchange, const HttpResponse& response) {
  for (const Stage stage : {Stage::device_authorization, Stage::token, Stage::refresh,
                            Stage::userinfo, Stage::revocation}) {
    const HttpResponse normalized = exchange.accept(response, stage);
    require(normalized.status == response.status, "a status stays as it came");
    if (normalized.quirks.list() == response.quirks.list()) {
      require(normalized.body.reveal() == response.body.reveal(), "what is normalized is told");
    }
    read_codes(normalized);
    read_token(normalized, DpopMode::off);
  }
}

}  // namespace
}  // namespace deviceflow::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace deviceflow;
  const auto [description, rest] = fuzz::split_line(fuzz::text_of(data, size));
  const auto [fields, answer] = fuzz::split_line(rest);
  const auto provider = parse_provider(description);
  if (!provider.ok()) {
    fuzz::require_clean(provider.error());
    return 0;
  }
  const auto given = provider->resolve(fuzz::fields_of(fields));
  if (given.ok()) {
    fuzz::urls_are_usable(*given);
  } else {
    fuzz::require_clean(given.error());
  }
  const auto rules = provider->tolerances;
  if (!rules) return 0;
  const Exchange exchange({std::make_shared<Provider>(*provider), nullptr, false});
  fuzz::rewrites(exchange, rules->device_authorization, Stage::device_authorization);
  fuzz::rewrites(exchange, rules->token, Stage::token);
  fuzz::normalizes(exchange, fuzz::response_of(answer));
  return 0;
}
