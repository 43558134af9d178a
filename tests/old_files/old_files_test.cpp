// What version 1.0 wrote is read by this one, every member of it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <deviceflow/store.hpp>
#include <deviceflow/stored_login.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "common/config_file.hpp"
#include "common/kept_secret.hpp"
#include "common/replay.hpp"
#include "common/saved_settings.hpp"
#include "common/trace.hpp"
#include "foundation/json.hpp"

namespace deviceflow::demo {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Pairs = std::vector<std::pair<std::string, std::string>>;

const std::string kFiles = DEVICEFLOW_OLD_FILES "/1.0/";
constexpr const char* kSandbox = "http://127.0.0.1:18628";
constexpr const char* kIssuer = "https://id.example.com/realms/tv";
constexpr const char* kClient = "tv \"one\"";

WallTime at(std::int64_t time) {
  return WallTime(seconds(time));
}

// A store folder of 1.0, with the modes that git does not keep.
class OldStore : public testing::Test {
 protected:
  OldStore() {
    std::string name = testing::TempDir() + "deviceflow-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~OldStore() override { fs::remove_all(folder_); }

  FileStore& open(const std::string& name, KeySource* keys = nullptr) {
    fs::copy(kFiles + "stores/" + name, folder_, fs::copy_options::recursive);
    for (const auto& file : fs::directory_iterator(folder_)) {
      fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
    }
    FileStoreOptions options;
    options.directory = folder_;
    options.keys = keys;
    store_ = std::make_unique<FileStore>(options);
    return *store_;
  }
  StoredLogin load(const StoreKey& key) {
    const auto record = store_->load(key);
    if (!record.ok() || !*record) {
      ADD_FAILURE() << key.account << ": not found";
      return {};
    }
    auto login = read_record(**record);
    if (!login.ok()) {
      ADD_FAILURE() << key.account << ": " << login.error().message;
      return {};
    }
    return std::move(*login);
  }
  StoredLogin of_tool(const std::string& account) { return load({kSandbox, "demo-tv", account}); }

  std::string folder_;
  std::unique_ptr<FileStore> store_;
};

class KeyOf1 final : public KeySource {
 public:
  Result<std::optional<Secret>> find() override {
    return std::optional<Secret>(Secret("0123456789abcdef0123456789abcdef"));
  }
  Result<void> keep(const Secret&) override { return {}; }
  std::string place() const override { return "the test"; }
};

void expect_key(const Secret& pem, std::string_view end) {
  const std::string_view text = pem.reveal();
  EXPECT_EQ(text.substr(0, 28), "-----BEGIN PRIVATE KEY-----\n");
  EXPECT_NE(text.find(end), std::string_view::npos) << end;
}

void expect_pending(const StoredLogin& login) {
  ASSERT_TRUE(login.pending);
  const PendingLogin& pending = *login.pending;
  EXPECT_EQ(pending.device_code.reveal(), "sample-device-code");
  EXPECT_EQ(pending.user_code, "WDJB-MJHT");
  EXPECT_EQ(pending.verification_uri, "https://id.example.com/device");
  EXPECT_EQ(pending.verification_uri_complete, "https://id.example.com/device?user_code=WDJB-MJHT");
  EXPECT_EQ(pending.interval, seconds(10));
  EXPECT_EQ(pending.taken_at, at(1790000000));
  EXPECT_EQ(pending.expires_at, at(1790000600));
  EXPECT_EQ(pending.scope, "tv");
  EXPECT_EQ(pending.code_verifier.reveal(), "sample-verifier");
  expect_key(pending.dpop_key, "DxYS4\n-----END PRIVATE KEY-----");
}

void expect_tokens(const StoredLogin& login) {
  EXPECT_EQ(login.subject, "248289761001");
  EXPECT_EQ(login.tokens.access_token.reveal(), "sample-access-token");
  EXPECT_EQ(login.tokens.token_type, "Bearer");
  EXPECT_EQ(login.tokens.expires_in, seconds(3600));
  EXPECT_EQ(login.tokens.scope, "openid tv");
  EXPECT_EQ(login.tokens.refresh_token.reveal(), "sample-refresh-token");
  EXPECT_EQ(login.tokens.id_token.reveal(), "sample.id.token");
  EXPECT_EQ(login.tokens.authorization_details, R"([{"type":"tv","actions":["volume"]}])");
  EXPECT_EQ(login.resources, (std::vector<std::string>{"https://api.example.com", "urn:x"}));
  EXPECT_EQ(login.certificate, "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2");
  EXPECT_EQ(login.received_at, at(1790000000));
  EXPECT_EQ(login.expires_at, at(1790003600));
  expect_key(login.dpop_key, "0VGRq\n-----END PRIVATE KEY-----");
}

void expect_every_member(const StoredLogin& login, const std::string& account) {
  EXPECT_EQ(login.issuer, kIssuer);
  EXPECT_EQ(login.client_id, kClient);
  EXPECT_EQ(login.account, account);
  expect_tokens(login);
  expect_pending(login);
  ASSERT_TRUE(login.refresh_begun && login.refused && login.failed);
  EXPECT_EQ(login.refresh_begun->token_hash, "c2FtcGxlLWhhc2g");
  EXPECT_EQ(login.refresh_begun->at, at(1790003000));
  EXPECT_EQ(login.refused->reason, "interaction_required");
  EXPECT_EQ(login.refused->message, "The user has to sign in again.");
  EXPECT_EQ(login.refused->description, "Consent was withdrawn.");
  EXPECT_EQ(login.refused->at, at(1790003001));
  EXPECT_EQ(login.refused->wait, seconds(300));
  const Error& error = login.failed->error;
  EXPECT_EQ(error.code, ErrorCode::oauth_error);
  EXPECT_EQ(error.blame, Blame::server);
  EXPECT_EQ(error.stage, Stage::refresh);
  EXPECT_TRUE(error.retryable);
  EXPECT_EQ(error.oauth_code, "temporarily_unavailable");
  EXPECT_EQ(error.reason, "temporarily_unavailable");
  EXPECT_EQ(error.message, "The provider has a problem.");
  EXPECT_EQ(error.description, "Come back later.");
  EXPECT_EQ(error.http_status, 503);
  EXPECT_EQ(error.details.host, "id.example.com");
  EXPECT_EQ(error.details.port, "443");
  EXPECT_EQ(error.details.proxy, "proxy.example.com:3128");
  EXPECT_EQ(error.details.setting, "issuer");
  EXPECT_EQ(error.details.file, "/etc/ca.pem");
  EXPECT_EQ(login.failed->at, at(1790003002));
  EXPECT_EQ(login.failed->wait, seconds(120));
  EXPECT_TRUE(login.revoked);
}

TEST_F(OldStore, EveryMemberOfARecordIsRead) {
  open("every_member");
  EXPECT_EQ(store_->list()->size(), 4u);
  expect_every_member(load({kIssuer, kClient}), "");
  expect_every_member(load({kIssuer, kClient, "ada"}), "ada");
}

TEST_F(OldStore, AnEncryptedRecordIsRead) {
  KeyOf1 keys;
  open("encrypted", &keys);
  EXPECT_EQ(store_->list()->size(), 4u);
  expect_every_member(load({kIssuer, kClient}), "");
  expect_every_member(load({kIssuer, kClient, "ada"}), "ada");
  expect_pending(load({kIssuer, kClient, "waiting"}));
}

TEST_F(OldStore, APendingSignInIsReadWithAndWithoutTokens) {
  open("every_member");
  const StoredLogin first = load({kIssuer, kClient, "waiting"});
  expect_pending(first);
  EXPECT_TRUE(first.tokens.access_token.empty());
  EXPECT_TRUE(first.subject.empty());
  const StoredLogin again = load({kIssuer, kClient, "signing in again"});
  expect_pending(again);
  expect_tokens(again);
  EXPECT_FALSE(again.refused || again.failed || again.refresh_begun || again.revoked);
}

TEST_F(OldStore, WhatTheToolStoredIsFoundByItsAccount) {
  open("tool");
  const auto all = store_->list();
  ASSERT_TRUE(all.ok());
  std::map<std::string, StoredLogin> logins;
  for (const auto& record : *all) {
    ASSERT_TRUE(record.ok());
    auto login = read_record(*record);
    ASSERT_TRUE(login.ok()) << login.error().message;
    EXPECT_EQ(login->issuer, kSandbox);
    EXPECT_EQ(login->client_id, "demo-tv");
    EXPECT_EQ(login->tokens.access_token.reveal().size(), 43u);
    EXPECT_EQ(login->tokens.refresh_token.reveal().size(), login->account == "revoked" ? 0u : 43u);
    EXPECT_EQ(login->tokens.expires_in, seconds(3600));
    const std::string account = login->account;
    EXPECT_EQ(of_tool(account).tokens.access_token.reveal(), login->tokens.access_token.reveal());
    logins.emplace(account, std::move(*login));
  }
  ASSERT_EQ(logins.size(), 10u);
  EXPECT_EQ(logins[""].subject, "user-ada");
  EXPECT_EQ(logins[""].tokens.scope, "openid profile email");
  EXPECT_EQ(logins[""].received_at, at(1796069203));
  EXPECT_EQ(logins[""].expires_at, at(1796072802));
  EXPECT_FALSE(logins[""].tokens.id_token.empty());
  EXPECT_EQ(logins["apis"].resources,
            (std::vector<std::string>{"https://api.example.com/tv", "urn:example:recordings"}));
  EXPECT_EQ(logins["bound"].tokens.token_type, "DPoP");
  expect_key(logins["bound"].dpop_key, "-----END PRIVATE KEY-----");
  EXPECT_EQ(logins["details"].tokens.authorization_details,
            R"([{"type":"tv_control","actions":["volume"]}])");
  EXPECT_TRUE(logins["revoked"].revoked);
  ASSERT_TRUE(logins["marked"].refresh_begun);
  EXPECT_EQ(logins["marked"].refresh_begun->token_hash,
            "2abc657c7ca8f9fd1f4820aca17e4e6d67e4e2d61008c30467e5217bd5f43c10");
  EXPECT_EQ(logins["marked"].refresh_begun->at, at(1796069220));
  ASSERT_TRUE(logins["refused"].refused);
  EXPECT_EQ(logins["refused"].refused->reason, "interaction_required");
  EXPECT_EQ(logins["refused"].refused->wait, seconds(60));
  ASSERT_TRUE(logins["failed"].failed && logins["failed-final"].failed);
  EXPECT_EQ(logins["failed"].failed->error.oauth_code, "temporarily_unavailable");
  EXPECT_EQ(logins["failed"].failed->error.http_status, 429);
  EXPECT_TRUE(logins["failed"].failed->error.retryable);
  EXPECT_EQ(logins["failed"].failed->wait, seconds(120));
  EXPECT_EQ(logins["failed-final"].failed->error.oauth_code, "invalid_scope");
  EXPECT_FALSE(logins["failed-final"].failed->error.retryable);
}

TEST_F(OldStore, SecretsThatWereTypedAreFound) {
  open("typed_secrets");
  Session session;
  session.settings.issuer = kIssuer;
  session.settings.client_id = "tv";
  session.settings.store = folder_;
  const auto kept = [&](KeptSecret which) {
    const auto secret = load_secret(session, which);
    return secret.ok() && *secret ? std::string((*secret)->reveal()) : "(none)";
  };
  EXPECT_EQ(kept(KeptSecret::client), "sample-client-secret");
  session.settings.introspection_client_id = "api";
  EXPECT_EQ(kept(KeptSecret::introspection), "sample-introspection-secret");
  session.settings.introspection_client_id.clear();
  session.settings.introspection_user = "admin";
  EXPECT_EQ(kept(KeptSecret::introspection), "sample-password");
}

SavedSettings saved(const std::string& name) {
  auto settings = read_saved_settings(kFiles + "settings/" + name + ".json");
  if (!settings.ok()) ADD_FAILURE() << settings.error().message;
  return settings.ok() ? std::move(*settings) : SavedSettings();
}

TEST(OldSettings, OfTheSandbox) {
  const SavedSettings german = saved("sandbox_german");
  EXPECT_TRUE(german.sandbox);
  EXPECT_EQ(german.language, "de");
  EXPECT_EQ(german.new_codes, 3);
  const SavedSettings beside = saved("sandbox_beside_a_provider");
  EXPECT_TRUE(beside.sandbox);
  EXPECT_EQ(beside.language, "");
  EXPECT_EQ(beside.new_codes, kAskForNewCode);
  EXPECT_EQ(beside.provider.issuer, "https://id.example.com");
  EXPECT_EQ(beside.provider.client_id, "my-tv");
}

TEST(OldSettings, OfAProviderByName) {
  const SavedSettings keycloak = saved("keycloak_spanish");
  EXPECT_FALSE(keycloak.sandbox);
  EXPECT_EQ(keycloak.language, "es");
  EXPECT_EQ(keycloak.new_codes, 0);
  EXPECT_EQ(keycloak.provider.provider, "keycloak");
  EXPECT_EQ(keycloak.provider.fields, (Pairs{{"host", "id.example.com"}, {"realm", "tv"}}));
  EXPECT_EQ(keycloak.provider.client_id, "my-tv");
  EXPECT_EQ(keycloak.provider.scope, "openid profile");
  EXPECT_EQ(keycloak.provider.introspection_client_id, "api");
}

TEST(OldSettings, OfAnIssuer) {
  const ProviderSettings issuer = saved("issuer").provider;
  EXPECT_EQ(issuer.issuer, "https://id.example.com");
  EXPECT_EQ(issuer.scope, "");
  EXPECT_EQ(issuer.ca_file, "/etc/ssl/own.pem");
  EXPECT_EQ(issuer.proxy, "http://proxy.example.com:3128");
  EXPECT_TRUE(issuer.pkce);
  EXPECT_TRUE(issuer.dpop);
  EXPECT_EQ(issuer.introspection_user, "admin");
}

void expect_endpoints(const Endpoints& endpoints) {
  EXPECT_EQ(endpoints.device_authorization, "https://id.example.com/device_authorization");
  EXPECT_EQ(endpoints.token, "https://id.example.com/token");
  EXPECT_EQ(endpoints.introspection, "https://id.example.com/introspect");
  EXPECT_EQ(endpoints.revocation, "https://id.example.com/revoke");
  EXPECT_EQ(endpoints.userinfo, "https://id.example.com/userinfo");
  EXPECT_EQ(endpoints.jwks_uri, "https://id.example.com/jwks");
}

TEST(OldSettings, OfEndpoints) {
  const SavedSettings settings = saved("endpoints");
  EXPECT_FALSE(settings.sandbox);
  expect_endpoints(settings.provider.endpoints);
  EXPECT_FALSE(settings.provider.scope);
}

TEST(OldConfig, EveryMemberIsRead) {
  const auto read = read_config_file(kFiles + "config/every_member.json");
  ASSERT_TRUE(read.ok()) << read.error().message;
  const std::string folder = kFiles + "config/";
  const ProviderSettings& config = *read;
  EXPECT_EQ(config.provider, "keycloak");
  EXPECT_EQ(config.fields, (Pairs{{"host", "id.example.com"}, {"realm", "tv"}}));
  EXPECT_EQ(config.issuer, kIssuer);
  expect_endpoints(config.endpoints);
  EXPECT_EQ(config.client_id, "my-tv");
  EXPECT_EQ(config.client_secret_file, folder + "secret.txt");
  EXPECT_EQ(config.client_auth, ClientAuth::private_key_jwt);
  EXPECT_EQ(config.client_key_file, folder + "keys/client.pem");
  EXPECT_EQ(config.client_cert_file, "/etc/deviceflow/client.crt");
  EXPECT_EQ(config.assertion_audience, AssertionAudience::token_endpoint);
  EXPECT_TRUE(config.pkce);
  EXPECT_TRUE(config.dpop);
  EXPECT_EQ(config.scope, "openid profile");
  EXPECT_EQ(config.parameters, (Pairs{{"audience", "tv"}, {"lang", "de"}}));
  EXPECT_EQ(config.resources,
            (std::vector<std::string>{"https://api.example.com", "urn:example:recordings"}));
  EXPECT_EQ(config.authorization_details_file, folder + "details.json");
  EXPECT_EQ(config.ca_file, folder + "ca.pem");
  EXPECT_EQ(config.proxy, "http://proxy.example.com:3128");
  EXPECT_TRUE(config.dangerous_allow_http);
  EXPECT_EQ(config.timeout, milliseconds(2500));
  EXPECT_EQ(config.store, folder + "sign-ins");
  EXPECT_EQ(config.account, "ada");
  EXPECT_EQ(config.introspection_auth, IntrospectionAuth::client_id);
  EXPECT_EQ(config.introspection_user_file, folder + "user.txt");
  EXPECT_EQ(config.introspection_user, "admin");
  EXPECT_EQ(config.introspection_client_id, "api");
  EXPECT_EQ(config.introspection_secret_file, folder + "api-secret.txt");
}

TEST(OldConfig, OtherFormsOfMembersAreRead) {
  const auto read = read_config_file(kFiles + "config/other_forms.json");
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->provider, kFiles + "config/./own-provider.json");
  EXPECT_EQ(read->client_auth, ClientAuth::tls);
  EXPECT_EQ(read->assertion_audience, AssertionAudience::issuer);
  EXPECT_EQ(read->resources, std::vector<std::string>{"https://api.example.com"});
  EXPECT_EQ(read->introspection_auth, IntrospectionAuth::none);
  EXPECT_EQ(read->scope, "");
  EXPECT_EQ(read->timeout, seconds(30));
  EXPECT_EQ(read->store, kNoStore);
}

TracedLogin traced(const std::string& name) {
  std::ifstream file(kFiles + "traces/" + name + ".jsonl");
  auto trace = read_trace(std::string(std::istreambuf_iterator<char>(file), {}));
  if (!trace.ok() || trace->logins.size() != 1 || trace->cut_off) {
    ADD_FAILURE() << name << " holds no login";
    return {};
  }
  return std::move(trace->logins.front());
}

std::string header(const std::vector<Header>& headers, std::string_view name) {
  return std::string(find_header(headers, name).value_or("(none)"));
}

TEST(OldTraces, EveryMemberIsRead) {
  const TracedLogin login = traced("approved_with_secrets");
  ASSERT_EQ(login.exchanges.size(), 6u);
  const ExchangeRecord& codes = login.exchanges[1];
  EXPECT_EQ(codes.stage, Stage::device_authorization);
  EXPECT_EQ(codes.sent_at, SteadyTime(milliseconds(26627370)));
  EXPECT_EQ(codes.sent_at_wall, at(1796069227));
  EXPECT_EQ(codes.duration, milliseconds(1));
  EXPECT_EQ(codes.request.method, Method::post);
  EXPECT_EQ(codes.request.url, std::string(kSandbox) + "/device_authorization");
  EXPECT_EQ(header(codes.request.headers, "Accept"), "application/json");
  ASSERT_TRUE(codes.response);
  EXPECT_EQ(codes.response->status, 200);
  EXPECT_EQ(header(codes.response->headers, "Cache-Control"), "no-store");
  EXPECT_NE(codes.response->body.reveal().find(
                R"("device_code":"Lqw3I6GzNEY5orbBf-_LP5PAdZJgQlDAtUi2wM3Isk4")"),
            std::string_view::npos);
  EXPECT_EQ(login.exchanges[0].stage, Stage::discovery);
  EXPECT_EQ(login.exchanges[0].request.method, Method::get);
  EXPECT_EQ(login.exchanges[2].stage, Stage::token);
  EXPECT_EQ(login.exchanges[2].response->status, 400);
  EXPECT_EQ(login.exchanges[5].stage, Stage::id_token);
  ASSERT_TRUE(login.outcome);
  EXPECT_EQ(login.outcome->at, SteadyTime(milliseconds(26630949)));
  EXPECT_EQ(login.outcome->code, kTokensCode);
  EXPECT_EQ(login.outcome->profile, "");
  EXPECT_TRUE(login.outcome->quirks.empty());
}

TEST(OldTraces, AFailureIsRead) {
  const TracedLogin login = traced("bad_gateway_then_approved");
  ASSERT_EQ(login.exchanges.size(), 6u);
  EXPECT_EQ(login.exchanges[2].response->status, 502);
  EXPECT_EQ(login.exchanges[2].response->body.reveal(), "[redacted]");
  ASSERT_TRUE(login.exchanges[4].failure);
  EXPECT_EQ(login.exchanges[4].failure->kind, TransportFailure::Kind::connection);
  EXPECT_FALSE(login.exchanges[4].failure->nothing_sent);
  EXPECT_EQ(login.exchanges[4].failure->message,
            "The connection to 127.0.0.1 broke before the answer was complete.");
  const TracedLogin unreachable = traced("unreachable");
  ASSERT_EQ(unreachable.exchanges.size(), 1u);
  EXPECT_EQ(unreachable.exchanges[0].failure->kind, TransportFailure::Kind::refused);
  EXPECT_TRUE(unreachable.exchanges[0].failure->nothing_sent);
  EXPECT_EQ(unreachable.outcome->code, "network");
  EXPECT_EQ(unreachable.outcome->stage, "discovery");
  EXPECT_FALSE(holds_login(unreachable));
}

TEST(OldTraces, ReplayToTheirOutcome) {
  const std::pair<const char*, const char*> kTraces[] = {
      {"approved", "tokens"},
      {"approved_with_secrets", "tokens"},
      {"bad_gateway_then_approved", "tokens"},
      {"bound_with_secrets", "tokens"},
      {"denied", "access_denied"},
      {"denied_with_secrets", "access_denied"},
      {"expired", "expired_token"},
      {"expired_with_secrets", "expired_token"},
  };
  for (const auto& [name, code] : kTraces) {
    const TracedLogin login = traced(name);
    ASSERT_TRUE(holds_login(login)) << name;
    const Replayed replayed = replay(login);
    EXPECT_EQ(same_outcome(login, replayed), true) << name;
    EXPECT_EQ(replayed.code(), code) << name;
    EXPECT_EQ(replayed.drifts, 0) << name;
    EXPECT_EQ(replayed.unused, 0u) << name;
  }
}

}  // namespace
}  // namespace deviceflow::demo
