// The doctor's judgements of the codes and of the one poll.
#include <algorithm>

#include "common/doctor_codes.hpp"
#include "doctor_helpers.hpp"

namespace deviceflow::demo {
namespace {

using std::chrono::seconds;

// ---- Codes ----

DeviceAuthorization codes(std::string user_code = "WDJB-MJHT",
                          std::string uri = "https://example.com/device") {
  DeviceAuthorization out;
  out.device_code = Secret(std::string(43, 'd'));
  out.user_code = std::move(user_code);
  out.verification_uri = std::move(uri);
  out.verification_uri_complete = out.verification_uri + "?user_code=" + out.user_code;
  out.expires_in = seconds(600);
  return out;
}

Findings all_of(const DeviceAuthorization& answer) {
  Findings out = assess_codes(answer);
  out.push_back(assess_user_codes({answer.user_code}));
  return out;
}

Finding judged(const DeviceAuthorization& answer, std::string_view check) {
  for (const Finding& finding : all_of(answer)) expect_actionable(finding);
  return find(all_of(answer), check);
}

TEST(DoctorCodes, AGoodAnswerIsGoodInEveryRespect) {
  for (const Finding& finding : all_of(codes())) {
    EXPECT_EQ(finding.grade, Grade::good) << finding.check << ": " << finding.detail;
    EXPECT_FALSE(has(finding.detail, "WDJB")) << finding.check;
    EXPECT_FALSE(has(finding.detail, "ddd")) << finding.check;
  }
  EXPECT_TRUE(has(judged(codes(), "user_code").detail, "AAAA-AAAA: 8 characters"));
  EXPECT_TRUE(has(judged(codes(), "user_code").detail, "34 bits"));  // RFC 8628 section 6.1
}

TEST(DoctorCodes, TheAlphabetIsThatOfSeveralCodes) {
  EXPECT_EQ(assess_user_codes({"WDJB-MJHT"}).grade, Grade::good);
  const Finding mixed = assess_user_codes({"WDJB-MJHT", "WDJB-MJH0", "KLMN-PQRT"});
  EXPECT_EQ(mixed.grade, Grade::odd);
  EXPECT_TRUE(has(mixed.detail, "Of 3 codes, the first looks like AAAA-AAAA"));
  EXPECT_FALSE(has(mixed.detail, "MJH0"));
  EXPECT_TRUE(has(assess_user_codes({"WDJB-MJHT", "KLMN-PQRA"}).detail, "37 bits"));
}

TEST(DoctorCodes, WhatAnOrganisationAllowsIsCalledUnknown) {
  EXPECT_TRUE(has(judged(codes(), "policy").detail, "cannot be seen from here"));
}

TEST(DoctorCodes, AUserCodeIsJudgedByWhoHasToTypeItAndWhoMightGuessIt) {
  const std::pair<const char*, Grade> cases[] = {
      {"019-450-730", Grade::good},   // nine digits, the other example of section 6.1
      {"123456", Grade::odd},         // 20 bits
      {"BCDF", Grade::odd},           // 17 bits
      {"wdjb-mjht", Grade::good},     // one case
      {"wdjB-mjht", Grade::odd},      // two
      {"W0JB-MJHT", Grade::odd},      // a zero among letters
      {"W3JK-MJHT", Grade::good},     // no digit that is like a letter
      {"WDJBMJHTWDJBM", Grade::odd},  // thirteen
      {"WDJB-\xC3\x84JHT", Grade::odd},
  };
  for (const auto& [code, grade] : cases) {
    EXPECT_EQ(judged(codes(code), "user_code").grade, grade) << code;
  }
}

TEST(DoctorCodes, AnAddressIsJudgedByWhatAPhoneCanOpen) {
  const std::pair<const char*, Grade> cases[] = {
      {"https://example.com/device", Grade::good}, {"http://localhost/device", Grade::odd},
      {"https://127.0.0.1/device", Grade::odd},    {"https://192.168.1.2/device", Grade::odd},
      {"https://tv.internal/device", Grade::odd},
  };
  for (const auto& [uri, grade] : cases) {
    EXPECT_EQ(judged(codes("WDJB-MJHT", uri), "verification_uri").grade, grade) << uri;
  }
}

TEST(DoctorCodes, AnAddressThatIsLongToTypeIsOdd) {
  const auto findings = [](const char* uri) {
    DeviceAuthorization answer = codes("WDJB-MJHT", uri);
    answer.verification_uri_complete.reset();
    const Findings all = assess_codes(answer);
    return std::count_if(all.begin(), all.end(),
                         [](const auto& one) { return one.check == "verification_uri"; });
  };
  EXPECT_EQ(findings("https://example.com/device"), 1);
  EXPECT_EQ(findings("https://example.com/d?a=b"), 2);
  EXPECT_EQ(findings("https://example.com/authenticationendpoint/device"), 2);
}

TEST(DoctorCodes, TheCompleteAddressIsOptionalAndBelongsToTheSameHost) {
  DeviceAuthorization answer = codes();
  answer.verification_uri_complete = "https://other.com/device?user_code=WDJB-MJHT";
  EXPECT_EQ(judged(answer, "verification_uri_complete").grade, Grade::odd);
  answer.verification_uri_complete.reset();
  EXPECT_EQ(judged(answer, "verification_uri_complete").grade, Grade::good);
}

TEST(DoctorCodes, TheQrCodeHasToFitATelevision) {
  DeviceAuthorization answer = codes();
  // 21 + 8 modules of 10 pixels and so on: version 7 (45 modules) still fits into 540 pixels.
  answer.verification_uri_complete = "https://example.com/" + std::string(122 - 20, 'a');
  EXPECT_EQ(judged(answer, "qr").grade, Grade::good);
  EXPECT_TRUE(has(judged(answer, "qr").detail, "45 modules"));
  answer.verification_uri_complete->push_back('a');
  EXPECT_EQ(judged(answer, "qr").grade, Grade::odd);
  answer.verification_uri_complete = "https://example.com/" + std::string(3000, 'a');
  EXPECT_EQ(judged(answer, "qr").grade, Grade::odd);
}

TEST(DoctorCodes, TimesLeaveAPersonEnough) {
  DeviceAuthorization answer = codes();
  answer.expires_in = seconds(119);
  EXPECT_EQ(judged(answer, "expires_in").grade, Grade::odd);
  answer.expires_in = seconds(120);
  EXPECT_EQ(judged(answer, "expires_in").grade, Grade::good);
  answer.interval = seconds(31);
  EXPECT_EQ(judged(answer, "interval").grade, Grade::odd);
}

TEST(DoctorCodes, AShortDeviceCodeMightBeGuessed) {
  DeviceAuthorization answer = codes();
  answer.device_code = Secret(std::string(21, 'd'));
  EXPECT_EQ(judged(answer, "device_authorization").grade, Grade::odd);
  answer.device_code = Secret(std::string(22, 'd'));
  EXPECT_EQ(judged(answer, "device_authorization").grade, Grade::good);
}

TEST(DoctorCodes, EveryLibertyHasItsNameSectionAndAdvice) {
  for (int i = 0; i <= static_cast<int>(Quirk::token_type_missing); ++i) {
    const Quirk quirk = static_cast<Quirk>(i);
    const Finding finding = assess_quirk(quirk);
    EXPECT_EQ(finding.grade, Grade::odd);
    EXPECT_TRUE(has(finding.detail, name(quirk)));
    EXPECT_TRUE(finding.rfc.starts_with("RFC ")) << name(quirk);
    expect_actionable(finding);
  }
  DeviceAuthorization answer = codes();
  answer.quirks.add(Quirk::verification_url);
  EXPECT_TRUE(has(judged(answer, "quirk").detail, "verification_url"));
}

TEST(DoctorCodes, ARefusalSaysWhomToAsk) {
  for (const char* code : {"invalid_client", "unauthorized_client", "unsupported_grant_type",
                           "invalid_scope", "invalid_request", "invalid_target", "strange"}) {
    Error error = make_error(Blame::server, ErrorCode::oauth_error, Stage::device_authorization,
                             "The server refused.");
    error.oauth_code = code;
    error.http_status = 401;
    error.description = "in its own words";
    const Finding finding = assess_no_codes(error);
    EXPECT_EQ(finding.grade, Grade::bad);
    EXPECT_EQ(finding.rfc, "RFC 6749 section 5.2");
    EXPECT_TRUE(has(finding.detail, "HTTP status 401"));
    EXPECT_TRUE(has(finding.detail, "in its own words"));
    expect_actionable(finding);
  }
  Error unreadable;
  unreadable.message = "It is no JSON.";
  EXPECT_EQ(assess_no_codes(unreadable).rfc, "RFC 8628 section 3.2");
}

// ---- The one poll ----

TEST(DoctorPoll, OnlyPendingIsWhatAPollBringsWhileNobodyHasSeenTheCodes) {
  using Came = OnePoll::Came;
  const std::pair<Came, Grade> cases[] = {{Came::pending, Grade::good},
                                          {Came::slow_down, Grade::odd},
                                          {Came::fault, Grade::bad},
                                          {Came::error, Grade::bad},
                                          {Came::tokens, Grade::bad}};
  for (const auto& [came, grade] : cases) {
    OnePoll poll;
    poll.came = came;
    poll.reason = "http_503";
    poll.interval = seconds(5);
    poll.error = make_error(Blame::server, ErrorCode::oauth_error, Stage::token, "It refused.");
    const Finding finding = assess_poll(poll);
    EXPECT_EQ(finding.grade, grade);
    EXPECT_TRUE(has(finding.detail, "5 seconds after the codes came"));
    expect_actionable(finding);
  }
}

}  // namespace
}  // namespace deviceflow::demo
