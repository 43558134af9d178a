// A certificate that is not trusted: what is said of it, and when it can be trusted after all.
#include <gtest/gtest.h>

#include "model/certificate_message.hpp"
#include "model_logins.hpp"

namespace deviceflow::demo {
namespace {

using Kind = CertificateProblem::Kind;

CertificateSeen seen(std::vector<Kind> kinds, const std::string& issuer = "CN=home.example.com") {
  CertificateSeen event;
  event.host = "home.example.com";
  event.certificate.subject = "CN=home.example.com";
  event.certificate.issuer = issuer;
  event.certificate.names = {"home.example.com", "192.0.2.1"};
  event.certificate.not_before = WallTime(std::chrono::seconds(1767225600));
  event.certificate.not_after = WallTime(std::chrono::seconds(1798761600));
  event.certificate.sha256 = "0A";
  for (int i = 1; i < 32; ++i) event.certificate.sha256 += ":0A";
  for (const Kind kind : kinds) event.problems.push_back({kind, "CN=home.example.com", "a detail"});
  event.trust_file = "/home/tv/.config/deviceflow/trusted/home.example.com_443.pem";
  return event;
}

Message words_for(const CertificateSeen& event) {
  return certificate_message(event, provider_facts());
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string value_of(const Message& message, std::string_view name) {
  for (const MessageRow& row : message.rows) {
    if (row.name == name) return row.value;
  }
  return "(none)";
}

TEST(ModelCertificate, ItSaysWhoseItIsAndHowToCompareIt) {
  const Message message = words_for(seen({Kind::untrusted_issuer}));
  EXPECT_EQ(message.title, "Can't be sure that this is home.example.com");
  EXPECT_EQ(value_of(message, "Certificate of"), "CN=home.example.com");
  EXPECT_EQ(value_of(message, "Signed by"), "Itself");
  EXPECT_EQ(value_of(message, "Valid"), "2026-01-01 to 2027-01-01");
  const std::string half = "0A:0A:0A:0A:0A:0A:0A:0A:0A:0A:0A:0A:0A:0A:0A:0A";
  EXPECT_EQ(value_of(message, "SHA-256"), half + ": " + half);
  EXPECT_EQ(value_of(message, "Will be stored in"),
            "/home/tv/.config/deviceflow/trusted/home.example.com_443.pem");
  EXPECT_TRUE(has(message.text, "Nothing was sent. The certificate is signed by itself."));
  EXPECT_EQ(message.trust, "Trust this certificate");
  EXPECT_EQ(message.again, "Try again");
  EXPECT_TRUE(message.serious);
}

TEST(ModelCertificate, AnUnknownAuthorityCanBeTrustedToo) {
  const Message message =
      words_for(seen({Kind::untrusted_issuer, Kind::untrusted_issuer}, "CN=CA"));
  EXPECT_EQ(value_of(message, "Signed by"), "CN=CA");
  EXPECT_TRUE(has(message.text, "issuer is not trusted on this device"));
  EXPECT_NE(message.trust, "");
}

TEST(ModelCertificate, WhatIsWrongInItselfCanNotBeTrustedAway) {
  const std::vector<std::pair<Kind, std::string>> kinds{
      {Kind::wrong_name, "for another server"},
      {Kind::expired, "has expired"},
      {Kind::not_yet_valid, "not valid yet"},
      {Kind::other, "can't be used: a detail."},
  };
  for (const auto& [kind, words] : kinds) {
    for (const auto& problems : {std::vector{kind}, std::vector{Kind::untrusted_issuer, kind}}) {
      const Message message = words_for(seen(problems));
      EXPECT_EQ(message.trust, "") << words;
      EXPECT_TRUE(has(message.text, words)) << message.text;
      EXPECT_EQ(value_of(message, "Will be stored in"), "(none)") << words;
    }
  }
  EXPECT_EQ(words_for(seen({})).trust, "");
  EXPECT_EQ(words_for(seen({Kind::wrong_name})).fix, kServerSetting);
  EXPECT_EQ(value_of(words_for(seen({Kind::wrong_name})), "Made for"),
            "home.example.com, 192.0.2.1");
}

TEST(ModelCertificate, AFileOfThePersonsOwnIsNotOverruled) {
  CertificateSeen event = seen({Kind::untrusted_issuer});
  event.trust_file.clear();
  EXPECT_TRUE(has(words_for(event).text, "Set the CA file"));
  EXPECT_EQ(words_for(event).fix, WhichSetting{Setting::ca_file});
  EXPECT_EQ(words_for(event).trust, "");
  event.ca_file = "/etc/own.pem";
  EXPECT_TRUE(has(words_for(event).text, "no authority in /etc/own.pem"));
}

TEST(ModelCertificate, AnotherOneThanBeforeIsSaidToBe) {
  CertificateSeen event = seen({Kind::untrusted_issuer});
  event.replaces = true;
  EXPECT_TRUE(has(words_for(event).text, "not the certificate that was trusted before"));
  EXPECT_NE(words_for(event).trust, "");
}

TEST(ModelCertificate, ItsTextsCanNotFoolTheScreen) {  // T-10.14-1
  CertificateSeen event = seen({Kind::wrong_name});
  event.certificate.subject = "CN=\x1b[31m\xE2\x80\xAE" + std::string(5000, 'x');
  event.certificate.names = {"a\tb\x07"};
  const Message message = words_for(event);
  EXPECT_TRUE(value_of(message, "Certificate of").starts_with("CN=\xEF\xBF\xBD[31m\xEF\xBF\xBD"));
  EXPECT_LE(value_of(message, "Certificate of").size(), 210U);
  EXPECT_EQ(value_of(message, "Made for"), "a b\xEF\xBF\xBD");
  event.certificate.not_after.reset();
  EXPECT_EQ(value_of(words_for(event), "Valid"), "Its dates can't be read");
}

TEST(ModelCertificate, TrustingItLogsInAgain) {
  AppModel model = model_on(Screen::untrusted);
  EXPECT_EQ(after_intent(model, Intent::Kind::trust_certificate), "");  // nothing was seen yet
  EXPECT_EQ(model.picture(), "untrusted");
  feed(model, seen({Kind::untrusted_issuer}));
  EXPECT_EQ(model.picture(), "untrusted complete");
  EXPECT_EQ(model.status(), "untrusted_issuer");
  EXPECT_EQ(after_intent(model, Intent::Kind::trust_certificate), "trust 2");
  EXPECT_EQ(model.screen(), Screen::connecting);
  feed(model, CertificateKept{"/a/file.pem"}, 2);
  EXPECT_EQ(value_of(model.message(), "Stored in"), "/a/file.pem");
}

TEST(ModelCertificate, WithoutTheButtonThereIsNoTrust) {
  AppModel model = model_on(Screen::untrusted);
  feed(model, seen({Kind::expired}));
  EXPECT_EQ(after_intent(model, Intent::Kind::trust_certificate), "");
  EXPECT_EQ(model.screen(), Screen::untrusted);
}

TEST(ModelCertificate, OneThatComesTooLateIsNoNews) {
  AppModel model = model_on(Screen::untrusted);
  after_intent(model, Intent::Kind::log_in);
  feed(model, seen({Kind::untrusted_issuer}), 2);
  EXPECT_EQ(model.screen(), Screen::connecting);
  EXPECT_EQ(model.message().rows.size(), 0U);
  feed(model, LoginFailed{error_for(Screen::untrusted), {}, {}}, 2);
  feed(model, seen({Kind::untrusted_issuer}), 1);
  EXPECT_EQ(model.message().trust, "");
}

}  // namespace
}  // namespace deviceflow::demo
