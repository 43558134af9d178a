#include <memory>

#include "c_api/handles.hpp"

namespace deviceflow::c_api {

Error missing_endpoint(std::string_view what) {
  return make_error(Blame::caller, ErrorCode::not_possible, Stage::usage,
                    "The " + std::string(what) +
                        " is not known. Name it in the client's options, or take it from a "
                        "provider's description or the server's metadata.");
}

Result<Exchange> make_exchange(const deviceflow_client& client, Credential credential) {
  Exchange::Options options;
  options.provider = client.provider;
  options.dangerous_allow_http = client.allow_http;
  if (credential == Credential::client) {
    auto auth =
        make_client_auth(client.auth, client.client_id, client.client_secret,
                         client.provider ? client.provider->basic_encoding : BasicEncoding::form);
    if (!auth.ok()) return auth.error();
    options.authenticator = std::move(*auth);
  }
  return Exchange(std::move(options));
}

Redactor redactor_of(const Exchange& exchange) {
  Redactor redactor;
  if (exchange.authenticator() != nullptr) exchange.authenticator()->reveal_to(redactor);
  return redactor;
}

void name_endpoints(deviceflow_client& client, const Endpoints& discovered,
                    std::shared_ptr<const Provider> provider) {
  Endpoints metadata = client.discovered;
  fill_missing(metadata, discovered);
  Endpoints all = client.given;
  fill_missing(all, metadata);
  if (provider) fill_missing(all, provider->endpoints);
  client.discovered = std::move(metadata);
  client.provider = std::move(provider);
  client.endpoints = std::move(all);
}

namespace {

std::optional<ClientAuth> auth_of(int auth) noexcept {
  switch (auth) {
    case DEVICEFLOW_AUTH_NONE: return ClientAuth::none;
    case DEVICEFLOW_AUTH_BASIC: return ClientAuth::basic;
    case DEVICEFLOW_AUTH_POST: return ClientAuth::post;
    case DEVICEFLOW_AUTH_TLS: return ClientAuth::tls;
    default: return std::nullopt;
  }
}

bool texts_are_good(const deviceflow_client_options& options) noexcept {
  return is_good(options.client_id) && is_good(options.client_secret) &&
         is_good(options.device_authorization_endpoint) && is_good(options.token_endpoint) &&
         is_good(options.revocation_endpoint) && is_good(options.introspection_endpoint) &&
         is_good(options.userinfo_endpoint);
}

}  // namespace
}  // namespace deviceflow::c_api

using namespace deviceflow;
using namespace deviceflow::c_api;

int deviceflow_client_new(const deviceflow_client_options* options, deviceflow_client** client) {
  if (client == nullptr) return DEVICEFLOW_NULL_ARGUMENT;
  *client = nullptr;
  const int size = check_struct(options);
  if (size != DEVICEFLOW_OK) return size;
  if (!texts_are_good(*options)) return DEVICEFLOW_NULL_ARGUMENT;
  const auto auth = auth_of(options->client_auth);
  if (!auth) return DEVICEFLOW_INVALID_ARGUMENT;
  return guarded([&] {
    auto made = std::make_unique<deviceflow_client>();
    made->client_id = view_of(options->client_id);
    made->client_secret = Secret(view_of(options->client_secret));
    made->auth = *auth;
    made->allow_http = options->dangerous_allow_http != 0;
    made->given.device_authorization = view_of(options->device_authorization_endpoint);
    made->given.token = view_of(options->token_endpoint);
    made->given.revocation = view_of(options->revocation_endpoint);
    made->given.introspection = view_of(options->introspection_endpoint);
    made->given.userinfo = view_of(options->userinfo_endpoint);
    made->endpoints = made->given;
    *client = made.release();
    return int{DEVICEFLOW_OK};
  });
}

void deviceflow_client_free(deviceflow_client* client) {
  delete client;
}

int deviceflow_client_error(const deviceflow_client* client, deviceflow_error* error) {
  if (client == nullptr) return DEVICEFLOW_NULL_ARGUMENT;
  const int size = check_struct(error);
  if (size == DEVICEFLOW_OK) fill(*error, client->error ? &*client->error : nullptr);
  return size;
}
