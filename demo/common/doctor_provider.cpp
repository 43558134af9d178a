#include "doctor_provider.hpp"

#include <algorithm>
#include <deviceflow/messages.hpp>

#include "words.hpp"

namespace deviceflow::demo {

namespace {

constexpr const char* kMetadata = "RFC 8414 section 2";

std::string ask(std::string_view what) {
  return std::string(kAskOperator) + " " + std::string(what);
}

bool contains(const std::vector<std::string>& list, std::string_view one) {
  return std::find(list.begin(), list.end(), one) != list.end();
}

std::string joined(const std::vector<std::string>& list, const char* between = ", ") {
  std::string out;
  for (const std::string& one : list) out += (out.empty() ? "" : between) + one;
  return out;
}

// What was tried before the one that answered.
std::string detours(const std::vector<Tried>& tried) {
  std::string out;
  for (std::size_t i = 0; i + 1 < tried.size(); ++i) {
    out += (out.empty() ? " Before that: " : ", ") + tried[i].url + " (" + tried[i].outcome + ")";
  }
  return out.empty() ? out : out + ".";
}

// As metadata call it.
std::string_view registered_name(ClientAuth method) {
  switch (method) {
    case ClientAuth::none: return "none";
    case ClientAuth::basic: return "client_secret_basic";
    case ClientAuth::post: return "client_secret_post";
    case ClientAuth::private_key_jwt: return "private_key_jwt";
    case ClientAuth::tls: return "tls_client_auth";
  }
  return "none";
}

bool lists(const std::vector<std::string>& methods, ClientAuth method) {
  return contains(methods, registered_name(method)) ||
         (method == ClientAuth::tls && contains(methods, "self_signed_tls_client_auth"));
}

// Why that method is fit, or not, for a device.
std::string remark(ClientAuth method, AssertionAudience audience) {
  switch (method) {
    case ClientAuth::none: return " This is a public client, as most devices are.";
    case ClientAuth::basic:
    case ClientAuth::post:
      return " A secret that is the same in every device is no secret; it protects nothing but the "
             "client's name.";
    case ClientAuth::private_key_jwt:
      return audience == AssertionAudience::issuer ? " Its assertions are for the issuer."
                                                   : " Its assertions are for the token endpoint.";
    case ClientAuth::tls: break;
  }
  return {};
}

Finding pkce(const Wishes& wishes, const Metadata& metadata) {
  constexpr const char* kCheck = "pkce";
  constexpr const char* kRfc = "RFC 7636 section 4.3";
  const bool listed = contains(metadata.code_challenge_methods, "S256");
  if (!wishes.pkce) {
    const char* code = listed ? "pkce.offered" : "pkce.unused";
    return good(kCheck, listed ? "The provider lists PKCE with S256; --pkce would use it, if it is "
                                 "meant for the device grant, too."
                               : "Not used, and not listed by the provider.")
        .as(code);
  }
  if (listed)
    return good(kCheck, "Used, and listed by the provider with S256.", kRfc).as("pkce.good");
  return odd(kCheck, "Used, though the provider does not list S256. It may ignore it or refuse it.",
             ask("whether it knows PKCE on the device grant, or leave --pkce out."), kRfc)
      .as("pkce.unlisted");
}

Finding dpop(const Wishes& wishes, const Metadata& metadata) {
  constexpr const char* kCheck = "dpop";
  constexpr const char* kRfc = "RFC 9449 section 5.1";
  const std::string algorithms = joined(metadata.dpop_algorithms);
  if (!wishes.dpop) {
    const char* code = algorithms.empty() ? "dpop.unused" : "dpop.offered";
    return good(kCheck, algorithms.empty() ? "Not used, and not listed by the provider."
                                           : "The provider can bind tokens to this device (" +
                                                 algorithms + "); --dpop would use it.")
        .as(code, {{"algorithms", algorithms}});
  }
  if (!algorithms.empty()) {
    return good(kCheck, "Used, and listed by the provider (" + algorithms + ").", kRfc)
        .as("dpop.good", {{"algorithms", algorithms}});
  }
  return odd(kCheck,
             "Used, though the provider lists no DPoP. A token that is not bound will be refused "
             "here.",
             ask("to turn DPoP on for this client, or leave --dpop out."), kRfc)
      .as("dpop.unlisted");
}

Finding scopes(const Wishes& wishes, const Metadata& metadata) {
  constexpr const char* kCheck = "scope";
  if (wishes.scope.empty())
    return good(kCheck, "None is asked for; the provider decides.").as("scope.none");
  if (metadata.scopes.empty())
    return good(kCheck, "The provider does not say which it knows.").as("scope.unlisted");
  const auto missing = missing_scopes(wishes.scope, joined(metadata.scopes, " "));
  if (missing.empty())
    return good(kCheck, "The provider lists all that is asked for.", kMetadata).as("scope.good");
  return good(kCheck,
              "The provider does not list: " + joined(missing) +
                  ". It need not; should it answer invalid_scope, this is why.",
              kMetadata)
      .as("scope.missing", {{"scopes", joined(missing)}});
}

Finding endpoint(std::string check, const std::string& url, const char* use, const char* without,
                 const char* rfc) {
  const std::string code = check + (url.empty() ? ".missing" : ".good");
  if (!url.empty()) {
    return good(std::move(check), url + ", for " + use + ".", rfc).as(code, {{"url", url}});
  }
  const std::string option = "--" + check + "-endpoint";
  return good(std::move(check),
              std::string("This provider's metadata do not name it: ") + without +
                  ". If the provider has one, give it with " + option + ".",
              rfc)
      .as(code);
}

}  // namespace

bool wants_id_token(std::string_view scope) {
  return missing_scopes("openid", scope).empty();
}

Findings assess_metadata(const std::vector<Tried>& tried, const Metadata& metadata,
                         const Endpoints& used) {
  Findings out;
  const std::string place = tried.empty() ? metadata.issuer : tried.back().url;
  out.push_back(good("discovery", place + " answered." + detours(tried), "RFC 8414 section 3")
                    .as("discovery.good", {{"url", place}}));
  out.push_back(
      good("issuer",
           "The document names the issuer exactly as it was asked for: " + metadata.issuer + ".",
           "RFC 8414 section 3.3")
          .as("issuer.good", {{"issuer", metadata.issuer}}));
  if (used.device_authorization.empty() || used.token.empty()) {
    const bool token = !used.device_authorization.empty();
    out.push_back(bad("endpoints",
                      std::string("The provider's metadata do not name the ") +
                          (token ? "token endpoint." : "device authorization endpoint."),
                      ask("to turn the device grant on, or give the endpoint yourself with ") +
                          (token ? "--token-endpoint." : "--device-authorization-endpoint."),
                      "RFC 8628 section 4")
                      .as(token ? "endpoints.no_token" : "endpoints.no_device"));
    return out;
  }
  out.push_back(
      good("endpoints",
           "Codes from " + used.device_authorization + ", tokens from " + used.token + ".",
           "RFC 8628 section 4")
          .as("endpoints.good", {{"device", used.device_authorization}, {"token", used.token}}));
  if (metadata.lists_device_grant()) {
    out.push_back(
        good("device_grant", "It is listed.", "RFC 8628 section 4").as("device_grant.good"));
  } else {
    out.push_back(
        odd("device_grant",
            metadata.grant_types.empty()
                ? "The provider does not list its grants."
                : "The provider lists its grants (" + joined(metadata.grant_types) +
                      "), and not the device grant.",
            ask("to list urn:ietf:params:oauth:grant-type:device_code in "
                "grant_types_supported."),
            "RFC 8628 section 4")
            .as(metadata.grant_types.empty() ? "device_grant.no_list" : "device_grant.unlisted"));
  }
  return out;
}

Finding assess_no_metadata(const std::vector<Tried>& tried, const Error& error, bool needed) {
  std::string detail = error.message;
  for (const Tried& one : tried) detail += " " + one.url + ": " + one.outcome + ".";
  if (!needed) {
    return odd("discovery",
               detail + " A login works without them, since its endpoints are named one by one.",
               "Check the issuer. What only metadata name can't be used.", "RFC 8414 section 3")
        .as("discovery.not_needed");
  }
  if (error.code == ErrorCode::issuer_mismatch) {
    return bad("issuer", detail,
               "Write the issuer as the document does, if you trust that place; otherwise ask "
               "the provider's operator.",
               "RFC 8414 section 3.3")
        .as(error);
  }
  return bad("discovery", detail,
             error.blame == Blame::network  ? network_advice(error)
             : error.blame == Blame::caller ? "Correct the setting."
                                            : "Check the issuer, or give the endpoints one by one.",
             "RFC 8414 section 3")
      .as(error);
}

Finding assess_client_auth(const Wishes& wishes, const std::vector<std::string>& methods) {
  constexpr const char* kCheck = "client_auth";
  const auto chosen = wishes.client_auth ? Result<ClientAuth>(*wishes.client_auth)
                                         : choose_client_auth(methods, wishes.credentials);
  const std::string listed = methods.empty() ? "The provider does not say what it takes."
                                             : "The provider takes " + joined(methods) + ".";
  if (!chosen.ok()) {
    return bad(kCheck, chosen.error().message + " " + listed,
               "Use a credential that the provider takes, or have the client registered for "
               "another method.",
               kMetadata)
        .as(chosen.error());
  }
  const ClientAuth method = *chosen;
  std::string detail = std::string(registered_name(method)) + ", ";
  if (wishes.client_auth) {
    detail += "as it was set.";
  } else if (method == ClientAuth::none) {
    detail += "since there is no secret, key or certificate.";
  } else {
    detail += "the first method for which there is a credential.";
  }
  detail += " " + listed + remark(method, wishes.assertion_audience);
  const bool fits = methods.empty() || lists(methods, method);
  const Finding::Values values{{"method", std::string(registered_name(method))},
                               {"listed", joined(methods)}};
  if (fits) return good(kCheck, detail, "RFC 6749 section 2.3").as("client_auth.good", values);
  // A server that takes public clients often does not list "none".
  if (method == ClientAuth::none) {
    return good(kCheck,
                detail +
                    " It does not list \"none\": whether it takes a public client "
                    "shows when codes are asked for.",
                kMetadata)
        .as("client_auth.public", values);
  }
  return odd(kCheck, detail + " That is not among them.",
             "Leave --client-auth out, or ask the provider's operator.", kMetadata)
      .as("client_auth.unlisted", values);
}

Findings assess_offers(const Wishes& wishes, const Metadata& metadata, const Endpoints& used) {
  Findings out;
  out.push_back(scopes(wishes, metadata));
  out.push_back(pkce(wishes, metadata));
  out.push_back(dpop(wishes, metadata));
  out.push_back(endpoint("revocation", used.revocation, "a sign-out that ends the tokens",
                         "a sign-out forgets the tokens here, and at the provider they live on",
                         "RFC 7009 section 2"));
  out.push_back(endpoint("introspection", used.introspection, "asking about a token",
                         "nobody can be asked whether a token is active", "RFC 7662 section 2"));
  out.push_back(endpoint("userinfo", used.userinfo, "asking who signed in",
                         "only an ID token says who signed in", "OpenID Connect Core section 5.3"));
  return out;
}

Finding assess_keys(const Result<Jwks>& keys, const std::string& jwks_uri, const Wishes& wishes) {
  constexpr const char* kCheck = "keys";
  constexpr const char* kRfc = "RFC 7517 section 5";
  const bool needed = wants_id_token(wishes.scope);
  if (jwks_uri.empty()) {
    if (!needed) {
      return good(kCheck, "jwks_uri is not named, and no ID token is asked for.")
          .as("keys.not_needed");
    }
    return odd(kCheck,
               "An ID token is asked for (scope \"openid\"), and nobody names the keys to check it "
               "with (jwks_uri).",
               ask("for jwks_uri. Until then it stays uncertain who signed in."),
               "OpenID Connect Discovery section 3")
        .as("keys.missing");
  }
  const std::string harm =
      needed ? " Without them it stays uncertain who signed in." : " No ID token is asked for.";
  if (!keys.ok()) {
    return odd(kCheck, jwks_uri + " can't be used. " + keys.error().message + harm,
               ask("to fix it."), kRfc)
        .as("keys.unreadable", {{"url", jwks_uri}});
  }
  const std::string others =
      keys->skipped == 0 ? "" : "; " + std::to_string(keys->skipped) + " more are of no use here";
  if (keys->keys.empty()) {
    return odd(kCheck, jwks_uri + " holds no key that can be used" + others + "." + harm,
               ask("for a key that makes RSA, ECDSA or EdDSA signatures."), kRfc)
        .as("keys.empty", {{"url", jwks_uri}});
  }
  return good(kCheck,
              jwks_uri + " holds " + std::to_string(keys->keys.size()) +
                  (keys->keys.size() == 1 ? " key" : " keys") + " that can be used" + others + ".",
              kRfc)
      .as("keys.good", {{"url", jwks_uri}, {"count", std::to_string(keys->keys.size())}});
}

}  // namespace deviceflow::demo
