// What the client is made of; client.cpp holds discovery and login, client_tokens.cpp the rest of a
// token's life.
#ifndef DEVICEFLOW_SRC_CLIENT_IMPL_HPP
#define DEVICEFLOW_SRC_CLIENT_IMPL_HPP

#include <deviceflow/platform.hpp>

#include "client/client.hpp"
#include "client/id_token_keeper.hpp"
#include "protocol/id_token.hpp"
#include "protocol/jwks.hpp"
#include "protocol/jwt.hpp"

namespace deviceflow {

class Client::Impl {
 public:
  Impl(Config config, Ports ports) : config_(std::move(config)) {
    if (ports.transport == nullptr) open_transport();
    if (ports.transport != nullptr) transport_ = ports.transport;
    waiter_ = ports.waiter != nullptr ? ports.waiter : &own_waiter_;
    clock_ = ports.clock != nullptr ? ports.clock : &own_clock_;
    random_ = ports.random != nullptr ? ports.random : &own_random_;
    keep_secret(config_.client_secret);
    keep_secret(config_.client_key.pem);
    tokens_are_bound_ = config_.dpop == DpopMode::require;
    given_ = named_ = config_.endpoints;
    if (!config_.provider) return;
    // The description's endpoints are those of its own issuer.
    const std::string& its_issuer = config_.provider->issuer;
    const bool its_own = !its_issuer.empty() && its_issuer == config_.issuer;
    if (its_own || config_.issuer.empty()) fill_missing(named_, config_.provider->endpoints);
    config_.endpoints = named_;
  }

  LoginOutcome login(const LoginRequest& request, const LoginEvents& events);
  Result<Metadata> discover(const EndpointSet& wanted, const StartSchedule& start = {});
  Result<Jwks> keys();
  Result<Introspection> introspect(const Secret& token, const IntrospectionOptions& how);
  Result<UserInfo> userinfo(const Secret& access_token,
                            std::optional<std::string_view> expected_subject);
  Result<Refresher> prepare_refresh();
  RefreshOutcome refresh(const Refresher& refresher, const StoredLogin& login);
  void continue_login(const StoredLogin& login);
  void forget_login();
  RevocationAnswer revoke(const Secret& token, TokenHint hint, std::chrono::milliseconds timeout);
  Secret dpop_key() const { return config_.dpop_key.signer ? Secret() : config_.dpop_key.pem; }

  /// For the call that is about to begin.
  void use(const Cancel& cancel) { cancel_ = cancel; }

 private:
  void open_transport();
  // One request over the network: an answer, a transport failure, or an Error before sending.
  using Sent = std::variant<HttpResponse, TransportFailure, Error>;
  Sent send(const Exchange& exchange, OAuthRequest request, const Redactor& redactor,
            const Cancel& cancel);
  Result<HttpResponse> fetch(OAuthRequest request);
  // The metadata, where they came from, and when they are too old.
  struct Learned {
    Metadata metadata;
    std::string place;
    SteadyTime fresh_until{};
    std::vector<std::string> places_asked = {};
    std::optional<Error> gap_problem = {};  // why what is missing may yet be found
  };
  Result<Learned> fetch_metadata(const StartSchedule& start);
  // Asks the other places as long as one of `wanted` is missing.
  void fill_gaps(Learned& learned, const EndpointSet& wanted, const StartSchedule& start);
  Result<Metadata> discover_patiently(const EndpointSet& wanted, StartSchedule& start,
                                      const LoginEvents& events);
  // Fills the endpoints that were not given.
  void adopt(const Metadata& metadata);
  // Those of `wanted` that only metadata can name.
  EndpointSet unnamed(EndpointSet wanted) const;
  // Fetches the issuer's metadata if one of `wanted` is not named, and adopts them.
  Result<void> find(EndpointSet wanted);
  // Fetches them for how to authenticate, which the client can also choose by itself.
  Result<void> learn_client_auth();
  Result<void> find_login_endpoints(const std::string& scope, StartSchedule& start,
                                    const LoginEvents& events);
  Result<std::string> find_endpoint(std::string Endpoints::*which, Stage stage);
  // Why metadata that name an endpoint may count as naming none; a sentence, or empty.
  std::string left_out() const;
  void tell_of_retry(const LoginEvents& events, const Error& error, SteadyTime next);
  const Metadata* known_metadata() const { return learned_ ? &learned_->metadata : nullptr; }
  // A secret of the client itself.
  void keep_secret(const Secret& secret);
  // From now on these are the tokens whose secrets are alive.
  void take_secrets(const TokenSet& tokens);
  Result<void> ready_dpop();
  Result<Exchange> client_exchange();
  Exchange::Options exchange_options() const;
  std::uint64_t seed();
  DeviceLoginOptions login_options(const LoginRequest& request);
  void use_dpop_key(const Secret& pem);
  IdTokenKeeper::Question complete(IdTokenKeeper::Question question) const;
  Result<Jwks> fetch_keys(const std::string& jwks_uri);
  IdTokenKeeper::Fetch key_fetcher();
  IdTokenKeeper::Verdict check_id_token(const TokenSet& tokens, IdTokenKeeper::Question question);
  void settle_id_token(LoginOutcome& outcome, const LoginRequest& asked, const Exchange& exchange);
  void settle_id_token(RefreshOutcome& outcome, IdTokenKeeper::Question question);
  Result<SignatureCheck> check_signature(const Jwt& jwt, const IdTokenKeeper::Question& question,
                                         Stage stage, ErrorCode invalid);
  Result<Introspection> read_signed(const HttpResponse& response, const Secret& token,
                                    const Redactor& redactor, const IntrospectionOptions& how);
  Result<UserInfo> read_userinfo(const HttpResponse& response,
                                 std::optional<std::string_view> expected_subject,
                                 const Redactor& redactor);
  void tell_of_pending(const DeviceLogin& login, const LoginEvents& events,
                       std::chrono::seconds& told);
  LoginOutcome run(DeviceLoginOptions options, const LoginRequest& asked, const Exchange& exchange,
                   const LoginEvents& events);
  LoginOutcome run(DeviceLogin& login, const LoginRequest& asked, const Exchange& exchange,
                   const LoginEvents& events);
  static void tell_of_transition(const DeviceLogin& login, const LoginEvents& events,
                                 LoginState& told);
  Sent send_for(const DeviceLogin& login, const Exchange& exchange, OAuthRequest request);
  void feed(DeviceLogin& login, Sent result);

  Config config_;
  Endpoints given_;  // those that no metadata change
  Endpoints named_;  // those for which no metadata are fetched
  std::optional<Learned> learned_;
  std::shared_ptr<Dpop> dpop_;
  bool tokens_are_bound_ = false;
  IdTokenKeeper id_tokens_;
  std::optional<WallTime> server_date_;  // of the last answer to a login
  Redactor own_secrets_;
  Redactor redactor_;  // knows them and those of the login at hand
  Cancel cancel_ = Cancel::never();
  SystemClock own_clock_;
  SystemRandom own_random_;
  SystemWaiter own_waiter_;
  std::unique_ptr<Transport> own_transport_;
  Transport* transport_;
  Clock* clock_;
  Waiter* waiter_;
  RandomSource* random_;
};

}  // namespace deviceflow

#endif
