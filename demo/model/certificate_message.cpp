#include "certificate_message.hpp"

#include <algorithm>
#include <deviceflow/text.hpp>

#include "app_model.hpp"
#include "common/doctor_connection.hpp"

namespace deviceflow::demo {

namespace {

using Kind = CertificateProblem::Kind;

constexpr std::size_t kLongest = 200;

bool signed_itself(const Certificate& certificate) {
  return certificate.subject == certificate.issuer;
}

const CertificateProblem* find(const CertificateSeen& seen, Kind kind) {
  const auto at = std::find_if(seen.problems.begin(), seen.problems.end(),
                               [kind](const auto& problem) { return problem.kind == kind; });
  return at == seen.problems.end() ? nullptr : &*at;
}

bool only_unknown_issuer(const CertificateSeen& seen) {
  return !seen.problems.empty() &&
         std::all_of(seen.problems.begin(), seen.problems.end(),
                     [](const auto& problem) { return problem.kind == Kind::untrusted_issuer; });
}

// What nobody can trust away comes first.
std::string reason_words(const CertificateSeen& seen, const Language& say) {
  if (find(seen, Kind::wrong_name) != nullptr) return std::string(say("untrusted.wrong_name"));
  if (find(seen, Kind::expired) != nullptr) return std::string(say("untrusted.expired"));
  if (find(seen, Kind::not_yet_valid) != nullptr) {
    return std::string(say("untrusted.not_yet_valid"));
  }
  if (const auto* other = find(seen, Kind::other)) {
    return say("untrusted.other", {{"detail", clean_text(other->detail, kLongest)}});
  }
  if (!seen.ca_file.empty()) return say("untrusted.not_in_file", {{"file", seen.ca_file}});
  if (seen.trust_file.empty()) return std::string(say("untrusted.needs_cacert"));
  if (seen.replaces) return std::string(say("untrusted.changed"));
  return std::string(
      say(signed_itself(seen.certificate) ? "untrusted.self_signed" : "untrusted.unknown_issuer"));
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
  constexpr std::size_t kHalf = 16 * 3;
  if (fingerprint.size() > kHalf) fingerprint.insert(kHalf, " ");
  return fingerprint;
}

}  // namespace

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
  if (find(seen, Kind::wrong_name) != nullptr) {
    row("certificate.names", names_words(own, say), 1);
  }
  row("certificate.valid", dates_words(own, say), 1);
  row("certificate.fingerprint", in_halves(own.sha256), 2);
  message.again = say("action.try_again");
  if (only_unknown_issuer(seen) && !seen.trust_file.empty()) {
    row("certificate.file", seen.trust_file, 3);
    message.trust = say("action.trust");
  }
  return message;
}

}  // namespace deviceflow::demo
