#include "doctor_connection.hpp"

#include <algorithm>
#include <ctime>

#include "foundation/url.hpp"
#include "words.hpp"

namespace deviceflow::demo {

namespace {

using std::chrono::seconds;
using Kind = CertificateProblem::Kind;

constexpr const char* kTls = "RFC 9325";
constexpr seconds kDay{86400};
// Renewals that work by themselves come earlier than this.
constexpr seconds kSoon = 14 * kDay;

// Below this nobody notices; Date itself is only good to a second.
constexpr seconds kExact{5};
// What servers commonly grant a proof or an assertion, at the strict end.
constexpr seconds kProofs{60};
// The leeway of the check of an ID token.
constexpr seconds kIdToken{120};

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out.empty() ? "no host at all" : out;
}

std::string dates_of(const Certificate& certificate) {
  if (!certificate.not_before || !certificate.not_after) return "with dates that can't be read";
  return "valid from " + date_text(*certificate.not_before) + " to " +
         date_text(*certificate.not_after);
}

// Whose it is, in full: what a person compares with what the operator says.
std::string portrait(const Certificate& certificate) {
  return "It is the certificate of " + certificate.subject + ", signed by " + certificate.issuer +
         ", " + dates_of(certificate) + ", for " + listed(certificate.names) + "; SHA-256 " +
         certificate.sha256 + ".";
}

const Certificate& find(const std::vector<Certificate>& chain, const std::string& subject) {
  const auto at = std::find_if(chain.begin(), chain.end(), [&](const Certificate& certificate) {
    return certificate.subject == subject;
  });
  return at == chain.end() ? chain.front() : *at;
}

Finding untrusted(const std::string& host, const CertificateReport& report,
                  const std::string& ca_file) {
  const Certificate& own = report.chain.front();
  const Certificate& top = report.chain.back();
  const bool by_itself = own.subject == own.issuer;
  const std::string trusted = ca_file.empty() ? "the system's store" : ca_file;
  std::string detail = "The certificate of " + host;
  if (by_itself) {
    detail += " is signed by itself, and it is not in " + trusted + ".";
  } else {
    detail += " leads to \"" + top.issuer + "\", an authority that is not in " + trusted + ".";
    if (top.subject != top.issuer && report.chain.size() == 1) {
      detail += " The server sent no certificate between the two; it may have to.";
    }
  }
  return bad("certificate", detail + " " + portrait(own),
             "If that is your own authority, give its certificate with --cacert (\"cacert\" in a "
             "config file), after comparing the fingerprint with the operator of the provider. "
             "Otherwise do not go on: somebody may sit in between.",
             "RFC 5280 section 6")
      .as(by_itself ? "certificate.self_signed" : "certificate.unknown_issuer",
          {{"host", host}, {"issuer", top.issuer}, {"sha256", own.sha256}});
}

Finding out_of_date(const std::string& host, const CertificateReport& report,
                    const CertificateProblem& problem, std::optional<WallTime> now) {
  const Certificate& which = find(report.chain, problem.subject);
  const bool own = &which == &report.chain.front();
  const bool over = problem.kind == Kind::expired;
  std::string detail = own ? "The certificate of " + host
                           : "The certificate of \"" + which.subject + "\" above that of " + host;
  detail += over ? " has expired." : " is not valid yet.";
  if (now) detail += " This computer's date is " + date_text(*now) + ".";
  std::string advice = "Check the date of this computer first. ";
  advice += over ? "If it is right, the operator of the provider has to renew the certificate."
                 : "If it is right, ask the operator of the provider.";
  return bad("certificate", detail + " " + portrait(which), advice, "RFC 5280 section 6.1")
      .as(over ? "certificate.expired" : "certificate.not_yet_valid",
          {{"host", host}, {"owner", which.subject}});
}

Finding problem_finding(const std::string& host, const CertificateReport& report,
                        const CertificateProblem& problem, const std::string& ca_file,
                        std::optional<WallTime> now) {
  const Certificate& own = report.chain.front();
  switch (problem.kind) {
    case Kind::wrong_name:
      return bad("certificate",
                 "The certificate is for " + listed(own.names) + ", not for " + host + ". " +
                     portrait(own),
                 "Check the address. If it is right, the operator of the provider has to get a "
                 "certificate for this name.",
                 "RFC 9525 section 6")
          .as("certificate.wrong_name", {{"host", host}, {"names", listed(own.names)}});
    case Kind::untrusted_issuer: return untrusted(host, report, ca_file);
    case Kind::expired:
    case Kind::not_yet_valid: return out_of_date(host, report, problem, now);
    case Kind::other: break;
  }
  return bad("certificate",
             "The certificate of " + host + " is not trusted: " + problem.detail + ". " +
                 portrait(own),
             std::string(kAskOperator) + ".", "RFC 5280 section 6")
      .as("certificate.other", {{"host", host}, {"detail", problem.detail}});
}

Finding trusted(const std::string& host, const CertificateReport& report,
                std::optional<WallTime> now) {
  const Certificate& own = report.chain.front();
  std::string detail = host + " shows a trusted certificate, signed by " + own.issuer;
  if (!now || !own.not_after)
    return good("certificate", detail + ".", "RFC 9525 section 6")
        .as("certificate.trusted", {{"host", host}, {"issuer", own.issuer}});
  const seconds left = std::max(*own.not_after - *now, seconds(0));
  const Finding::Values values{
      {"host", host}, {"issuer", own.issuer}, {"date", date_text(*own.not_after)}};
  detail += ", good for " + duration_words(left >= kDay ? left / kDay * kDay : left) +
            " more (to " + date_text(*own.not_after) + ").";
  // A certificate that never lives long is renewed by a machine.
  const bool brief = own.not_before && *own.not_after - *own.not_before <= 2 * kSoon;
  if (left >= kSoon || brief) {
    return good("certificate", detail, "RFC 9525 section 6").as("certificate.good", values);
  }
  return odd("certificate", detail,
             std::string(kAskOperator) +
                 " whether it is renewed in time: no device can sign in "
                 "after that day.",
             "RFC 5280 section 4.1.2.5")
      .as("certificate.soon", values);
}

}  // namespace

std::string date_text(WallTime time) {
  const std::time_t value = time.time_since_epoch().count();
  std::tm parts{};
  char text[40] = "";
  if (gmtime_r(&value, &parts) == nullptr) return "an unknown day";
  std::strftime(text, sizeof text, "%Y-%m-%d", &parts);
  return text;
}

Findings assess_certificate(const std::string& host, const CertificateReport& report,
                            const std::string& ca_file, std::optional<WallTime> now) {
  Findings out;
  if (report.trusted) {
    out.push_back(trusted(host, report, now));
    out.push_back(good("tls", host + " speaks " + report.tls_version + ".", kTls)
                      .as("tls.good", {{"host", host}, {"version", report.tls_version}}));
    return out;
  }
  for (const CertificateProblem& problem : report.problems) {
    out.push_back(problem_finding(host, report, problem, ca_file, now));
  }
  return out;
}

Finding assess_plain_http(const std::string& host) {
  if (host_reach(host) == HostReach::this_machine) {
    return good("tls", "Plain http, which is fine since " + host + " is this computer.")
        .as("tls.this_computer", {{"host", host}});
  }
  return odd("tls",
             "Plain http to " + host + ": everybody on the way can read the tokens and use them.",
             "Give the provider a certificate, and leave --dangerous-allow-http out.",
             "RFC 8628 section 3.1")
      .as("tls.plain_http", {{"host", host}});
}

std::optional<seconds> clock_skew(const HttpResponse& response, std::optional<WallTime> sent) {
  const auto text = find_header(response.headers, "Date");
  const auto date = text ? parse_http_date(*text) : std::nullopt;
  if (!date || !sent) return std::nullopt;
  const auto half = std::chrono::duration_cast<seconds>(response.duration / 2);
  return WallTime(seconds(*date)) - (*sent + half);
}

Finding assess_clock(std::optional<seconds> skew, const TimedParts& parts) {
  constexpr const char* kCheck = "clock";
  if (!skew) {
    return good(kCheck,
                "The server sent no Date header, or this device does not know the time: "
                "the two clocks could not be compared.",
                "RFC 9110 section 6.6.1")
        .as("clock.unknown");
  }
  const seconds apart(std::abs(skew->count()));
  if (apart <= kExact) {
    return good(kCheck, "This computer's clock and the server's agree to within 5 seconds.")
        .as("clock.good");
  }
  std::string detail = "This computer's clock is " + duration_words(apart) +
                       (skew->count() > 0 ? " behind" : " ahead of") + " the server's.";
  std::string harm;
  std::string rfc;
  const auto add = [&](bool used, seconds from, const char* what, const char* section) {
    if (!used || apart < from) return;
    harm += (harm.empty() ? "" : " ") + std::string(what);
    if (rfc.empty()) rfc = section;
  };
  add(parts.dpop, kProofs, "DPoP proofs may be refused from about a minute on.",
      "RFC 9449 section 11.1");
  add(parts.assertion, kProofs, "Client assertions may be refused from about a minute on.",
      "RFC 7523 section 3");
  add(parts.id_token && apart < kDay, kIdToken,
      "ID tokens are checked by this clock, with two minutes of leeway.",
      "OpenID Connect Core section 3.1.3.7");
  add(parts.id_token, kDay, "From a day on, the times in an ID token are not checked at all.",
      "OpenID Connect Core section 3.1.3.7");
  add(true, kDay, "Certificates are checked by this clock.", "RFC 5280 section 6.1");
  if (harm.empty()) {
    return good(kCheck, detail + " Codes and intervals don't depend on that.")
        .as("clock.apart", {{"seconds", std::to_string(apart.count())}});
  }
  return odd(kCheck, detail + " " + harm, "Set the clock of this computer, by NTP where possible.",
             rfc)
      .as("clock.wrong", {{"seconds", std::to_string(apart.count())}});
}

}  // namespace deviceflow::demo
