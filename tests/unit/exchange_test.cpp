// Exchange, metadata, introspection and trace records.
#include <gtest/gtest.h>

#include <deviceflow/exchange.hpp>
#include <deviceflow/http.hpp>
#include <deviceflow/messages.hpp>

#include "foundation/json.hpp"
#include "protocol/exchange_secrets.hpp"
#include "protocol/tolerances.hpp"
#include "virtual_login.hpp"

namespace deviceflow::test {
namespace {

OAuthRequest poll_of(std::string_view endpoint) {
  return make_device_token_request(endpoint, Secret("device-code-sentinel"));
}

Result<HttpRequest> prepare(OAuthRequest request, Exchange::Options options = {}) {
  return Exchange(std::move(options)).prepare(std::move(request), std::nullopt, RandomBytes{});
}

// --- Exchange ---

TEST(Exchange, RefusesPlainHttpBeforeAnythingIsSent) {  // D-3.1-5
  const auto request = prepare(poll_of("http://id.example.com/token"));
  ASSERT_FALSE(request.ok());
  EXPECT_EQ(request.error().code, ErrorCode::insecure_endpoint);
  EXPECT_TRUE(is_security_alarm(request.error().code));
  EXPECT_TRUE(prepare(poll_of("http://127.0.0.1:8080/token")).ok());
  EXPECT_TRUE(prepare(poll_of("http://localhost/token")).ok());
  Exchange::Options dangerous;
  dangerous.dangerous_allow_http = true;
  EXPECT_TRUE(prepare(poll_of("http://id.example.com/token"), dangerous).ok());
}

TEST(Exchange, RefusesEndpointsWithAFragmentOrAUser) {  // T-3.2-1
  for (const char* url : {"https://e.com/t#x", "https://u@e.com/t", "", "ftp://e.com/", "/token"}) {
    EXPECT_FALSE(prepare(poll_of(url)).ok()) << url;
  }
}

TEST(Exchange, KeepsTheEndpointsQueryAndPutsNoSecretIntoTheUrl) {  // T-3.2-1, T-2.3.1-2, D-3.1-1
  Exchange::Options options;
  options.authenticator =
      std::move(*make_client_auth(ClientAuth::post, "tv", Secret("client-secret")));
  const auto request = prepare(poll_of("https://e.com/t?tenant=1"), std::move(options));
  EXPECT_EQ(request->url, "https://e.com/t?tenant=1");
  EXPECT_EQ(request->body.reveal(),
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&"
            "device_code=device-code-sentinel&client_id=tv&client_secret=client-secret");
}

TEST(Exchange, AsksForJsonAndLabelsTheForm) {  // W-2, D-3.1-1
  const auto post = prepare(poll_of("https://e.com/t"));
  EXPECT_EQ(*find_header(post->headers, "Accept"), "application/json");
  EXPECT_EQ(*find_header(post->headers, "Content-Type"), "application/x-www-form-urlencoded");
  const auto get = prepare(make_metadata_request("https://e.com/.well-known/x"));
  EXPECT_EQ(*find_header(get->headers, "Accept"), "application/json");
  EXPECT_FALSE(find_header(get->headers, "Content-Type").has_value());
  EXPECT_TRUE(get->body.empty());
}

TEST(Exchange, IdentifiesTheClientOnEveryPollAnew) {  // D-3.4-2
  for (const ClientAuth method : {ClientAuth::none, ClientAuth::basic, ClientAuth::post}) {
    Exchange::Options options;
    const Secret secret(method == ClientAuth::none ? "" : "s3cret");
    options.authenticator = std::move(*make_client_auth(method, "tv", secret));
    const Exchange exchange(std::move(options));
    VirtualLogin run;
    run.script({pending(), pending(), pending(), tokens()});
    run.run();
    ASSERT_EQ(run.polls.size(), 4u);
    for (const OAuthRequest& poll : run.polls) {
      const auto request = exchange.prepare(poll, std::nullopt, RandomBytes{});
      const auto form = Form::parse(request->body.reveal());
      const bool in_body = form->has("client_id");
      const bool in_header = find_header(request->headers, "Authorization").has_value();
      EXPECT_NE(in_body, in_header);  // T-2.3-1: exactly one way
      for (std::size_t i = 0; i < form->fields().size(); ++i) {
        for (std::size_t k = 0; k < i; ++k) {
          EXPECT_NE(form->fields()[i].name, form->fields()[k].name);  // D-3.1-4
        }
      }
    }
  }
}

TEST(Exchange, TheProviderRewritesBeforeAuthenticationAndNormalizesTheResponse) {
  class Odd : public Tolerances {
    void rewrite(OAuthRequest& request) const override {
      request.form.add("extra", request.form.has("client_id") ? "late" : "early");
    }
    void normalize(HttpResponse& response, Stage) const override { response.status = 400; }
  };
  Provider provider;
  provider.tolerances = std::make_shared<Odd>();
  Exchange::Options options;
  options.provider = std::make_shared<Provider>(provider);
  options.authenticator = std::move(*make_client_auth(ClientAuth::none, "tv", Secret()));
  const Exchange exchange(std::move(options));
  const auto request = exchange.prepare(poll_of("https://e.com/t"), std::nullopt, RandomBytes{});
  EXPECT_EQ(Form::parse(request->body.reveal())->get("extra"), "early");
  EXPECT_EQ(exchange.accept(answer(418, "")).status, 400);
}

// --- Metadata ---

TEST(Metadata, LooksAtAllWellKnownForms) {  // M-8414-3.1-1, M-OD-4.1-1, M-8414-5-1
  EXPECT_EQ(
      *metadata_urls("https://e.com:8443/t/1/"),
      (std::vector<std::string>{"https://e.com:8443/.well-known/oauth-authorization-server/t/1",
                                "https://e.com:8443/.well-known/openid-configuration/t/1",
                                "https://e.com:8443/t/1/.well-known/openid-configuration"}));
  // Without a path two of them are one.
  EXPECT_EQ(*metadata_urls("https://e.com/"),
            (std::vector<std::string>{"https://e.com/.well-known/oauth-authorization-server",
                                      "https://e.com/.well-known/openid-configuration"}));
}

TEST(Metadata, TheOrderOfTheFormsIsTheCallers) {  // M-8414-5-1
  EXPECT_EQ(*metadata_urls("https://e.com/t", {MetadataForm::openid, MetadataForm::oauth}),
            (std::vector<std::string>{"https://e.com/t/.well-known/openid-configuration",
                                      "https://e.com/.well-known/oauth-authorization-server/t"}));
  EXPECT_EQ(metadata_urls("https://e.com/t", {}).error().code, ErrorCode::invalid_argument);
}

TEST(Metadata, AnIssuerIsAUrlWithoutQueryOrFragment) {  // M-8414-2-1
  for (const char* bad : {"", "e.com", "https://e.com/?x", "https://e.com/#f", "ftp://e.com"}) {
    EXPECT_FALSE(metadata_urls(bad).ok()) << bad;
  }
}

TEST(Metadata, AreTakenFromA200WithAJsonObjectOnly) {  // M-8414-3.2-1
  const std::string good = R"({"issuer":"https://e.com","more":[{}],"scopes_supported":[]})";
  EXPECT_TRUE(read_metadata_response("https://e.com", answer(200, good)).ok());
  const auto code = [](const HttpResponse& response) {
    return read_metadata_response("https://e.com", response).error().code;
  };
  EXPECT_EQ(code(answer(404, good)), ErrorCode::invalid_response);
  EXPECT_EQ(code(answer(201, good)), ErrorCode::invalid_response);
  EXPECT_EQ(code(answer(200, "[" + good + "]")), ErrorCode::invalid_response);
  EXPECT_EQ(code(answer(200, good.substr(0, 30))), ErrorCode::invalid_response);
  EXPECT_EQ(code(answer(200, "<html></html>", "text/html")), ErrorCode::invalid_response);
  EXPECT_EQ(code(answer(200, "issuer=https://e.com", "application/x-www-form-urlencoded")),
            ErrorCode::invalid_response);
  // No metadata at all, whoever asked.
  EXPECT_EQ(code(answer(200, "{}")), ErrorCode::invalid_response);
  EXPECT_EQ(code(answer(200, R"({"issuer":7})")), ErrorCode::invalid_response);
}

TEST(Metadata, AreUsedAsLongAsTheServerSaysWithinBounds) {
  const auto lifetime = [](const char* cache_control) {
    return metadata_lifetime(
        answer(200, "{}", "application/json", {{"Cache-Control", cache_control}}));
  };
  EXPECT_EQ(metadata_lifetime(answer(200, "{}")), std::chrono::hours(1));
  EXPECT_EQ(lifetime("public, max-age=7200"), std::chrono::hours(2));
  EXPECT_EQ(lifetime("max-age=0"), std::chrono::minutes(5));
  EXPECT_EQ(lifetime("no-store"), std::chrono::minutes(5));
  EXPECT_EQ(lifetime("max-age=99999999999999999999"), std::chrono::hours(24));
}

TEST(Metadata, MustBelongToTheIssuerThatWasAskedFor) {  // M-8414-3.3-1, M-8414-4-1
  const auto body = R"({"issuer":"https://evil.com","token_endpoint":"https://evil.com/t"})";
  const auto metadata = read_metadata_response("https://e.com", answer(200, body));
  EXPECT_EQ(metadata.error().code, ErrorCode::issuer_mismatch);
  EXPECT_FALSE(read_metadata_response("https://e.com", answer(200, "{}")).ok());
  EXPECT_FALSE(
      read_metadata_response("https://e.com/", answer(200, R"({"issuer":"https://e.com"})")).ok());
}

TEST(Metadata, ReadsEndpointsAndNeverGuessesThem) {  // D-4-1
  const auto metadata = read_metadata_response(
      "https://e.com",
      answer(200, R"({"issuer":"https://e.com","token_endpoint":"https://e.com/t",)"
                  R"("device_authorization_endpoint":"https://e.com/d",)"
                  R"("token_endpoint_auth_methods_supported":["none",5,"client_secret_post"],)"
                  R"("grant_types_supported":["authorization_code"]})"));
  ASSERT_TRUE(metadata.ok());
  EXPECT_EQ(metadata->endpoints.device_authorization, "https://e.com/d");
  EXPECT_EQ(metadata->endpoints.introspection, "");
  EXPECT_EQ(metadata->token_endpoint_auth_methods,
            (std::vector<std::string>{"none", "client_secret_post"}));
  EXPECT_FALSE(metadata->lists_device_grant());  // D-4-2: a warning, not an error
  EXPECT_FALSE(read_metadata_response("https://e.com", answer(404, "", "text/html")).ok());
}

// --- Introspection ---

TEST(Introspection, AsksByPostWithTheTokenInTheBody) {  // I-2.1-1
  const auto request = make_introspection_request("https://e.com/i", Secret("tok"));
  EXPECT_EQ(request.method, Method::post);
  EXPECT_EQ(request.form.encode().reveal(), "token=tok");
}

TEST(Introspection, AnythingButABooleanIsAnError) {  // I-2.2-1
  for (const char* body : {"{}", R"({"active":null})", R"({"active":"true"})", R"({"active":1})",
                           "[]", "", "<html>", R"({"active":{}})"}) {
    EXPECT_FALSE(read_introspection_response(answer(200, body)).ok()) << body;
  }
  EXPECT_FALSE(read_introspection_response(answer(400, R"({"active":true})")).ok());
  EXPECT_FALSE(read_introspection_response(answer(200, R"({"active":true})", "text/html")).ok());
}

TEST(Introspection, ReadsActiveAndInactive) {  // I-2.2-2, I-2.2-3
  const auto active = read_introspection_response(
      answer(200, R"({"active":true,"aud":["a","b"],"exp":9223372036854775807,"x":{"y":1}})"));
  ASSERT_TRUE(active.ok());
  EXPECT_TRUE(active->active);
  EXPECT_EQ(json_or_null(active->members.reveal()).find("exp")->as_integer(), INT64_MAX);
  const auto inactive = read_introspection_response(answer(200, R"({"active":false})"));
  ASSERT_TRUE(inactive.ok());
  EXPECT_FALSE(inactive->active);
}

TEST(Introspection, RefusedCredentialsSayNothingAboutTheToken) {  // I-2.3-1
  for (const int status : {401, 403}) {
    const auto result = read_introspection_response(answer(status, ""));
    EXPECT_FALSE(result.ok());
    EXPECT_EQ(result.error().http_status, status);
    EXPECT_NE(result.error().message.find("credentials"), std::string::npos);
  }
}

// --- Trace ---

ExchangeRecord poll_record() {
  ExchangeRecord record;
  Exchange::Options options;
  options.authenticator =
      std::move(*make_client_auth(ClientAuth::basic, "tv", Secret("client-secret")));
  record.request = std::move(*prepare(poll_of("https://e.com/t"), std::move(options)));
  record.response = answer(
      200, R"({"access_token":"access-token-sentinel","token_type":"Bearer","expires_in":60,)"
           R"("sub":"someone","error_description":"echo device-code-sentinel"})");
  set_header(record.response->headers, "RevokedAccessToken", "header-sentinel");
  return record;
}

TEST(Trace, ShowsOnlyWhatIsOnTheAllowList) {
  Redactor redactor;
  redactor.add(Secret("device-code-sentinel"));
  const std::string line =
      std::string(to_trace(poll_record(), redactor, TraceSecrets::redact).reveal());
  for (const char* secret : {"device-code-sentinel", "client-secret", "access-token-sentinel",
                             "header-sentinel", "someone", "Basic "}) {
    EXPECT_EQ(line.find(secret), std::string::npos) << secret << " in " << line;
  }
  EXPECT_NE(line.find(R"("expires_in":60)"), std::string::npos);
  EXPECT_NE(line.find("echo [redacted]"), std::string::npos);
  EXPECT_NE(line.find(R"("grant_type":"urn:ietf)"), std::string::npos);
}

TEST(Trace, ShowsNoSecretInANameEither) {
  Redactor redactor;
  redactor.add(Secret("device-code-sentinel"));
  ExchangeRecord record = poll_record();
  set_header(record.request.headers, "X-device-code-sentinel", "1");
  set_header(record.response->headers, "device-code-sentinel", "1");
  set_header(record.response->headers, "access-token-sentinel", "1");
  record.request.body = Secret("device-code-sentinel=1&grant_type=x");
  const std::string line = std::string(to_trace(record, redactor, TraceSecrets::redact).reveal());
  EXPECT_EQ(line.find("sentinel"), std::string::npos) << line;
  EXPECT_NE(line.find(R"("X-[redacted]":)"), std::string::npos) << line;
  EXPECT_NE(line.find(R"("grant_type":"x")"), std::string::npos) << line;
}

TEST(Trace, KeepsSecretsOnlyOnDemand) {
  const std::string line =
      std::string(to_trace(poll_record(), Redactor(), TraceSecrets::keep).reveal());
  for (const char* secret : {"device-code-sentinel", "access-token-sentinel", "someone"}) {
    EXPECT_NE(line.find(secret), std::string::npos) << secret;
  }
}

TEST(Trace, HidesABodyItCantRead) {
  ExchangeRecord record = poll_record();
  record.response = answer(502, "<html>device-code-sentinel</html>", "text/html");
  const std::string line = std::string(to_trace(record, Redactor(), TraceSecrets::redact).reveal());
  EXPECT_EQ(line.find("<html>"), std::string::npos);
  EXPECT_NE(line.find(R"("status":502)"), std::string::npos);
}

TEST(Trace, HidesWhoThePersonIsAndTheTokenThatAsked) {
  ExchangeRecord record;
  record.stage = Stage::userinfo;
  record.request =
      std::move(*prepare(make_userinfo_request("https://e.com/me", Secret("token-sentinel"))));
  record.response = answer(
      200, R"({"sub":"sub-sentinel","name":"name-sentinel","email":"mail-sentinel","age":4711,)"
           R"("address":{"street":"street-sentinel"},"groups":["group-sentinel"],)"
           R"("error_description":"echo token-sentinel"})");
  const std::string line = std::string(to_trace(record, Redactor(), TraceSecrets::redact).reveal());
  EXPECT_EQ(line.find("sentinel"), std::string::npos) << line;
  EXPECT_EQ(line.find("4711"), std::string::npos) << line;
  EXPECT_NE(line.find(R"("stage":"userinfo")"), std::string::npos);
  EXPECT_NE(line.find("echo [redacted]"), std::string::npos);
}

TEST(Trace, KnowsASecretByItsName) {
  for (const char* name : {"access_token", "refreshToken", "X-Auth-Token", "client_secret",
                           "client_assertion", "device_code", "password", "code_verifier"}) {
    EXPECT_TRUE(names_a_secret(name)) << name;
  }
  for (const char* name : {"token_type", "token_type_hint", "token_endpoint", "user_code", "scope",
                           "client_assertion_type", ""}) {
    EXPECT_FALSE(names_a_secret(name)) << name;
  }
}

TEST(Trace, HidesEveryNamedSecretWhereverItTurnsUp) {
  ExchangeRecord record = poll_record();
  record.request.body = Secret("grant_type=x&subject_token=sub-sentinel&error=sub-sentinel");
  record.response = answer(200, R"({"nested":[{"apiToken":"deep-sentinel"}],"scope":"tv",)"
                                R"("error_description":"echo deep-sentinel and sub-sentinel",)"
                                R"("error":{"session_token":"below-sentinel","x":"shown"}})");
  const std::string line = std::string(to_trace(record, Redactor(), TraceSecrets::redact).reveal());
  for (const char* secret : {"sub-sentinel", "deep-sentinel", "below-sentinel"}) {
    EXPECT_EQ(line.find(secret), std::string::npos) << secret << " in " << line;
  }
  EXPECT_NE(line.find("echo [redacted] and [redacted]"), std::string::npos);
  EXPECT_NE(line.find(R"("x":"shown")"), std::string::npos);
}

TEST(Trace, HidesSecretsOfHeadersAndAddressesWhereverTheyTurnUp) {
  ExchangeRecord record = poll_record();  // with "tv" and "client-secret", by Basic
  record.request.url = "https://e.com/t?access_token=query-sentinel";
  set_header(record.request.headers, "Cookie", "cookie-sentinel");
  record.response = answer(400, R"({"error_description":"client-secret, query-sentinel, )"
                                R"(cookie-sentinel, place-sentinel and the rest"})");
  set_header(record.response->headers, "Location", "https://e.com/?id_token=place-sentinel");
  const std::string line = std::string(to_trace(record, Redactor(), TraceSecrets::redact).reveal());
  EXPECT_EQ(line.find("sentinel"), std::string::npos) << line;
  EXPECT_EQ(line.find("client-secret"), std::string::npos) << line;
  EXPECT_NE(line.find("[redacted] and the rest"), std::string::npos) << line;
}

TEST(Trace, RecordsFailures) {
  ExchangeRecord record = poll_record();
  record.response.reset();
  record.failure = failure(TransportFailure::Kind::dns, true);
  const std::string line = std::string(to_trace(record, Redactor(), TraceSecrets::redact).reveal());
  EXPECT_NE(line.find(R"("failure":{"kind":"dns","nothing_sent":true)"), std::string::npos);
}

}  // namespace
}  // namespace deviceflow::test
