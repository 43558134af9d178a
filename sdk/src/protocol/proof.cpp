#include "protocol/proof.hpp"

#include <algorithm>
#include <deviceflow/http.hpp>

#include "foundation/encoding.hpp"
#include "foundation/json.hpp"

namespace deviceflow {

std::string fresh_id(const RandomBytes& random, ProofKind kind) {
  const std::size_t half = random.size() / 2;
  std::string bytes(half, '\0');
  const auto from = random.begin() + (kind == ProofKind::dpop ? static_cast<int>(half) : 0);
  std::transform(from, from + static_cast<int>(half), bytes.begin(),
                 [](std::uint8_t byte) { return static_cast<char>(byte); });
  return base64url_encode(bytes);
}

JsonValue seconds_of(WallTime time) {
  return JsonValue::integer(time.time_since_epoch().count());
}

Error time_unknown(Stage stage, std::string_view what) {
  return make_error(Blame::caller, ErrorCode::not_possible, stage,
                    "This device does not know what time it is, and " + std::string(what) +
                        " needs the time. Set the clock, and try again.");
}

Result<void> check_algorithm(const Signer& signer, const std::vector<std::string>& supported,
                             std::string_view what) {
  const std::string_view own = name(signer.algorithm());
  const bool good =
      supported.empty() || std::find(supported.begin(), supported.end(), own) != supported.end();
  if (good) return {};
  std::string list;
  for (const std::string& one : supported) list += (list.empty() ? "" : ", ") + one;
  return make_error(Blame::caller, ErrorCode::not_possible, Stage::usage,
                    "The key signs with " + std::string(own) + ", but for " + std::string(what) +
                        " the server takes only: " + list + ".");
}

}  // namespace deviceflow
