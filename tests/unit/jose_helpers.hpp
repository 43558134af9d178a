// Shared by the tests of tokens and keys: tokens put together by hand, and keys from the RFCs.
#ifndef DEVICEFLOW_TESTS_JOSE_HELPERS_HPP
#define DEVICEFLOW_TESTS_JOSE_HELPERS_HPP

#include <deviceflow/auth.hpp>
#include <deviceflow/http.hpp>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/encoding.hpp"

namespace deviceflow {

inline void PrintTo(ErrorCode code, std::ostream* out) {
  *out << name(code);
}
inline void PrintTo(JwsAlgorithm algorithm, std::ostream* out) {
  *out << name(algorithm);
}

namespace test {

/// A compact JWS of these parts, whatever they are.
inline std::string compact(std::string_view header, std::string_view payload,
                           std::string_view signature = "signature") {
  return base64url_encode(header) + "." + base64url_encode(payload) + "." +
         base64url_encode(signature);
}

/// A stub: takes every signature that is "signature", and remembers the keys it was shown.
class StubVerifier final : public SignatureVerifier {
 public:
  Result<bool> verify(JwsAlgorithm, const Jwk& key, std::string_view,
                      std::string_view signature) override {
    kids.push_back(key.kid);
    if (key.kid == "broken") return Error{};
    return signature == "signature" && key.kid != "other";
  }
  std::vector<std::string> kids;
};

// RFC 7515 appendix A.3: an ES256 key.
inline const Jwk kEcKey{"EC",
                        "P-256",
                        "",
                        "",
                        "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                        "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
                        "",
                        "",
                        ""};
// RFC 8037 appendix A.2: an Ed25519 key.
inline const Jwk kEdKey{"OKP", "Ed25519", "", "", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
                        "",    "",        "", ""};
// RFC 7515 appendix A.2: an RSA key of 2048 bits.
inline const Jwk kRsaKey{
    "RSA",
    "",
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4"
    "QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdb"
    "BYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-D"
    "WNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
    "AQAB",
    "",
    "",
    "",
    "",
    ""};

}  // namespace test
}  // namespace deviceflow

#endif
