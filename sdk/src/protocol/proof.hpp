// What client assertions and DPoP proofs share.
#ifndef DEVICEFLOW_SRC_PROOF_HPP
#define DEVICEFLOW_SRC_PROOF_HPP

#include <deviceflow/auth.hpp>
#include <deviceflow/clock.hpp>
#include <deviceflow/error.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/json.hpp"

namespace deviceflow {

/// Each takes its own half of a request's random bytes, since a request may carry both.
enum class ProofKind { assertion, dpop };

/// A jti of 128 random bits.
std::string fresh_id(const RandomBytes& random, ProofKind kind);

JsonValue seconds_of(WallTime time);

/// not_possible: a proof without the time would be worth nothing.
Error time_unknown(Stage stage, std::string_view what);

/// Fails with not_possible unless `supported` is empty or names the signer's algorithm. `what` is
/// what the algorithm is for.
Result<void> check_algorithm(const Signer& signer, const std::vector<std::string>& supported,
                             std::string_view what);

}  // namespace deviceflow

#endif
