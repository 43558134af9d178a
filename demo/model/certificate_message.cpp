#include "certificate_message.hpp"

#include <deviceflow/secret.hpp>

#include "app_model.hpp"
#include "common/doctor_connection.hpp"

namespace deviceflow::demo {

namespace {

using Kind = CertificateProblem::Kind;

constexpr std::size_t kLongest = 200;

bool signed_itself(const Certificate& certificate) {
  return certificate.subject == certificate.issuer;
}

std::string unknown_issuer_words(const CertificateSeen& seen, const Language& say) {
  if (!seen.ca_file.empty()) return say("untrusted.not_in_file", {{"file", seen.ca_file}});
  if (seen.trust_file.empty()) return std::string(say("untrusted.needs_cacert"));
  if (seen.replaces) return std::string(say("untrusted.changed"));
  return std::string(
      say(signed_itself(seen.certificate) ? "untrusted.self_signed" : "untrusted.unknown_issuer"));
}

std::string reason_words(const CertificateSeen& seen, const Language& say) {
  const CertificateProblem worst = worst_problem(seen);
  switch (worst.kind) {
    case Kind::wrong_name: return std::string(say("untrusted.wrong_name"));
    case Kind::expired: return std::string(say("untrusted.expired"));
    case Kind::not_yet_valid: return std::string(say("untrusted.not_yet_valid"));
    case Kind::untrusted_issuer: return unknown_issuer_words(seen, say);
    case Kind::other: break;
  }
  return say("untrusted.other", {{"detail", clean_text(worst.detail, kLongest)}});
}

std::string names_words(const Certificate& certificate, const Language& say) {
  std::string out;
  for (const std::string& name : certificate.names) out += (out.empty() ? "" : ", ") + name;
  return out.empty() ? std::string(say("certificate.names.none")) : clean_text(out, kLongest);
}

std::string dates_words(const Certificate& certificate, const Language& say) {
  if (!certificate.not_before || !certificate.not_after) {
    return std::string(say("certificate.dates.unknown"));
  }
  return say("certificate.dates", {{"from", date_text(*certificate.not_before)},
                                   {"to", date_text(*certificate.not_after)}});
}

// In two lines of the same length, for reading it aloud.
std::string in_halves(std::string fingerprint) {
  constexpr std::size_t kHalf = std::size_t{16} * 3;
  if (fingerprint.size() > kHalf) fingerprint.insert(kHalf, " ");
  return fingerprint;
}

}  // namespace

// What nobody can trust away comes first.
CertificateProblem worst_problem(const CertificateSeen& seen) {
  for (const Kind kind : {Kind::wrong_name, Kind::expired, Kind::not_yet_valid, Kind::other,
                          Kind::untrusted_issuer}) {
    for (const CertificateProblem& problem : seen.problems) {
      if (problem.kind == kind) return problem;
    }
  }
  return {};
}

Message certificate_message(const CertificateSeen& seen, const AppFacts& facts) {
  const Language& say = facts.language;
  const Certificate& own = seen.certificate;
  Message message;
  message.kicker = say("untrusted.kicker");
  message.serious = true;
  message.title = say("untrusted.title", {{"provider", seen.host}});
  message.text = std::string(say("untrusted.nothing_sent")) + ' ' + reason_words(seen, say);
  const auto row = [&](std::string_view key, std::string value, int lines) {
    message.rows.push_back({std::string(say(key)), std::move(value), lines, lines > 1});
  };
  row("certificate.owner", clean_text(own.subject, kLongest), 1);
  row("certificate.issuer",
      signed_itself(own) ? std::string(say("certificate.itself"))
                         : clean_text(own.issuer, kLongest),
      1);
  const Kind worst = worst_problem(seen).kind;
  if (worst == Kind::wrong_name) {
    row("certificate.names", names_words(own, say), 1);
  }
  row("certificate.valid", dates_words(own, say), 1);
  row("certificate.fingerprint", in_halves(own.sha256), 2);
  message.again = say("action.try_again");
  if (worst == Kind::wrong_name) message.fix = kServerSetting;
  if (worst == Kind::untrusted_issuer && seen.trust_file.empty()) message.fix = {Setting::ca_file};
  if (worst == Kind::untrusted_issuer && !seen.trust_file.empty()) {
    row("certificate.file", seen.trust_file, 3);
    message.trust = say("action.trust");
  }
  return message;
}

}  // namespace deviceflow::demo
