// One client at one server: what its operations share. It holds values and sends nothing.
#ifndef DEVICEFLOW_SRC_SERVER_HPP
#define DEVICEFLOW_SRC_SERVER_HPP

#include <deviceflow/clock.hpp>
#include <deviceflow/config.hpp>
#include <deviceflow/error.hpp>
#include <deviceflow/exchange.hpp>
#include <deviceflow/messages.hpp>
#include <deviceflow/secret.hpp>
#include <deviceflow/stored_login.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/id_token_keeper.hpp"

namespace deviceflow {

struct Server {
  explicit Server(Config config);

  /// The metadata, where they came from, and when they are too old.
  struct Learned {
    Metadata metadata;
    std::string place;
    SteadyTime fresh_until{};
    std::vector<std::string> places_asked = {};
    std::optional<Error> gap_problem = {};  ///< Why what is missing may yet be found.
  };

  /// Fills the endpoints that were not given.
  void adopt(const Metadata& metadata);
  /// Those of `wanted` that only metadata can name.
  EndpointSet unnamed(EndpointSet wanted) const;
  const Metadata* metadata() const { return learned ? &learned->metadata : nullptr; }
  /// Why metadata that name an endpoint may count as naming none; a sentence, or empty.
  std::string left_out() const;
  /// For requests without client authentication.
  Exchange::Options exchange_options() const;
  /// With client authentication, and proofs if there is a key. What it needs of the metadata is
  /// there, as far as it can be had.
  Result<Exchange> client_exchange();
  Result<void> ready_dpop();
  void use_dpop_key(const Secret& pem);
  /// The key that tokens are bound to, in PEM; empty before the first login, without DPoP, and if a
  /// Signer holds it.
  Secret dpop_key() const { return config.dpop_key.signer ? Secret() : config.dpop_key.pem; }
  /// A secret of the client itself.
  void keep_secret(const Secret& secret);
  /// From now on these are the tokens whose secrets are alive.
  void take_secrets(const TokenSet& tokens);
  /// Goes on with a stored login: its DPoP key takes the place of this client's, and its secrets
  /// stay out of every text from now on. If DpopMode is off, a bound login turns it to prefer: its
  /// tokens work with proofs only.
  void continue_login(const StoredLogin& login);

  Config config;
  Endpoints given;  ///< Those that no metadata change.
  Endpoints named;  ///< Those for which no metadata are fetched.
  std::optional<Learned> learned;
  std::shared_ptr<Dpop> dpop;
  bool tokens_are_bound = false;
  IdTokenKeeper id_tokens;
  Redactor own_secrets;
  Redactor redactor;  ///< Knows them and those of the login at hand.
};

}  // namespace deviceflow

#endif
