#include "client/server.hpp"

#include <algorithm>

#include "client/client_identity.hpp"
#include "foundation/ascii.hpp"
#include "protocol/answer.hpp"

namespace deviceflow {

Server::Server(Config with) : config(std::move(with)) {
  keep_secret(config.client_secret);
  keep_secret(config.client_key.pem);
  tokens_are_bound = config.dpop == DpopMode::require;
  given = named = config.endpoints;
  if (!config.provider) return;
  // The description's endpoints are those of its own issuer.
  const std::string& its_issuer = config.provider->issuer;
  const bool its_own = !its_issuer.empty() && its_issuer == config.issuer;
  if (its_own || config.issuer.empty()) fill_missing(named, config.provider->endpoints);
  config.endpoints = named;
}

void Server::adopt(const Metadata& from) {
  config.endpoints = given;
  if (!config.client_cert_file.empty()) {  // RFC 8705 section 5
    fill_missing(config.endpoints, from.mtls_aliases);
  }
  fill_missing(config.endpoints, from.endpoints);
  if (config.provider) fill_missing(config.endpoints, config.provider->endpoints);
}

EndpointSet Server::unnamed(EndpointSet wanted) const {
  wanted.erase(std::remove_if(wanted.begin(), wanted.end(),
                              [this](auto one) { return !(named.*one).empty(); }),
               wanted.end());
  return wanted;
}

std::string Server::left_out() const {
  if (!learned || !learned->metadata.quirks.has(Quirk::loopback_endpoint)) return {};
  return " An endpoint over plain http on this machine is not accepted from another server.";
}

Exchange::Options Server::exchange_options() const {
  Exchange::Options options;
  options.provider = config.provider;
  options.dangerous_allow_http = config.dangerous_allow_http;
  return options;
}

Result<void> Server::ready_dpop() {
  if (dpop) return {};
  auto made = make_client_dpop(config, metadata());
  if (!made.ok()) return made.error();
  dpop = std::move(*made);
  keep_secret(config.dpop_key.pem);
  return {};
}

Result<Exchange> Server::client_exchange() {
  auto identity = make_client_identity(config, metadata());
  if (!identity.ok()) return scrubbed(identity.error(), redactor);
  const auto ready = ready_dpop();
  if (!ready.ok()) return ready.error();
  (*identity)->reveal_to(own_secrets);
  (*identity)->reveal_to(redactor);
  Exchange::Options options = exchange_options();
  options.authenticator = std::move(*identity);
  if (dpop) {
    options.authenticator = make_dpop_auth(dpop, options.authenticator, config.dpop_scope);
  }
  return Exchange(std::move(options));
}

// The Dpop stays where the key is the same: it knows the server's nonces.
void Server::use_dpop_key(const Secret& pem) {
  if (pem.empty() || pem.reveal() == config.dpop_key.pem.reveal()) return;
  config.dpop_key = ClientKey();
  config.dpop_key.pem = pem;
  dpop.reset();
}

void Server::keep_secret(const Secret& secret) {
  own_secrets.add(secret);
  redactor.add(secret);
}

void Server::take_secrets(const TokenSet& tokens) {
  redactor = own_secrets;
  redactor.add(tokens.access_token);
  redactor.add(tokens.refresh_token);
  redactor.add(tokens.id_token);
}

void Server::continue_login(const StoredLogin& login) {
  const bool bound = ascii::same(login.tokens.token_type, "DPoP");
  if (config.dpop == DpopMode::off && bound) config.dpop = DpopMode::prefer;
  if (config.dpop != DpopMode::require) tokens_are_bound = bound;
  use_dpop_key(login.dpop_key);
  take_secrets(login.tokens);
  redactor.add(login.dpop_key);
}

}  // namespace deviceflow
