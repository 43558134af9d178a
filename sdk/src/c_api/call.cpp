// Single requests beside a login: one handle for all, since only how the response is read differs.
#include <deviceflow/messages.hpp>
#include <memory>

#include "c_api/handles.hpp"
#include "foundation/ascii.hpp"
#include "foundation/json.hpp"
#include "protocol/answer.hpp"

struct deviceflow_call {
  // What the answer means, by the kind of the call: a pointer, so that a program that never makes
  // such a call does not carry its reader.
  using Reader = int (*)(deviceflow_call& call, const deviceflow::HttpResponse& response);

  deviceflow::Exchange exchange;
  deviceflow::Redactor redactor;
  deviceflow::Stage stage = deviceflow::Stage::token;
  deviceflow::c_api::SentRequest sent;
  Reader read = nullptr;
  bool answered = false;
  deviceflow::RefreshParameters refresh;  // of a refresh
  std::string expected;                   // the subject, or the issuer

  std::optional<deviceflow::TokenSet> tokens;
  std::optional<deviceflow::Secret> json;
  std::optional<bool> active;
  std::optional<deviceflow::Metadata> metadata;
  std::optional<deviceflow::Error> error;
};

namespace deviceflow::c_api {

namespace {

int read_refresh_call(deviceflow_call& call, const HttpResponse& response) {
  RefreshAnswer answer = read_refresh_response(response, call.refresh, call.redactor);
  if (answer.tokens) {
    call.tokens = std::move(*answer.tokens);
    return DEVICEFLOW_OK;
  }
  if (!answer.refresh_token.empty()) {
    call.tokens.emplace();
    call.tokens->refresh_token = std::move(answer.refresh_token);
  }
  return fail(call, std::move(*answer.error));
}

int read_revocation_call(deviceflow_call& call, const HttpResponse& response) {
  RevocationAnswer answer = read_revocation_response(response, call.redactor);
  if (answer.kind == RevocationAnswer::Kind::revoked) return DEVICEFLOW_OK;
  return fail(call, std::move(*answer.error));
}

int read_introspection_call(deviceflow_call& call, const HttpResponse& response) {
  const auto answer = read_introspection_response(response, call.redactor);
  if (!answer.ok()) return fail(call, answer.error());
  call.json = answer->members;
  call.active = answer->active;
  return DEVICEFLOW_OK;
}

int read_userinfo_call(deviceflow_call& call, const HttpResponse& response) {
  std::optional<std::string_view> expected;
  if (!call.expected.empty()) expected = call.expected;
  const auto answer = read_userinfo_response(response, expected, call.redactor);
  if (!answer.ok()) return fail(call, answer.error());
  call.json = answer->members;
  return DEVICEFLOW_OK;
}

int read_discovery_call(deviceflow_call& call, const HttpResponse& response) {
  auto answer = read_metadata_response(call.expected, response, call.redactor);
  if (!answer.ok()) return fail(call, answer.error());
  call.metadata = std::move(*answer);
  return DEVICEFLOW_OK;
}

// Makes the handle around a request that `make` makes; it gets the handle to keep more in it.
template <typename Make>
int make_call(deviceflow_client& client, Credential credential, deviceflow_call::Reader read,
              deviceflow_call** call, Make make) noexcept {
  return guarded([&] {
    auto exchange = make_exchange(client, credential);
    if (!exchange.ok()) return fail(client, exchange.error());
    auto made = std::make_unique<deviceflow_call>();
    made->exchange = std::move(*exchange);
    made->redactor = redactor_of(made->exchange);
    made->redactor.add(client.client_secret);  // also if this request does without
    made->read = read;
    Result<OAuthRequest> request = make(*made);
    if (!request.ok()) return fail(client, request.error());
    made->stage = request->stage;
    auto finished = made->exchange.prepare(std::move(*request), std::nullopt, RandomBytes{});
    if (!finished.ok()) return fail(client, scrubbed(finished.error(), made->redactor));
    made->sent.set(std::move(*finished));
    *call = made.release();
    return int{DEVICEFLOW_OK};
  });
}

int check_call(const deviceflow_client* client, deviceflow_text first, deviceflow_text second,
               deviceflow_call** call) noexcept {
  if (call == nullptr) return DEVICEFLOW_NULL_ARGUMENT;
  *call = nullptr;
  const bool good = client != nullptr && is_good(first) && is_good(second);
  return good ? DEVICEFLOW_OK : DEVICEFLOW_NULL_ARGUMENT;
}

Error no_token() {
  return make_error(Blame::caller, ErrorCode::invalid_argument, Stage::usage,
                    "There is no token to make this request with.");
}

// It stands in a header: a line break in it would begin another one.
Error odd_token() {
  return make_error(Blame::caller, ErrorCode::invalid_argument, Stage::usage,
                    "The access token holds characters that no token has (RFC 6749 appendix A).");
}

}  // namespace
}  // namespace deviceflow::c_api

using namespace deviceflow;
using namespace deviceflow::c_api;

int deviceflow_refresh_new(deviceflow_client* client, deviceflow_text refresh_token,
                           deviceflow_text scope, deviceflow_text granted_scope,
                           deviceflow_call** call) {
  int good = check_call(client, refresh_token, scope, call);
  if (good == DEVICEFLOW_OK && !is_good(granted_scope)) good = DEVICEFLOW_NULL_ARGUMENT;
  if (good != DEVICEFLOW_OK) return good;
  return make_call(*client, Credential::client, read_refresh_call, call,
                   [&](deviceflow_call& made) -> Result<OAuthRequest> {
                     if (client->endpoints.token.empty()) return missing_endpoint("token endpoint");
                     made.refresh.token_endpoint = client->endpoints.token;
                     made.refresh.refresh_token = Secret(view_of(refresh_token));
                     made.refresh.scope = view_of(scope);
                     made.refresh.granted_scope = view_of(granted_scope);
                     made.refresh.token_type = "Bearer";  // the only one that this API takes
                     made.redactor.add(made.refresh.refresh_token);
                     return make_refresh_request(made.refresh);
                   });
}

int deviceflow_revocation_new(deviceflow_client* client, deviceflow_text token,
                              deviceflow_call** call) {
  const int good = check_call(client, token, {}, call);
  if (good != DEVICEFLOW_OK) return good;
  return make_call(*client, Credential::client, read_revocation_call, call,
                   [&](deviceflow_call& made) -> Result<OAuthRequest> {
                     const std::string& endpoint = client->endpoints.revocation;
                     if (endpoint.empty()) return missing_endpoint("revocation endpoint");
                     if (token.size == 0) return no_token();
                     const Secret secret(view_of(token));
                     made.redactor.add(secret);
                     return make_revocation_request(endpoint, secret, TokenHint::none);
                   });
}

int deviceflow_introspection_new(deviceflow_client* client, deviceflow_text token,
                                 deviceflow_call** call) {
  const int good = check_call(client, token, {}, call);
  if (good != DEVICEFLOW_OK) return good;
  return make_call(*client, Credential::client, read_introspection_call, call,
                   [&](deviceflow_call& made) -> Result<OAuthRequest> {
                     const std::string& endpoint = client->endpoints.introspection;
                     if (endpoint.empty()) return missing_endpoint("introspection endpoint");
                     if (token.size == 0) return no_token();
                     const Secret secret(view_of(token));
                     made.redactor.add(secret);
                     return make_introspection_request(endpoint, secret);
                   });
}

int deviceflow_userinfo_new(deviceflow_client* client, deviceflow_text access_token,
                            deviceflow_text subject, deviceflow_call** call) {
  const int good = check_call(client, access_token, subject, call);
  if (good != DEVICEFLOW_OK) return good;
  return make_call(*client, Credential::none, read_userinfo_call, call,
                   [&](deviceflow_call& made) -> Result<OAuthRequest> {
                     const std::string& endpoint = client->endpoints.userinfo;
                     if (endpoint.empty()) return missing_endpoint("UserInfo endpoint");
                     if (access_token.size == 0) return no_token();
                     if (!ascii::is_visible(view_of(access_token))) return odd_token();
                     const Secret secret(view_of(access_token));
                     made.redactor.add(secret);
                     made.expected = view_of(subject);
                     return make_userinfo_request(endpoint, secret);
                   });
}

int deviceflow_discovery_new(deviceflow_client* client, deviceflow_text issuer, int place,
                             deviceflow_call** call) {
  const int good = check_call(client, issuer, {}, call);
  if (good != DEVICEFLOW_OK) return good;
  const auto forms = {MetadataForm::oauth, MetadataForm::openid_inserted, MetadataForm::openid};
  if (place < 0 || place >= static_cast<int>(forms.size())) return DEVICEFLOW_INVALID_ARGUMENT;
  return make_call(*client, Credential::none, read_discovery_call, call,
                   [&](deviceflow_call& made) -> Result<OAuthRequest> {
                     made.expected = view_of(issuer);
                     const bool own = made.expected.empty() && client->provider;
                     if (own) made.expected = client->provider->issuer;
                     const auto urls = metadata_urls(made.expected, {forms.begin()[place]});
                     if (!urls.ok()) return urls.error();
                     return make_metadata_request(urls->front());
                   });
}

void deviceflow_call_free(deviceflow_call* call) {
  delete call;
}

int deviceflow_call_request(const deviceflow_call* call, deviceflow_request* request) {
  if (call == nullptr) return DEVICEFLOW_NULL_ARGUMENT;
  const int size = check_struct(request);
  if (size == DEVICEFLOW_OK) *request = call->sent.view;
  return size;
}

int deviceflow_call_answer(deviceflow_call* call, const deviceflow_response* response) {
  if (call == nullptr) return DEVICEFLOW_NULL_ARGUMENT;
  const int good = check_response(response);
  if (good != DEVICEFLOW_OK) return good;
  if (call->answered) return DEVICEFLOW_WRONG_ORDER;
  return guarded([&] {
    const int status =
        call->read(*call, call->exchange.accept(response_of(*response), call->stage));
    call->answered = true;
    return status;
  });
}

int deviceflow_call_failure(deviceflow_call* call, const deviceflow_failure* failure) {
  if (call == nullptr) return DEVICEFLOW_NULL_ARGUMENT;
  const int good = check_failure(failure);
  if (good != DEVICEFLOW_OK) return good;
  if (call->answered) return DEVICEFLOW_WRONG_ORDER;
  return guarded([&] {
    const int status = fail(*call, error_from(failure_of(*failure, call->redactor), call->stage));
    call->answered = true;
    return status;
  });
}

int deviceflow_call_tokens(const deviceflow_call* call, deviceflow_tokens* tokens) {
  if (call == nullptr) return DEVICEFLOW_NULL_ARGUMENT;
  const int size = check_struct(tokens);
  if (size != DEVICEFLOW_OK) return size;
  if (!call->tokens) return DEVICEFLOW_WRONG_ORDER;
  fill(*tokens, *call->tokens);
  return DEVICEFLOW_OK;
}

int deviceflow_call_json(const deviceflow_call* call, deviceflow_text* json) {
  if (call == nullptr || json == nullptr) return DEVICEFLOW_NULL_ARGUMENT;
  if (!call->json) return DEVICEFLOW_WRONG_ORDER;
  *json = text_of(call->json->reveal());
  return DEVICEFLOW_OK;
}

int deviceflow_call_active(const deviceflow_call* call, int* active) {
  if (call == nullptr || active == nullptr) return DEVICEFLOW_NULL_ARGUMENT;
  if (!call->active) return DEVICEFLOW_WRONG_ORDER;
  *active = *call->active ? 1 : 0;
  return DEVICEFLOW_OK;
}

int deviceflow_call_error(const deviceflow_call* call, deviceflow_error* error) {
  if (call == nullptr) return DEVICEFLOW_NULL_ARGUMENT;
  const int size = check_struct(error);
  if (size == DEVICEFLOW_OK) fill(*error, call->error ? &*call->error : nullptr);
  return size;
}

int deviceflow_client_use_metadata(deviceflow_client* client, const deviceflow_call* call) {
  if (client == nullptr || call == nullptr) return DEVICEFLOW_NULL_ARGUMENT;
  if (!call->metadata) return DEVICEFLOW_WRONG_ORDER;
  return guarded([&] {
    name_endpoints(*client, call->metadata->endpoints, client->provider);
    return int{DEVICEFLOW_OK};
  });
}
