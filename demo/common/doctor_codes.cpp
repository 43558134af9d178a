#include "doctor_codes.hpp"

#include <cctype>
#include <cmath>
#include <deviceflow/qr_code.hpp>

#include "foundation/url.hpp"
#include "words.hpp"

namespace deviceflow::demo {

namespace {

using std::chrono::seconds;

constexpr const char* kAnswer = "RFC 8628 section 3.2";

std::string ask(std::string_view what) {
  return std::string(kAskOperator) + " " + std::string(what);
}

// ---- The user code ----

struct Shape {
  std::string picture;  ///< "AAAA-AAAA": what kind of character stands where.
  int length = 0;       ///< Without separators.
  bool upper = false, lower = false, digits = false, vowels = false, foreign = false;
  bool twins = false;  ///< A character that looks like one of the other kind.

  int alphabet() const {
    const bool one_case = upper != lower;
    const int letters = !upper && !lower ? 0 : !one_case ? 52 : vowels || digits ? 26 : 20;
    return letters + (digits ? 10 : 0);
  }
  // What another code of the same server shows besides.
  void add(const Shape& other) {
    upper = upper || other.upper;
    lower = lower || other.lower;
    digits = digits || other.digits;
    vowels = vowels || other.vowels;
    foreign = foreign || other.foreign;
    twins = twins || other.twins;
  }
  double bits() const { return alphabet() == 0 ? 0 : length * std::log2(alphabet()); }
};

Shape shape_of(std::string_view code) {
  Shape out;
  for (const char c : code) {
    const auto byte = static_cast<unsigned char>(c);
    const bool digit = std::isdigit(byte) != 0;
    const bool upper = std::isupper(byte) != 0;
    const bool lower = std::islower(byte) != 0;
    const bool separator = c == '-' || c == ' ' || c == '.';
    out.picture += digit ? '9' : upper ? 'A' : lower ? 'a' : separator ? c : '?';
    if (separator) continue;
    ++out.length;
    out.digits = out.digits || digit;
    out.upper = out.upper || upper;
    out.lower = out.lower || lower;
    out.foreign = out.foreign || !(digit || upper || lower);
    out.vowels = out.vowels || std::string_view("AEIOUYaeiouy").find(c) != std::string_view::npos;
    out.twins = out.twins || std::string_view("0Oo1IiLl2Zz5Ss8B").find(c) != std::string_view::npos;
  }
  return out;
}

}  // namespace

Finding assess_user_codes(const std::vector<std::string>& codes) {
  constexpr const char* kCheck = "user_code";
  constexpr const char* kRfc = "RFC 8628 section 6.1";
  // RFC 8628 section 5.1 counts with five guesses; one in a million is still a chance for those.
  constexpr double kLeastBits = 22.3;
  constexpr int kLongest = 12;
  Shape shape = shape_of(codes.front());
  for (const std::string& code : codes) shape.add(shape_of(code));
  const int bits = static_cast<int>(shape.bits());
  const Finding::Values values{{"shape", shape.picture},
                               {"length", std::to_string(shape.length)},
                               {"bits", std::to_string(bits)}};
  const std::string detail =
      (codes.size() == 1 ? "It looks like "
                         : "Of " + std::to_string(codes.size()) + " codes, the first looks like ") +
      shape.picture + ": " + std::to_string(shape.length) + " characters to type, at most " +
      std::to_string(bits) + " bits.";
  if (shape.foreign) {
    return odd(kCheck, detail + " Some are neither letters nor digits of ASCII.",
               ask("for codes that every keyboard can type."), kRfc)
        .as("user_code.foreign", values);
  }
  if (shape.bits() < kLeastBits) {
    return odd(kCheck, detail + " Five guesses hit a code with more than one chance in a million.",
               ask("for longer codes, and for a limit on wrong ones."), "RFC 8628 section 5.1")
        .as("user_code.guessable", values);
  }
  if (shape.upper && shape.lower) {
    return odd(kCheck,
               detail + " Upper and lower case are mixed, which is hard to type on a phone.",
               ask("for codes of one case, compared without regard to it."), kRfc)
        .as("user_code.mixed_case", values);
  }
  if (shape.digits && (shape.upper || shape.lower) && shape.twins) {
    return odd(kCheck,
               detail +
                   " It mixes letters and digits, and holds one that looks like another (0 "
                   "and O, 1 and I, 2 and Z, 5 and S, 8 and B).",
               ask("for codes of consonants only, or of digits only."), kRfc)
        .as("user_code.twins", values);
  }
  if (shape.length > kLongest) {
    return odd(kCheck, detail + " That is much to type with a remote control or on a phone.",
               ask("for shorter codes."), kRfc)
        .as("user_code.long", values);
  }
  return good(kCheck, detail, kRfc).as("user_code.good", values);
}

namespace {

// ---- Where the person goes ----

Finding assess_reach(const std::string& uri, const std::string& host) {
  constexpr const char* kCheck = "verification_uri";
  constexpr const char* kRfc = "RFC 8628 section 3.3";
  switch (host_reach(host)) {
    case HostReach::this_machine:
      return odd(kCheck, uri + " works on this computer only: a phone that opens it meets itself.",
                 "Set the server's public host name (the sandbox: --lan, or the switch in the "
                 "window).",
                 kRfc)
          .as("verification_uri.this_computer", {{"uri", uri}});
    case HostReach::private_network:
      return odd(kCheck, uri + " works only for phones on the server's own network.",
                 "If others are to sign in, set the server's public host name.", kRfc)
          .as("verification_uri.private", {{"uri", uri}});
    case HostReach::anywhere: break;
  }
  return good(kCheck, uri + " is an absolute https address that a phone can open.", kRfc)
      .as("verification_uri.good", {{"uri", uri}});
}

// Where there is no QR code, somebody types it.
bool hard_to_type(const Url& url) {
  constexpr std::size_t kLongest = 40;
  return url.query.has_value() || url.host.size() + url.path.size() > kLongest;
}

Findings assess_uris(const DeviceAuthorization& codes) {
  Findings out;
  const auto url = parse_url(codes.verification_uri);
  if (!url.ok()) return out;  // the SDK has refused such an answer
  out.push_back(assess_reach(codes.verification_uri, url->host));
  if (hard_to_type(*url)) {
    out.push_back(odd("verification_uri",
                      "It is long to type: " + std::to_string(codes.verification_uri.size()) +
                          " characters" + (url->query ? ", with a query." : "."),
                      ask("for a short address without a query."), kAnswer)
                      .as("verification_uri.long",
                          {{"length", std::to_string(codes.verification_uri.size())}}));
  }
  constexpr const char* kComplete = "verification_uri_complete";
  constexpr const char* kRfc = "RFC 8628 section 3.3.1";
  if (!codes.verification_uri_complete) {
    out.push_back(good(kComplete,
                       "There is none: after scanning, the person still types the code. It is "
                       "optional.",
                       kRfc)
                      .as("verification_uri_complete.none"));
    return out;
  }
  const auto complete = parse_url(*codes.verification_uri_complete);
  if (complete.ok() && complete->host != url->host) {
    out.push_back(odd(kComplete,
                      "It leads to another host (" + complete->host +
                          ") than the address beside "
                          "it, so a careful person "
                          "won't trust it.",
                      ask("to use one host for both."), kRfc)
                      .as("verification_uri_complete.other_host", {{"host", complete->host}}));
  } else {
    out.push_back(good(kComplete, "It is there: the QR code brings the user code along.", kRfc)
                      .as("verification_uri_complete.good"));
  }
  return out;
}

// ---- The QR code on a TV ----

// A phone three metres away: its camera shows 65 degrees on 1920 pixels, and needs three of them
// for a module. The TV has 55 inches (1218 mm) and 1920 pixels across.
constexpr double kModuleMm = 3.0 * (2 * 3000 * 0.637 /* tan(32.5 degrees) */) / 1920;
constexpr double kPixelMm = 1218.0 / 1920;
constexpr int kModulePixels = static_cast<int>(kModuleMm / kPixelMm) + 1;
constexpr int kCardPixels = 1080 / 2;

Finding assess_qr(const DeviceAuthorization& codes) {
  constexpr const char* kCheck = "qr";
  constexpr const char* kRfc = "RFC 8628 section 3.3.1";
  const std::string& payload = codes.verification_uri_complete.value_or(codes.verification_uri);
  const auto code = QrCode::encode(payload);
  if (!code.ok()) {
    return odd(kCheck, "The address is too long for a QR code.", ask("for a shorter one."), kRfc)
        .as("qr.too_long");
  }
  const Finding::Values values{{"bytes", std::to_string(payload.size())},
                               {"modules", std::to_string(code->size())}};
  const int side = (code->size() + 2 * QrCode::kQuietZone) * kModulePixels;
  std::string detail = std::to_string(payload.size()) + " bytes make " +
                       std::to_string(code->size()) +
                       " modules a side. To be read from 3 m off a "
                       "55-inch screen of 1920 x 1080, a module takes " +
                       std::to_string(kModulePixels) +
                       " pixels (a camera of 65 degrees, 1920 "
                       "pixels across, three a module), so the symbol takes " +
                       std::to_string(side) + " with its margin";
  if (side <= kCardPixels)
    return good(kCheck, detail + ": half the height is enough.", kRfc).as("qr.good", values);
  return odd(kCheck, detail + ": more than half the height.",
             ask("for a shorter verification_uri_complete, or let people come closer."), kRfc)
      .as("qr.large", values);
}

// ---- Times and the device code ----

Findings assess_times(const DeviceAuthorization& codes) {
  constexpr seconds kLeast{120};
  constexpr seconds kLongInterval{30};
  Findings out;
  const Finding::Values lasts{{"seconds", std::to_string(codes.expires_in.count())}};
  const Finding::Values every{{"seconds", std::to_string(codes.interval.count())}};
  const std::string life = "The codes live for " + duration_words(codes.expires_in) + ".";
  out.push_back(codes.expires_in >= kLeast
                    ? good("expires_in", life, kAnswer).as("expires_in.good", lasts)
                    : odd("expires_in", life + " Few people find their phone that fast.",
                          ask("for a longer life; ten minutes are common."), kAnswer)
                          .as("expires_in.short", lasts));
  const std::string interval = "One poll every " + duration_words(codes.interval) + " is allowed.";
  out.push_back(codes.interval <= kLongInterval
                    ? good("interval", interval, kAnswer).as("interval.good", every)
                    : odd("interval", interval + " So long may a person wait after approving.",
                          ask("for a shorter interval; five seconds are the default."), kAnswer)
                          .as("interval.long", every));
  return out;
}

Finding assess_device_code(std::size_t length) {
  constexpr std::size_t kBitsEach = 6;  // base64url at best
  constexpr std::size_t kLeastBits = 128;
  const Finding::Values values{{"length", std::to_string(length)}};
  const std::string detail =
      "The answer can be used. The device code has " + std::to_string(length) + " characters";
  if (length * kBitsEach >= kLeastBits) {
    return good("device_authorization", detail + ".", kAnswer).as("device_code.good", values);
  }
  return odd("device_authorization",
             detail + ", which hold " + std::to_string(length * kBitsEach) +
                 " bits at most: it might be guessed.",
             ask("for device codes of at least 128 bits."), "RFC 8628 section 5.2")
      .as("device_code.guessable", values);
}

struct Told {
  std::string_view code, advice;
};
constexpr Told kRefusals[] = {
    {"unauthorized_client",
     "Ask the operator of the provider to turn the device grant on for this client."},
    {"unsupported_grant_type", "Ask the operator of the provider to turn the device grant on."},
    {"invalid_scope",
     "Check --scope; ask the operator of the provider which scopes this client has."},
    {"invalid_request",
     "Check --param, --resource and --pkce: the provider refuses one of what "
     "was sent."},
    {"invalid_target", "Check --resource."},
};

std::string advice_for(const Error& error) {
  const std::string_view options = option_advice(error);
  if (!options.empty()) return std::string(options);
  for (const Told& told : kRefusals) {
    if (told.code == error.oauth_code) return std::string(told.advice);
  }
  if (error.blame == Blame::caller) return "Correct the setting.";
  if (error.blame == Blame::network) return network_advice(error);
  return ask("to look at this answer; --trace FILE keeps it.");
}

std::string refusal_text(const Error& error) {
  std::string out = error.message;
  if (error.http_status) out += " (HTTP status " + std::to_string(*error.http_status) + ")";
  if (!error.description.empty()) out += " The server says: " + error.description;
  return out;
}

}  // namespace

Findings assess_codes(const DeviceAuthorization& codes) {
  Findings out{assess_device_code(codes.device_code.size())};
  const auto add = [&](Findings more) {
    for (Finding& one : more) out.push_back(std::move(one));
  };
  for (const Quirk quirk : codes.quirks.list()) out.push_back(assess_quirk(quirk));
  add(assess_times(codes));
  add(assess_uris(codes));
  out.push_back(assess_qr(codes));
  out.push_back(good("policy",
                     "Whether your organisation allows device codes cannot be seen from here: the "
                     "provider decides that once the user signs in. With some providers it is a "
                     "switch in the user's account.",
                     "RFC 10027")
                    .as("policy"));
  return out;
}

Finding assess_no_codes(const Error& error) {
  const bool oauth = !error.oauth_code.empty();
  return bad("device_authorization", "No codes came. " + refusal_text(error), advice_for(error),
             oauth ? "RFC 6749 section 5.2" : kAnswer)
      .as(error);
}

Finding assess_poll(const OnePoll& poll) {
  constexpr const char* kCheck = "poll";
  constexpr const char* kRfc = "RFC 8628 section 3.5";
  const Finding::Values values{{"seconds", std::to_string(poll.interval.count())},
                               {"reason", poll.reason}};
  const std::string when =
      "One poll, " + duration_words(poll.interval) + " after the codes came, brought ";
  switch (poll.came) {
    case OnePoll::Came::pending:
      if (poll.by_refusal) {
        return good(kCheck,
                    when +
                        "what this provider sends while the user has not approved. It does not "
                        "say whether the code is still good: the sign-in waits until the code "
                        "expires.",
                    kRfc)
            .as("poll.pending_by_refusal", values);
      }
      return good(kCheck, when + "authorization_pending, as it has to.", kRfc)
          .as("poll.pending", values);
    case OnePoll::Came::slow_down:
      return odd(kCheck, when + "slow_down, though it was not too early.",
                 ask("to count the interval as it was sent, or to send the longer one that is "
                     "meant. Logins work; each slow_down makes them 5 seconds slower."),
                 kRfc)
          .as("poll.slow_down", values);
    case OnePoll::Came::fault:
      return bad(kCheck,
                 when + "no verdict (" + poll.reason + "). " + trouble_words(poll.reason) + ".",
                 ask("to look after the token endpoint, or try again later."), kRfc)
          .as("poll.fault", values);
    case OnePoll::Came::tokens:
      return bad(kCheck,
                 when +
                     "tokens, though nobody has seen the codes. They were given back where the "
                     "provider allows that.",
                 ask("why it lets devices in that no person has approved."), "RFC 8628 section 3.4")
          .as("poll.tokens", values);
    case OnePoll::Came::error: break;
  }
  const bool expired = poll.error.code == ErrorCode::expired_token;
  return bad(kCheck, when + "an end of the login. " + refusal_text(poll.error),
             expired ? ask("for codes that live longer than one interval.")
                     : advice_for(poll.error),
             kRfc)
      .as(poll.error);
}

}  // namespace deviceflow::demo
