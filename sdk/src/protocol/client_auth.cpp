#include "protocol/client_auth.hpp"

#include <algorithm>
#include <deviceflow/auth.hpp>

#include "foundation/encoding.hpp"
#include "protocol/answer.hpp"

namespace deviceflow {

namespace {

Error bad_argument(std::string message) {
  return make_error(Blame::caller, ErrorCode::invalid_argument, Stage::usage, std::move(message));
}

class SecretAuth final : public Authenticator {
 public:
  SecretAuth(ClientAuth method, std::string_view client_id, Secret secret, BasicEncoding basic)
      : method_(method), client_id_(client_id), secret_(std::move(secret)), basic_(basic) {}

  Result<void> apply(OAuthRequest& request, std::optional<WallTime>, const RandomBytes&) override {
    if (method_ == ClientAuth::basic) {
      set_header(request.headers, "Authorization", "Basic " + basic_credentials());
      if (request.names_client) request.form.add("client_id", client_id_);
      return {};
    }
    request.form.add("client_id", client_id_);
    if (method_ == ClientAuth::post) request.form.add("client_secret", secret_.reveal());
    return {};
  }

  void reveal_to(Redactor& redactor) const override {
    redactor.add(secret_);
    if (method_ == ClientAuth::basic) redactor.add(Secret(basic_credentials()));
  }

 private:
  // RFC 6749 section 2.3.1: both halves are form-urlencoded before they are joined.
  std::string basic_credentials() const {
    if (basic_ == BasicEncoding::raw) {
      return base64_encode(client_id_ + ":" + std::string(secret_.reveal()));
    }
    return base64_encode(form_encode(client_id_) + ":" + form_encode(secret_.reveal()));
  }

  ClientAuth method_;
  std::string client_id_;
  Secret secret_;
  BasicEncoding basic_;
};

class AccountAuth final : public Authenticator {
 public:
  AccountAuth(std::string_view user, Secret password)
      : user_(user), password_(std::move(password)) {}

  Result<void> apply(OAuthRequest& request, std::optional<WallTime>, const RandomBytes&) override {
    set_header(request.headers, "Authorization", "Basic " + credentials());
    return {};
  }

  void reveal_to(Redactor& redactor) const override {
    redactor.add(password_);
    redactor.add(Secret(credentials()));
  }

 private:
  std::string credentials() const {
    return base64_encode(user_ + ":" + std::string(password_.reveal()));
  }

  std::string user_;
  Secret password_;
};

class NoAuth final : public Authenticator {
 public:
  Result<void> apply(OAuthRequest&, std::optional<WallTime>, const RandomBytes&) override {
    return {};
  }
};

// As metadata call what this SDK can do.
constexpr std::string_view kRegisteredNames[] = {"none",
                                                 "client_secret_basic",
                                                 "client_secret_post",
                                                 "private_key_jwt",
                                                 "tls_client_auth",
                                                 "self_signed_tls_client_auth"};

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

}  // namespace

std::string_view name(ClientAuth method) noexcept {
  switch (method) {
    case ClientAuth::none: return "none";
    case ClientAuth::basic: return "basic";
    case ClientAuth::post: return "post";
    case ClientAuth::private_key_jwt: return "private_key_jwt";
    case ClientAuth::tls: return "tls";
  }
  return "unknown";
}

Result<std::unique_ptr<Authenticator>> make_client_auth(ClientAuth method,
                                                        std::string_view client_id, Secret secret,
                                                        BasicEncoding basic) {
  if (client_id.empty()) return bad_argument("A client ID is needed.");
  if (has_control(client_id)) return bad_argument("The client ID holds a control character.");
  if (method == ClientAuth::private_key_jwt) {
    return bad_argument("Client authentication \"private_key_jwt\" needs a private key.");
  }
  const bool wants_secret = method == ClientAuth::basic || method == ClientAuth::post;
  if (!wants_secret && !secret.empty()) {
    return bad_argument("There is a client secret, but client authentication \"" +
                        std::string(name(method)) + "\" uses none.");
  }
  if (wants_secret && secret.empty()) {
    return bad_argument("Client authentication \"" + std::string(name(method)) +
                        "\" needs a client secret.");
  }
  return std::unique_ptr<Authenticator>(
      new SecretAuth(method, client_id, std::move(secret), basic));
}

Result<std::unique_ptr<Authenticator>> make_account_auth(std::string_view user, Secret password) {
  if (user.empty() || user.find(':') != std::string_view::npos || has_control(user) ||
      has_control(password.reveal())) {
    return bad_argument(
        "The account's name must not be empty, hold a colon or control characters.");
  }
  return std::unique_ptr<Authenticator>(new AccountAuth(user, std::move(password)));
}

std::unique_ptr<Authenticator> make_no_auth() {
  return std::make_unique<NoAuth>();
}

std::string listed_methods(const std::vector<std::string>& methods) {
  constexpr std::size_t kMost = 10;
  std::size_t shown = 0;
  std::string out;
  for (const std::string& method : methods) {
    // A long name is left out, since half a secret can't be recognized.
    if (shown == kMost || method.size() > 60) continue;
    out += (shown++ == 0 ? "" : ", ") + clean_text(method);
    if (std::find(std::begin(kRegisteredNames), std::end(kRegisteredNames), method) ==
        std::end(kRegisteredNames)) {
      out += " (not supported here)";
    }
  }
  if (shown == methods.size()) return out;
  return shown == 0 ? "others" : out + " and others";
}

Result<ClientAuth> choose_client_auth(const std::vector<std::string>& methods_supported,
                                      const Credentials& have) {
  struct Choice {
    ClientAuth method;
    bool possible;
    std::string_view registered_name;
  };
  const Choice choices[] = {
      {ClientAuth::private_key_jwt, have.key, "private_key_jwt"},
      {ClientAuth::tls, have.certificate, "tls_client_auth"},
      {ClientAuth::tls, have.certificate, "self_signed_tls_client_auth"},
      {ClientAuth::basic, have.secret, "client_secret_basic"},
      {ClientAuth::post, have.secret, "client_secret_post"},
  };
  if (!have.secret && !have.key && !have.certificate) return ClientAuth::none;
  std::string unused;
  for (const Choice& choice : choices) {
    if (!choice.possible) continue;
    const bool allowed =
        methods_supported.empty() || std::find(methods_supported.begin(), methods_supported.end(),
                                               choice.registered_name) != methods_supported.end();
    if (allowed) return choice.method;
    unused += (unused.empty() ? "" : " and ") + std::string(choice.registered_name);
  }
  return make_error(Blame::caller, ErrorCode::not_possible, Stage::usage,
                    "The server's metadata do not allow what this client could use: " + unused +
                        ". They list " + listed_methods(methods_supported) +
                        ". Name the method to use, or leave the credential out.");
}

}  // namespace deviceflow
