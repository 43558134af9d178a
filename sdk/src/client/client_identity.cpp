#include "client/client_identity.hpp"

#include <deviceflow/auth.hpp>
#include <deviceflow/platform.hpp>

#include "protocol/client_auth.hpp"

namespace deviceflow {

namespace {

using Names = std::vector<std::string>;

bool given(const ClientKey& key) {
  return key.signer != nullptr || !key.pem.empty();
}

// The key, with the algorithm it would take by itself where the server lists that one or says
// nothing, and otherwise with the first on the server's list that it can do (RSA has two).
Result<std::shared_ptr<Signer>> signer_of(const ClientKey& key, const Names& supported) {
  if (key.signer) return key.signer;
  auto usual = make_pem_signer(key.pem, key.algorithm, key.key_id);
  if (!usual.ok()) return usual.error();
  if (key.algorithm) return std::shared_ptr<Signer>(std::move(*usual));
  for (const std::string& listed : supported) {
    if (listed == name((*usual)->algorithm())) return std::shared_ptr<Signer>(std::move(*usual));
  }
  for (const std::string& listed : supported) {
    const auto algorithm = jws_algorithm(listed);
    if (!algorithm) continue;
    auto other = make_pem_signer(key.pem, algorithm, key.key_id);
    if (other.ok()) return std::shared_ptr<Signer>(std::move(*other));
  }
  return std::shared_ptr<Signer>(std::move(*usual));
}

Result<ClientAuth> method_of(const Config& config, const Metadata* metadata) {
  if (config.client_auth) return *config.client_auth;
  const Credentials have{!config.client_secret.empty(), given(config.client_key),
                         !config.client_cert_file.empty()};
  return choose_client_auth(metadata == nullptr ? Names() : metadata->token_endpoint_auth_methods,
                            have);
}

Result<std::shared_ptr<Authenticator>> make_assertions(const Config& config,
                                                       const Metadata* metadata) {
  ClientAssertionOptions options;
  options.client_id = config.client_id;
  const AssertionAudience audience = config.assertion_audience.value_or(
      config.issuer.empty() ? AssertionAudience::token_endpoint : AssertionAudience::issuer);
  options.audience = audience == AssertionAudience::issuer ? config.issuer : config.endpoints.token;
  if (metadata != nullptr) options.algorithms_supported = metadata->client_assertion_algorithms;
  if (given(config.client_key)) {
    auto signer = signer_of(config.client_key, options.algorithms_supported);
    if (!signer.ok()) return signer.error();
    options.signer = std::move(*signer);
  }
  auto auth = make_client_assertion_auth(std::move(options));
  if (!auth.ok()) return auth.error();
  return std::shared_ptr<Authenticator>(std::move(*auth));
}

}  // namespace

void use_provider(Config& config, Provider provider) {
  if (config.issuer.empty()) config.issuer = provider.issuer;
  if (config.scope.empty()) config.scope = provider.scope;
  const bool secret_alone =
      !config.client_secret.empty() && !given(config.client_key) && config.client_cert_file.empty();
  if (!config.client_auth && secret_alone) config.client_auth = provider.client_auth;
  if (!config.assertion_audience) config.assertion_audience = provider.assertion_audience;
  config.provider = std::make_shared<Provider>(std::move(provider));
}

bool has_credentials(const Config& config) {
  return !config.client_secret.empty() || given(config.client_key) ||
         !config.client_cert_file.empty();
}

Result<std::shared_ptr<Authenticator>> make_client_identity(const Config& config,
                                                            const Metadata* metadata) {
  const auto method = method_of(config, metadata);
  if (!method.ok()) return method.error();
  if (*method == ClientAuth::private_key_jwt) return make_assertions(config, metadata);
  // A secret beside a better credential is left alone; one beside a method that was named is not.
  const bool unused = *method == ClientAuth::tls && !config.client_auth;
  auto auth =
      make_client_auth(*method, config.client_id, unused ? Secret() : config.client_secret,
                       config.provider ? config.provider->basic_encoding : BasicEncoding::form);
  if (!auth.ok()) return auth.error();
  return std::shared_ptr<Authenticator>(std::move(*auth));
}

Error with_listed_methods(Error error, const Metadata* metadata, const Redactor& redactor) {
  const bool refused = error.oauth_code == "invalid_client" ||
                       (error.oauth_code == "unauthorized_client" &&
                        (error.http_status == 401 || error.http_status == 403));
  if (!refused || metadata == nullptr || metadata->token_endpoint_auth_methods.empty()) {
    return error;
  }
  error.message += " The server lists these methods of client authentication: " +
                   redactor.scrub(listed_methods(metadata->token_endpoint_auth_methods)) + ".";
  return error;
}

Result<std::shared_ptr<Dpop>> make_client_dpop(Config& config, const Metadata* metadata) {
  if (config.dpop == DpopMode::off) return std::shared_ptr<Dpop>();
  const Names supported = metadata == nullptr ? Names() : metadata->dpop_algorithms;
  if (!given(config.dpop_key)) config.dpop_key.pem = generate_es256_key();
  auto signer = signer_of(config.dpop_key, supported);
  if (!signer.ok()) return signer.error();
  return Dpop::make(std::move(*signer), openssl_hash, supported);
}

}  // namespace deviceflow
