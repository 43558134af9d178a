#include <algorithm>
#include <deviceflow/auth.hpp>
#include <deviceflow/http.hpp>
#include <deviceflow/messages.hpp>

#include "foundation/ascii.hpp"
#include "foundation/encoding.hpp"
#include "foundation/json.hpp"
#include "foundation/url.hpp"
#include "protocol/challenge.hpp"
#include "protocol/jwks.hpp"
#include "protocol/jwt.hpp"
#include "protocol/proof.hpp"

namespace deviceflow {

namespace {

constexpr std::size_t kLongestNonce = 1024;

// The nonce of an answer, or an empty view: there has to be one, of RFC 9449's NQCHARs.
std::string_view nonce_of(const HttpResponse& response) {
  std::string_view nonce;
  int found = 0;
  for (const Header& header : response.headers) {
    if (!ascii::same(header.name, "DPoP-Nonce")) continue;
    nonce = header.value.reveal();
    ++found;
  }
  const bool good = found == 1 && nonce.size() <= kLongestNonce &&
                    std::all_of(nonce.begin(), nonce.end(), [](char c) {
                      return c > 0x20 && c < 0x7F && c != '"' && c != '\\';
                    });
  return good ? nonce : std::string_view();
}

std::string origin_of(std::string_view url) {
  const auto parsed = parse_url(url);
  if (!parsed.ok()) return {};
  return parsed->scheme + "://" + parsed->host + ":" + std::to_string(parsed->effective_port());
}

// The URL without query and fragment (RFC 9449 section 4.2).
std::string target_of(std::string_view url) {
  const auto parsed = parse_url(url);
  if (!parsed.ok()) return std::string(url);
  return parsed->origin() + (parsed->path.empty() ? "/" : parsed->path);
}

class DpopAuth final : public Authenticator {
 public:
  DpopAuth(std::shared_ptr<Dpop> dpop, std::shared_ptr<Authenticator> inner, DpopScope scope)
      : dpop_(std::move(dpop)), inner_(std::move(inner)), scope_(scope) {}

  Result<void> apply(OAuthRequest& request, std::optional<WallTime> wall,
                     const RandomBytes& random) override {
    if (inner_) {
      const auto applied = inner_->apply(request, wall, random);
      if (!applied.ok()) return applied.error();
    }
    asked_ = request.url;
    const bool token_request = request.form.has("grant_type");
    const bool start = request.stage == Stage::device_authorization &&
                       scope_ == DpopScope::device_authorization_too;
    if (!token_request && !start) return {};
    return dpop_->prove(request, nullptr, wall, random);
  }
  void learn(const HttpResponse& response) override {
    dpop_->learn(asked_, response);
    if (inner_) inner_->learn(response);
  }
  void reveal_to(Redactor& redactor) const override {
    if (inner_) inner_->reveal_to(redactor);
  }

 private:
  std::shared_ptr<Dpop> dpop_;
  std::shared_ptr<Authenticator> inner_;
  DpopScope scope_;
  std::string asked_;  // where the answer comes from that learn() sees next
};

class DpopAccess final : public Authenticator {
 public:
  DpopAccess(std::shared_ptr<Dpop> dpop, Secret access_token)
      : dpop_(std::move(dpop)), access_token_(std::move(access_token)) {}

  Result<void> apply(OAuthRequest& request, std::optional<WallTime> wall,
                     const RandomBytes& random) override {
    asked_ = request.url;
    Secret value("DPoP ");
    value.append(access_token_.reveal());
    set_header(request.headers, "Authorization", value.reveal());
    return dpop_->prove(request, &access_token_, wall, random);
  }
  void learn(const HttpResponse& response) override { dpop_->learn(asked_, response); }
  void reveal_to(Redactor& redactor) const override { redactor.add(access_token_); }

 private:
  std::shared_ptr<Dpop> dpop_;
  Secret access_token_;
  std::string asked_;
};

}  // namespace

Result<std::shared_ptr<Dpop>> Dpop::make(std::shared_ptr<Signer> signer, HashFunction hash,
                                         const std::vector<std::string>& algorithms_supported) {
  if (!signer || !hash) {
    return make_error(Blame::caller, ErrorCode::invalid_argument, Stage::usage,
                      "DPoP needs a key that signs, and a hash function.");
  }
  const auto good = check_algorithm(*signer, algorithms_supported, "DPoP");
  if (!good.ok()) return good.error();
  return std::shared_ptr<Dpop>(new Dpop(std::move(signer), std::move(hash)));
}

Result<Secret> Dpop::proof(std::string_view method, std::string_view url, Stage stage,
                           const Secret* access_token, std::optional<WallTime> wall,
                           const RandomBytes& random) {
  if (!wall) return time_unknown(stage, "DPoP");
  JsonValue header = JsonValue::object();
  header.set("typ", "dpop+jwt");
  header.set("jwk", to_json_value(signer_->public_jwk()));
  JsonValue claims = JsonValue::object();
  claims.set("jti", fresh_id(random, ProofKind::dpop));
  claims.set("htm", method);
  claims.set("htu", target_of(url));
  claims.set("iat", seconds_of(*wall));
  if (access_token != nullptr) {
    claims.set("ath", base64url_encode(hash_(HashAlgorithm::sha256, access_token->reveal())));
  }
  const std::string nonce_for_it = nonce(url);
  if (!nonce_for_it.empty()) claims.set("nonce", nonce_for_it);
  auto proof = sign_jwt(*signer_, std::move(header), claims);
  if (proof.ok()) return proof;
  Error error = proof.error();
  error.stage = stage;
  return error;
}

Result<void> Dpop::prove(OAuthRequest& request, const Secret* access_token,
                         std::optional<WallTime> wall, const RandomBytes& random) {
  const auto made =
      proof(name(request.method), request.url, request.stage, access_token, wall, random);
  if (!made.ok()) return made.error();
  set_header(request.headers, "DPoP", made->reveal());
  return {};
}

std::string Dpop::nonce(std::string_view url) const {
  const auto found = nonces_.find(origin_of(url));
  return found == nonces_.end() ? std::string() : found->second;
}

void Dpop::learn(std::string_view url, const HttpResponse& response) {
  const std::string_view nonce = nonce_of(response);
  if (!nonce.empty()) nonces_[origin_of(url)] = std::string(nonce);
}

std::string Dpop::thumbprint() const {
  return jwk_thumbprint(signer_->public_jwk(), hash_);
}

std::unique_ptr<Authenticator> make_dpop_auth(std::shared_ptr<Dpop> dpop,
                                              std::shared_ptr<Authenticator> inner,
                                              DpopScope scope) {
  return std::make_unique<DpopAuth>(std::move(dpop), std::move(inner), scope);
}

std::unique_ptr<Authenticator> make_dpop_access(std::shared_ptr<Dpop> dpop, Secret access_token) {
  return std::make_unique<DpopAccess>(std::move(dpop), std::move(access_token));
}

bool demands_dpop_nonce(const HttpResponse& response) {
  return response.status == 401 && !nonce_of(response).empty() &&
         challenge_parameter(response, "DPoP", "error") == "use_dpop_nonce";
}

}  // namespace deviceflow
