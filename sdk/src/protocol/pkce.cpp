#include "protocol/pkce.hpp"

#include <algorithm>
#include <deviceflow/http.hpp>

#include "foundation/encoding.hpp"

namespace deviceflow {

Pkce make_pkce(const RandomBytes& random, const HashFunction& hash) {
  std::string bytes(random.size(), '\0');
  std::transform(random.begin(), random.end(), bytes.begin(),
                 [](std::uint8_t byte) { return static_cast<char>(byte); });
  std::string text = base64url_encode(bytes);
  Pkce out{Secret(text), base64url_encode(hash(HashAlgorithm::sha256, text))};
  wipe(bytes.data(), bytes.size());
  wipe(text.data(), text.size());
  return out;
}

}  // namespace deviceflow
