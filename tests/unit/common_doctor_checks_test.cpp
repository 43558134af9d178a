// The doctor's judgements of settings, connections and metadata, over facts that are handed in.
#include "common/doctor_connection.hpp"
#include "common/doctor_provider.hpp"
#include "common/doctor_settings.hpp"
#include "doctor_helpers.hpp"
#include "virtual_login.hpp"

namespace deviceflow::demo {
namespace {

using std::chrono::seconds;

// ---- Verdict ----

TEST(DoctorVerdict, OneBadFindingMakesAProviderUnusable) {
  const Finding fine = good("a", "A.");
  const Finding poor = odd("b", "B.", "Mend it.");
  const Finding wrong = bad("c", "C.", "Mend it.");
  EXPECT_TRUE(verdict_of({fine}).usable);
  EXPECT_TRUE(verdict_of({fine, poor}).usable);
  EXPECT_TRUE(has(verdict_of({poor, poor}).sentence, "2 points"));
  EXPECT_FALSE(verdict_of({fine, wrong}).usable);
  EXPECT_FALSE(verdict_of({fine, wrong}).settings_wrong);
  EXPECT_TRUE(verdict_of({bad("settings", "S.", "Mend it.")}).settings_wrong);
}

// ---- Settings ----

struct Set {
  ProviderOptions options;
  Session session;
  Set() {
    options.flags.issuer = session.settings.issuer = "https://id.example.com";
    session.settings.client_id = "tv";
  }
  Finding judge() const {
    const Findings all = assess_settings(options, session);
    for (const Finding& finding : all) expect_actionable(finding);
    return all.front();
  }
};

TEST(DoctorSettings, WhatCanBeUsedIsSummedUp) {
  const Finding finding = Set().judge();
  EXPECT_EQ(finding.grade, Grade::good);
  EXPECT_TRUE(has(finding.detail, "Client tv at id.example.com"));
}

TEST(DoctorSettings, AWrongOneIsNamedAsAnOptionOrByFileAndKey) {
  Set set;
  set.options.flags.issuer = set.session.settings.issuer = "id.example.com";
  EXPECT_EQ(set.judge().grade, Grade::bad);
  EXPECT_TRUE(has(set.judge().detail, "The setting --issuer can't"));
  set.options.flags.issuer.clear();
  set.options.config_file = "tv.json";
  EXPECT_TRUE(has(set.judge().detail, "\"issuer\" in tv.json"));
  Set endpoint;
  endpoint.options.config_file = "tv.json";
  endpoint.session.settings.endpoints.token = "https://id.example.com/token#x";
  EXPECT_TRUE(has(endpoint.judge().detail, "\"token_endpoint\" in tv.json has a fragment"));
  endpoint.session.settings.endpoints.token = "";
  endpoint.options.flags.endpoints.jwks_uri = "nowhere";
  endpoint.session.settings.endpoints.jwks_uri = "nowhere";
  EXPECT_TRUE(has(endpoint.judge().detail, "--jwks-uri can't be used"));
}

TEST(DoctorSettings, PlainHttpIsForThisComputerUnlessItWasAllowed) {
  Set set;
  set.session.settings.issuer = "http://id.example.com";
  EXPECT_TRUE(has(set.judge().detail, "everybody on the way"));
  set.session.settings.dangerous_allow_http = true;
  EXPECT_EQ(set.judge().grade, Grade::good);
  set.session.settings.dangerous_allow_http = false;
  set.session.settings.issuer = "http://localhost:8080";
  EXPECT_EQ(set.judge().grade, Grade::good);
}

TEST(DoctorSettings, EveryGapIsAFindingOfItsOwn) {
  Set set;
  set.session.settings.issuer.clear();
  set.session.settings.client_id.clear();
  const Findings all = assess_settings(set.options, set.session);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_TRUE(has(all[0].detail, "nowhere to sign in"));
  EXPECT_TRUE(has(all[1].detail, "which client"));
}

TEST(DoctorSettings, ASecretAndItsMethodHaveToFit) {
  Set set;
  set.session.settings.client_auth = ClientAuth::basic;
  EXPECT_TRUE(has(set.judge().detail, "asks for a client secret"));
  set.session.client_secret = Secret("hush-hush");
  EXPECT_EQ(set.judge().grade, Grade::good);
  set.session.settings.client_auth = ClientAuth::none;
  EXPECT_TRUE(has(set.judge().detail, "no use for a client secret"));
}

TEST(DoctorSettings, ARequestThatMustNotBeSentIsFoundBeforeItIs) {
  Set set;
  set.session.settings.parameters.emplace_back("client_id", "other");
  EXPECT_EQ(set.judge().grade, Grade::bad);
}

// ---- Certificates and clocks ----

constexpr WallTime kNow{seconds(1800000000)};
constexpr seconds kDay{86400};

Certificate certificate(seconds since, seconds until) {
  Certificate out;
  out.subject = "CN=id.example.com";
  out.issuer = "CN=Example CA";
  out.names = {"id.example.com"};
  out.not_before = kNow - since;
  out.not_after = kNow + until;
  out.sha256 = "AB:CD";
  return out;
}

CertificateReport shown(Certificate own, std::vector<CertificateProblem::Kind> kinds = {}) {
  CertificateReport report;
  report.trusted = kinds.empty();
  report.tls_version = "TLSv1.3";
  for (const auto kind : kinds) report.problems.push_back({kind, own.subject, "as OpenSSL says"});
  report.chain.push_back(std::move(own));
  return report;
}

Findings judged(const CertificateReport& report) {
  Findings all = assess_certificate("id.example.com", report, "", kNow);
  for (const Finding& finding : all) expect_actionable(finding);
  return all;
}

TEST(DoctorCertificate, ATrustedOneIsGoodUntilItsLastTwoWeeks) {
  EXPECT_EQ(judged(shown(certificate(kDay, 60 * kDay)))[0].grade, Grade::good);
  EXPECT_TRUE(has(judged(shown(certificate(kDay, 60 * kDay)))[0].detail, "60 days"));
  EXPECT_TRUE(has(find(judged(shown(certificate(kDay, 60 * kDay))), "tls").detail, "TLSv1.3"));
  EXPECT_EQ(judged(shown(certificate(60 * kDay, 13 * kDay)))[0].grade, Grade::odd);
  // One of those that live for days only.
  EXPECT_EQ(judged(shown(certificate(kDay, 6 * kDay)))[0].grade, Grade::good);
}

TEST(DoctorCertificate, SaysWhoseItIsFromWhenToWhenAndItsFingerprint) {
  using Kind = CertificateProblem::Kind;
  for (const Kind kind : {Kind::wrong_name, Kind::untrusted_issuer, Kind::expired,
                          Kind::not_yet_valid, Kind::other}) {
    const Findings all = judged(shown(certificate(60 * kDay, kDay), {kind}));
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].grade, Grade::bad);
    for (const char* part :
         {"CN=id.example.com", "CN=Example CA", "2026-11-16", "2027-01-16", "AB:CD"}) {
      EXPECT_TRUE(has(all[0].detail, part)) << name(kind) << " " << part;
    }
  }
}

TEST(DoctorCertificate, TellsTheReasonsApart) {
  using Kind = CertificateProblem::Kind;
  const auto detail = [](Kind kind, Certificate own) {
    return judged(shown(std::move(own), {kind}))[0].detail;
  };
  const Certificate own = certificate(kDay, kDay);
  EXPECT_TRUE(has(detail(Kind::wrong_name, own), "for id.example.com, not for id.example.com"));
  EXPECT_TRUE(has(detail(Kind::untrusted_issuer, own), "leads to \"CN=Example CA\""));
  EXPECT_TRUE(has(detail(Kind::expired, own), "has expired. This computer's date is 2027-01-15"));
  EXPECT_TRUE(has(detail(Kind::not_yet_valid, own), "not valid yet"));
  Certificate alone = certificate(kDay, kDay);
  alone.issuer = alone.subject;
  EXPECT_TRUE(has(detail(Kind::untrusted_issuer, alone), "signed by itself"));
}

TEST(DoctorCertificate, NamesTheOneOfTheChainThatExpired) {
  CertificateReport report = shown(certificate(kDay, kDay), {CertificateProblem::Kind::expired});
  Certificate above = certificate(kDay, -kDay);
  above.subject = "CN=Middle CA";
  report.chain.push_back(above);
  report.problems[0].subject = "CN=Middle CA";
  EXPECT_TRUE(has(judged(report)[0].detail, "The certificate of \"CN=Middle CA\" above"));
}

TEST(DoctorConnection, PlainHttpIsOddBeyondThisComputer) {
  EXPECT_EQ(assess_plain_http("127.0.0.1").grade, Grade::good);
  EXPECT_EQ(assess_plain_http("192.168.1.2").grade, Grade::odd);
}

TEST(DoctorClock, TheSkewIsTheServersDateLessTheMiddleOfTheExchange) {
  HttpResponse response =
      test::answer(200, "", "text/plain", {{"Date", "Fri, 15 Jan 2027 08:00:10 GMT"}});
  response.duration = seconds(6);
  EXPECT_EQ(clock_skew(response, kNow), seconds(7));
  EXPECT_EQ(clock_skew(response, std::nullopt), std::nullopt);
  EXPECT_EQ(clock_skew(test::answer(200, ""), kNow), std::nullopt);
}

TEST(DoctorClock, CountsOnlyForWhatTellsTheTime) {
  TimedParts none;
  EXPECT_EQ(assess_clock(seconds(-5), none).grade, Grade::good);
  EXPECT_EQ(assess_clock(seconds(3600), none).grade, Grade::good);
  EXPECT_TRUE(has(assess_clock(seconds(3600), none).detail, "1 hour behind"));
  EXPECT_TRUE(has(assess_clock(seconds(-3600), none).detail, "1 hour ahead"));
  TimedParts proofs;
  proofs.dpop = true;
  EXPECT_EQ(assess_clock(seconds(59), proofs).grade, Grade::good);
  EXPECT_EQ(assess_clock(seconds(60), proofs).grade, Grade::odd);
  TimedParts assertion;
  assertion.assertion = true;
  EXPECT_EQ(assess_clock(seconds(-60), assertion).rfc, "RFC 7523 section 3");
  TimedParts id_token;
  id_token.id_token = true;
  EXPECT_EQ(assess_clock(seconds(119), id_token).grade, Grade::good);
  EXPECT_EQ(assess_clock(seconds(120), id_token).grade, Grade::odd);
  EXPECT_EQ(assess_clock(kDay, none).grade, Grade::odd);
  EXPECT_EQ(assess_clock(std::nullopt, id_token).grade, Grade::good);
}

// ---- What the provider says of itself ----

Metadata metadata() {
  Metadata out;
  out.issuer = "https://id.example.com";
  out.grant_types = {"urn:ietf:params:oauth:grant-type:device_code"};
  out.endpoints.device_authorization = "https://id.example.com/device";
  out.endpoints.token = "https://id.example.com/token";
  return out;
}

TEST(DoctorMetadata, NamesTheDocumentThatAnsweredAndThoseThatDidNot) {
  const Metadata found = metadata();
  const Findings all =
      assess_metadata({{"https://a/1", "404"}, {"https://a/2", "200"}}, found, found.endpoints);
  const std::string text = find(all, "discovery").detail;
  EXPECT_TRUE(has(text, "https://a/2 answered. Before that: https://a/1 (404)"));
  EXPECT_EQ(verdict_of(all).usable, true);
  EXPECT_EQ(find(all, "device_grant").grade, Grade::good);
}

TEST(DoctorMetadata, AGrantThatIsNotListedIsOddAndAMissingEndpointBad) {
  Metadata found = metadata();
  found.grant_types = {"authorization_code"};
  const Finding grant = find(assess_metadata({}, found, found.endpoints), "device_grant");
  EXPECT_EQ(grant.grade, Grade::odd);
  EXPECT_TRUE(has(grant.detail, "authorization_code"));
  expect_actionable(grant);
  for (auto* one : {&found.endpoints.device_authorization, &found.endpoints.token}) {
    found = metadata();
    one->clear();
    const Finding missing = find(assess_metadata({}, found, found.endpoints), "endpoints");
    EXPECT_EQ(missing.grade, Grade::bad);
    expect_actionable(missing);
  }
}

TEST(DoctorMetadata, AnotherIssuerIsAFindingOfItsOwn) {
  Error error;
  error.code = ErrorCode::issuer_mismatch;
  EXPECT_EQ(assess_no_metadata({}, error, true).check, "issuer");
  error.code = ErrorCode::network;
  const Finding finding = assess_no_metadata({{"https://a/1", "dns"}}, error, true);
  EXPECT_EQ(finding.check, "discovery");
  EXPECT_TRUE(has(finding.detail, "https://a/1: dns"));
  EXPECT_EQ(finding.grade, Grade::bad);
  // If every endpoint is named without them, a login works all the same.
  for (const ErrorCode code : {ErrorCode::network, ErrorCode::issuer_mismatch}) {
    error.code = code;
    const Finding unneeded = assess_no_metadata({}, error, false);
    EXPECT_EQ(unneeded.grade, Grade::odd);
    expect_actionable(unneeded);
  }
}

TEST(DoctorClientAuth, SaysWhichMethodAndWhySo) {
  Wishes wishes;
  EXPECT_TRUE(has(assess_client_auth(wishes, {}).detail, "none, since there is no secret"));
  EXPECT_TRUE(
      has(assess_client_auth(wishes, {"client_secret_basic"}).detail, "does not list \"none\""));
  wishes.credentials.secret = true;
  const Finding secret = assess_client_auth(wishes, {"client_secret_post"});
  EXPECT_TRUE(has(secret.detail, "client_secret_post, the first method"));
  EXPECT_TRUE(has(secret.detail, "no secret; it protects nothing"));
  EXPECT_EQ(assess_client_auth(wishes, {"private_key_jwt"}).grade, Grade::bad);
  wishes.client_auth = ClientAuth::basic;
  EXPECT_EQ(assess_client_auth(wishes, {"client_secret_basic"}).grade, Grade::good);
  const Finding unlisted = assess_client_auth(wishes, {"client_secret_post"});
  EXPECT_EQ(unlisted.grade, Grade::odd);
  expect_actionable(unlisted);
  wishes.client_auth = ClientAuth::tls;
  EXPECT_EQ(assess_client_auth(wishes, {"self_signed_tls_client_auth"}).grade, Grade::good);
}

TEST(DoctorOffers, WhatIsUsedAndNotListedIsOdd) {
  Wishes wishes;
  wishes.scope = "openid tv";
  Metadata found = metadata();
  found.scopes = {"openid"};
  for (const char* check : {"pkce", "dpop"}) {
    EXPECT_EQ(find(assess_offers(wishes, found, {}), check).grade, Grade::good);
  }
  // A document that does not name an endpoint does not say that there is none.
  const Finding unnamed = find(assess_offers(wishes, found, {}), "revocation");
  EXPECT_TRUE(has(unnamed.detail, "do not name it"));
  EXPECT_TRUE(has(unnamed.detail, "--revocation-endpoint"));
  wishes.pkce = wishes.dpop = true;
  const Findings poor = assess_offers(wishes, found, {});
  for (const char* check : {"pkce", "dpop"}) {
    EXPECT_EQ(find(poor, check).grade, Grade::odd) << check;
    expect_actionable(find(poor, check));
  }
  // RFC 8414 section 2: not every scope has to be listed.
  EXPECT_EQ(find(poor, "scope").grade, Grade::good);
  EXPECT_TRUE(has(find(poor, "scope").detail, "does not list: tv."));
  found.code_challenge_methods = {"plain", "S256"};
  found.dpop_algorithms = {"ES256"};
  found.scopes = {"openid", "tv"};
  for (const Finding& finding : assess_offers(wishes, found, {})) {
    EXPECT_EQ(finding.grade, Grade::good) << finding.check;
  }
}

TEST(DoctorKeys, CountWhereAnIdTokenIsAskedFor) {
  Wishes plain;
  Wishes openid;
  openid.scope = "openid";
  EXPECT_EQ(assess_keys(Jwks(), "", plain).grade, Grade::good);
  EXPECT_EQ(assess_keys(Jwks(), "", openid).grade, Grade::odd);
  Error error;
  error.message = "It is broken.";
  const Finding broken = assess_keys(error, "https://a/jwks", openid);
  EXPECT_EQ(broken.grade, Grade::odd);
  EXPECT_TRUE(has(broken.detail, "It is broken."));
  Jwks keys;
  keys.skipped = 2;
  EXPECT_EQ(assess_keys(keys, "https://a/jwks", openid).grade, Grade::odd);
  keys.keys.resize(1);
  const Finding usable = assess_keys(keys, "https://a/jwks", openid);
  EXPECT_EQ(usable.grade, Grade::good);
  EXPECT_TRUE(has(usable.detail, "1 key that can be used; 2 more"));
}

}  // namespace
}  // namespace deviceflow::demo
