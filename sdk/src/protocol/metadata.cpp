#include <algorithm>
#include <deviceflow/messages.hpp>
#include <deviceflow/secret.hpp>

#include "foundation/json.hpp"
#include "foundation/url.hpp"
#include "protocol/answer.hpp"

namespace deviceflow {

namespace {

constexpr Stage kStage = Stage::discovery;

std::vector<std::string> strings(const Answer& answer, std::string_view member) {
  std::vector<std::string> out;
  const JsonValue* list = answer.object->find(member);
  if (list == nullptr) return out;
  for (const JsonValue& item : list->items()) {
    if (const auto text = item.as_string()) out.emplace_back(*text);
  }
  return out;
}

bool is_loopback_http(std::string_view text) {
  const auto url = parse_url(text);
  return url.ok() && url->scheme == "http" && host_reach(url->host) == HostReach::this_machine;
}

// Without those on this machine, unless the issuer is there too: a server elsewhere must not choose
// which local service gets the secrets.
Endpoints endpoints_of(const JsonValue& object, bool local_issuer, Quirks& quirks) {
  Endpoints out;
  for (const EndpointName& name : kEndpointNames) {
    const JsonValue* value = object.find(name.key);
    const auto url = value == nullptr ? std::nullopt : value->as_string();
    if (!url) continue;
    if (!local_issuer && is_loopback_http(*url)) {
      quirks.add(Quirk::loopback_endpoint);
    } else {
      out.*name.member = *url;
    }
  }
  return out;
}

}  // namespace

void fill_missing(Endpoints& endpoints, const Endpoints& more) {
  for (const EndpointName& name : kEndpointNames) {
    if ((endpoints.*name.member).empty()) endpoints.*name.member = more.*name.member;
  }
}

bool names_all(const Endpoints& endpoints, const EndpointSet& wanted) noexcept {
  return std::all_of(wanted.begin(), wanted.end(),
                     [&](std::string Endpoints::*one) { return !(endpoints.*one).empty(); });
}

void fill_missing(Metadata& metadata, const Metadata& more) {
  fill_missing(metadata.endpoints, more.endpoints);
  fill_missing(metadata.mtls_aliases, more.mtls_aliases);
  for (const auto list :
       {&Metadata::token_endpoint_auth_methods, &Metadata::client_assertion_algorithms,
        &Metadata::dpop_algorithms, &Metadata::code_challenge_methods, &Metadata::grant_types,
        &Metadata::scopes}) {
    if ((metadata.*list).empty()) metadata.*list = more.*list;
  }
  metadata.quirks.add(more.quirks);
}

bool Metadata::lists_device_grant() const noexcept {
  return std::find(grant_types.begin(), grant_types.end(),
                   "urn:ietf:params:oauth:grant-type:device_code") != grant_types.end();
}

std::vector<MetadataForm> all_metadata_forms() {
  return {MetadataForm::oauth, MetadataForm::openid_inserted, MetadataForm::openid};
}

Result<std::vector<std::string>> metadata_urls(std::string_view issuer,
                                               const std::vector<MetadataForm>& forms) {
  const auto url = parse_url(issuer);
  const bool usable = url.ok() && (url->scheme == "https" || url->scheme == "http") &&
                      !url->query && !url->fragment && url->userinfo.empty();
  if (!usable) {
    return make_error(Blame::caller, ErrorCode::invalid_argument, kStage,
                      "The issuer has to be an https URL without query or fragment.");
  }
  std::string path = url->path;
  while (!path.empty() && path.back() == '/') path.pop_back();
  const std::string origin = url->origin();
  std::vector<std::string> out;
  for (const MetadataForm form : forms) {
    std::string place = origin;
    switch (form) {
      case MetadataForm::oauth: place += "/.well-known/oauth-authorization-server" + path; break;
      case MetadataForm::openid_inserted:
        place += "/.well-known/openid-configuration" + path;
        break;
      case MetadataForm::openid: place += path + "/.well-known/openid-configuration"; break;
    }
    if (std::find(out.begin(), out.end(), place) == out.end()) out.push_back(std::move(place));
  }
  if (!out.empty()) return out;
  return make_error(Blame::caller, ErrorCode::invalid_argument, kStage,
                    "There is no place to look for the metadata: no form of their URL is allowed.");
}

OAuthRequest make_metadata_request(std::string_view url) {
  OAuthRequest request;
  request.stage = kStage;
  request.method = Method::get;
  request.url = std::string(url);
  return request;
}

Result<Metadata> read_metadata_response(std::string_view issuer, const HttpResponse& response,
                                        const Redactor& redactor) {
  const Answer answer = read_answer(response);
  const bool json = answer.object && !answer.quirks.has(Quirk::form_encoded_answer);
  if (!json || answer.status != 200) {
    return unusable_answer(answer, kStage, "There is no authorization server metadata.", redactor);
  }
  Metadata out;
  out.issuer = answer.text("issuer");
  if (out.issuer.empty()) {
    return unusable_answer(answer, kStage, "The document names no issuer (RFC 8414 section 2).",
                           redactor);
  }
  if (out.issuer != issuer) {
    Error error =
        make_error(Blame::protocol, ErrorCode::issuer_mismatch, kStage,
                   "The metadata belong to the issuer \"" + redactor.clean(out.issuer, 200) +
                       "\", not to the one that was asked for. Use the issuer exactly as the "
                       "server writes it.");
    error.http_status = answer.status;
    return error;
  }
  const bool local = is_loopback_http(issuer);
  out.endpoints = endpoints_of(*answer.object, local, out.quirks);
  if (const JsonValue* aliases = answer.object->find("mtls_endpoint_aliases")) {
    out.mtls_aliases = endpoints_of(*aliases, local, out.quirks);
  }
  out.token_endpoint_auth_methods = strings(answer, "token_endpoint_auth_methods_supported");
  out.client_assertion_algorithms =
      strings(answer, "token_endpoint_auth_signing_alg_values_supported");
  out.dpop_algorithms = strings(answer, "dpop_signing_alg_values_supported");
  out.code_challenge_methods = strings(answer, "code_challenge_methods_supported");
  out.grant_types = strings(answer, "grant_types_supported");
  out.scopes = strings(answer, "scopes_supported");
  if (answer.quirks.has(Quirk::unreadable_text)) out.quirks.add(Quirk::unreadable_text);
  return out;
}

std::chrono::seconds metadata_lifetime(const HttpResponse& response) {
  return std::clamp<std::chrono::seconds>(max_age(response).value_or(std::chrono::hours(1)),
                                          std::chrono::minutes(5), std::chrono::hours(24));
}

}  // namespace deviceflow
