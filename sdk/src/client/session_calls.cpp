#include <algorithm>
#include <deviceflow/platform.hpp>
#include <utility>

#include "client/client_identity.hpp"
#include "client/session_impl.hpp"
#include "foundation/ascii.hpp"
#include "foundation/url.hpp"
#include "protocol/challenge.hpp"
#include "protocol/claims.hpp"
#include "protocol/jwt.hpp"

namespace deviceflow {

namespace {

Error bad_argument(std::string message) {
  return make_error(Blame::caller, ErrorCode::invalid_argument, Stage::usage, std::move(message));
}

// RFC 9110 section 9.1: a method is a token.
bool is_method(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

Result<void> check_api_url(std::string_view url) {
  const auto parsed = parse_url(url);
  if (!parsed.ok() || !parsed->userinfo.empty()) {
    return bad_argument("The API's URL has to be absolute, and without a user name.");
  }
  const bool local =
      parsed->scheme == "http" && host_reach(parsed->host) == HostReach::this_machine;
  if (parsed->scheme == "https" || local) return {};
  return bad_argument(
      "The API's URL has to begin with https://: over plain http anybody on the way "
      "could take the token.");
}

// The nonce in the proof of `used`; or empty.
std::string nonce_sent(const Authorization& used) {
  const auto proof = find_header(used.headers, "DPoP");
  if (!proof) return {};
  const auto jwt = parse_jwt(*proof);
  return jwt.ok() ? std::string(text_claim(jwt->claims, "nonce").value_or("")) : std::string();
}

bool rejects_token(const HttpResponse& response) {
  if (response.status != 401) return false;
  for (const std::string_view scheme : {"Bearer", "DPoP"}) {
    const std::string error = challenge_parameter(response, scheme, "error");
    if (!error.empty()) return error == "invalid_token";
  }
  return true;  // many APIs give no reason
}

}  // namespace

// ---- The application's own API ----

// With the mutex held.
Result<void> Session::Impl::ready_api_proofs(const StoredLogin& login) {
  if (api_proofs_ && same(api_key_, login.dpop_key)) return {};
  Config config = config_;
  if (config.dpop == DpopMode::off) config.dpop = DpopMode::prefer;
  if (!login.dpop_key.empty()) {
    config.dpop_key = ClientKey();
    config.dpop_key.pem = login.dpop_key;
  }
  auto made = make_client_dpop(config, nullptr);
  if (!made.ok()) return made.error();
  api_proofs_ = std::move(*made);
  api_key_ = login.dpop_key;
  return {};
}

Result<Authorization> Session::Impl::authorize(std::string_view method, std::string_view url,
                                               const Cancel& cancel) {
  if (!is_method(method)) return bad_argument("The method has to be one of HTTP's, like \"PUT\".");
  const auto good = check_api_url(url);
  if (!good.ok()) return good.error();
  Secret rejected;
  {
    const std::lock_guard<std::mutex> guard(mutex_);
    rejected = rejected_;
  }
  const auto token = access_token(rejected.empty() ? nullptr : &rejected, cancel);
  if (!token.ok()) return token.error();
  Authorization out;
  out.token = token->token;
  const bool bound = ascii::same(token->token_type, "DPoP");
  Secret value(bound ? "DPoP " : "Bearer ");
  value.append(token->token.reveal());
  out.headers.push_back({"Authorization", std::move(value)});
  const auto login = bound ? current() : Result<std::optional<StoredLogin>>(std::nullopt);
  if (!login.ok()) return login.error();
  const std::lock_guard<std::mutex> guard(mutex_);
  if (!rejected.empty() && same(rejected, rejected_)) {
    replaced_ = std::exchange(rejected_, Secret());
    replacement_ = out.token;
  }
  if (!bound) return out;
  const auto ready = ready_api_proofs(login->value_or(StoredLogin()));
  if (!ready.ok()) return ready.error();
  auto proof = api_proofs_->proof(method, url, Stage::usage, &out.token, clock_.wall_now(),
                                  ports_.random->bytes());
  if (!proof.ok()) return proof.error();
  out.headers.push_back({"DPoP", std::move(*proof)});
  return out;
}

bool Session::Impl::on_api_response(const Authorization& used, std::string_view url,
                                    const HttpResponse& got) {
  const bool wants_nonce = demands_dpop_nonce(got);
  const std::lock_guard<std::mutex> guard(mutex_);
  std::string nonce;
  if (api_proofs_) {
    api_proofs_->learn(url, got);
    nonce = api_proofs_->nonce(url);
  }
  if (wants_nonce) return !nonce.empty() && nonce != nonce_sent(used);
  const bool is_replacement = !replacement_.empty() && same(used.token, replacement_);
  if (!rejects_token(got)) {
    if (is_replacement) replacement_ = Secret();  // one API accepts it
    return false;
  }
  if (is_replacement) return false;
  if (replaced_.empty() || !same(used.token, replaced_)) rejected_ = used.token;
  return true;
}

// ---- Calls with the stored sign-in ----

Result<UserInfo> Session::Impl::userinfo(const Cancel& cancel) {
  const Lease client(*this);
  auto token = access_token(nullptr, cancel);
  for (bool again = true; token.ok(); again = false) {
    const auto login = current();
    if (!login.ok()) return login.error();
    std::optional<std::string_view> subject;
    if (*login) {
      client->continue_login(**login);
      if (!(*login)->subject.empty()) subject = (*login)->subject;
    }
    auto info = client->userinfo(token->token, subject, cancel);
    const bool rejected = !info.ok() && info.error().oauth_code == "invalid_token";
    if (!rejected || !again) return info;
    const Secret old = std::move(token->token);
    token = access_token(&old, cancel);
  }
  return token.error();
}

// Its secrets stay out of every text of the call.
void Session::Impl::continue_stored(Client& client) {
  const auto login = current();
  if (login.ok() && *login) client.continue_login(**login);
}

Result<Introspection> Session::Impl::introspect(const Secret& token,
                                                const IntrospectionOptions& options,
                                                const Cancel& cancel) {
  const Lease client(*this);
  continue_stored(*client);
  return client->introspect(token, options, cancel);
}

RevocationAnswer Session::Impl::revoke(const Secret& token, TokenHint hint, const Cancel& cancel) {
  const Lease client(*this);
  continue_stored(*client);
  return client->revoke(token, hint, {}, cancel);
}

Result<Authorization> Session::authorize(std::string_view method, std::string_view url,
                                         const Cancel& cancel) {
  return impl_->authorize(method, url, cancel);
}

bool Session::on_api_response(const Authorization& used, std::string_view url, int status,
                              const std::vector<Header>& headers) {
  HttpResponse got;
  got.status = status;
  got.headers = headers;
  return impl_->on_api_response(used, url, got);
}

Result<UserInfo> Session::userinfo(const Cancel& cancel) {
  return impl_->userinfo(cancel);
}

Result<Introspection> Session::introspect(const Secret& token, const IntrospectionOptions& options,
                                          const Cancel& cancel) {
  return impl_->introspect(token, options, cancel);
}

RevocationAnswer Session::revoke(const Secret& token, TokenHint hint, const Cancel& cancel) {
  return impl_->revoke(token, hint, cancel);
}

Result<Metadata> Session::discover(const Cancel& cancel) {
  const Impl::Lease client(*impl_);
  return client->discover(cancel);
}

Result<Jwks> Session::keys(const Cancel& cancel) {
  const Impl::Lease client(*impl_);
  return client->keys(cancel);
}

}  // namespace deviceflow
