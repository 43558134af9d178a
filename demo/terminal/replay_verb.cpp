#include <unistd.h>

#include <cstdio>
#include <deviceflow/secret.hpp>
#include <memory>

#include "common/files.hpp"
#include "common/json_output.hpp"
#include "common/replay.hpp"
#include "common/words.hpp"
#include "foundation/json.hpp"
#include "outcome_text.hpp"
#include "tty.hpp"
#include "verbs.hpp"

namespace deviceflow::demo {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMostMib = 64;

// "1.2"
std::string tenths(milliseconds time) {
  char text[40] = "";
  std::snprintf(text, sizeof text, "%.1f", static_cast<double>(time.count()) / 1000);
  return text;
}

// What a replay reports, for every kind of output.
class Teller {
 public:
  virtual ~Teller() = default;
  virtual ReplayEvents events() = 0;
  virtual void end(const TracedLogin& login, const Replayed& replayed) = 0;
  virtual void failure(const Error& error) = 0;
  virtual void remark(std::string_view text) = 0;
};

class JsonTeller final : public Teller {
 public:
  JsonTeller(const Sink& out, const Sink& err) : output_(out, err, false) {}

  ReplayEvents events() override {
    ReplayEvents events;
    events.on_prompt = [this](milliseconds at, const DeviceAuthorization& codes) {
      output_.stamp(at);
      output_.prompt(codes, {});
    };
    events.on_poll = [this](milliseconds at, const PollReport& report,
                            std::optional<milliseconds> next_in) {
      output_.stamp(at);
      output_.poll(report, next_in);
    };
    events.on_drift = [this](milliseconds at, milliseconds late) {
      JsonValue out = JsonValue::object();
      out.set("event", "drift");
      const double seconds = static_cast<double>(late.count()) / 1000;
      out.set("recorded_late_by", JsonValue::real(seconds, tenths(late)));
      output_.stamp(at);
      output_.write(std::move(out));
    };
    return events;
  }

  void end(const TracedLogin& login, const Replayed& replayed) override {
    output_.stamp(replayed.at);
    if (replayed.outcome) tell(*replayed.outcome);
    JsonValue out = JsonValue::object();
    out.set("event", "replay");
    const auto same = same_outcome(login, replayed);
    out.set("same", same ? JsonValue::boolean(*same) : JsonValue());
    out.set("recorded", login.outcome ? JsonValue::string(login.outcome->code) : JsonValue());
    out.set("replayed", replayed.outcome ? JsonValue::string(replayed.code()) : JsonValue());
    out.set("drifts", JsonValue::integer(replayed.drifts));
    out.set("unused_exchanges", JsonValue::integer(static_cast<std::int64_t>(replayed.unused)));
    output_.write(std::move(out));
  }

  void failure(const Error& error) override { output_.failure({error, {}, {}, Stop::none}); }
  void remark(std::string_view text) override { output_.remark(text); }

 private:
  void tell(const LoginOutcome& outcome) {
    if (!outcome.tokens.ok()) {
      output_.failure({outcome.tokens.error(), outcome.quirks, outcome.last_failure, Stop::none});
      return;
    }
    TokenNews news{*outcome.tokens};
    news.quirks = outcome.quirks;
    output_.tokens(news);
  }

  JsonOutput output_;
};

class HumanTeller final : public Teller {
 public:
  HumanTeller(const Sink& out, const Sink& err)
      : out_(out),
        err_(err),
        screen_(look_at(STDOUT_FILENO)),
        err_screen_(look_at(STDERR_FILENO)) {}

  ReplayEvents events() override {
    ReplayEvents events;
    events.on_start = [this](milliseconds at) { say(at, "Asks for codes."); };
    events.on_prompt = [this](milliseconds at, const DeviceAuthorization& codes) {
      say(at, "Shows " + codes.user_code + " for " + codes.verification_uri + ", for " +
                  duration_words(codes.expires_in) + "; interval " +
                  duration_words(codes.interval) + ".");
    };
    events.on_poll = [this](milliseconds at, const PollReport& report,
                            std::optional<milliseconds> next_in) {
      std::string text = "Poll " + std::to_string(report.attempt) + ": ";
      text += name(report.result);
      if (!report.reason.empty()) text += " (" + report.reason + ")";
      text += next_in ? ". The next one in " + tenths(*next_in) + " s at the earliest."
                      : ". None will follow before the code expires.";
      say(at, text);
    };
    events.on_drift = [this](milliseconds at, milliseconds late) {
      const bool early = late > milliseconds(0);
      say(at, "This version asks " + tenths(early ? late : -late) + " s " +
                  (early ? "earlier" : "later") + " than recorded.");
    };
    return events;
  }

  void end(const TracedLogin& login, const Replayed& replayed) override {
    const std::string recorded = login.outcome ? login.outcome->code : "";
    say(replayed.at, replayed.outcome ? "Ends: " + replayed.code() + "."
                                      : "Would go on, but the trace ends here.");
    if (replayed.outcome) tell_quirks(replayed.outcome->quirks);
    if (replayed.unused > 0) {
      say(replayed.at, "It would not make the last " + std::to_string(replayed.unused) +
                           " requests of the trace.");
    }
    const auto same = same_outcome(login, replayed);
    if (!same) return line("No outcome was recorded.");
    if (*same) return line("The same outcome as recorded.");
    std::string text = "Another outcome than recorded, which was: " + recorded;
    for (const std::string& quirk : login.outcome->quirks) text += ", " + quirk;
    line(text + ".");
  }

  void failure(const Error& error) override {
    err_(failure_text({error, {}, {}, Stop::none}, err_screen_));
  }
  void remark(std::string_view text) override { err_(std::string(text) + "\n"); }

 private:
  void tell_quirks(const Quirks& quirks) {
    std::string text;
    for (const Quirk quirk : quirks.list()) {
      text += (text.empty() ? "Quirks: " : ", ") + std::string(name(quirk));
    }
    if (!text.empty()) line(text + ".");
  }

  void say(milliseconds at, const std::string& text) {
    std::string time = tenths(at);
    time.insert(0, time.size() < 7 ? 7 - time.size() : 0, ' ');
    out_(time + " s  " + shown(text, screen_) + "\n");
  }
  void line(const std::string& text) { out_("           " + shown(text, screen_) + "\n"); }

  Sink out_;
  Sink err_;
  Tty screen_;
  Tty err_screen_;
};

ExitCode replay_all(const Trace& trace, Teller& teller) {
  ExitCode code = kDone;
  int logins = 0;
  for (const TracedLogin& login : trace.logins) {
    if (!holds_login(login)) continue;
    ++logins;
    const Replayed replayed = replay(login, teller.events());
    teller.end(login, replayed);
    if (!replayed.unknown_profile.empty()) {
      teller.remark(
          "This sign-in was at the provider \"" + clean_text(replayed.unknown_profile, 100) +
          "\", whose description is not built in, and a trace does not hold it. Its responses were "
          "read as they came; if the outcome differs, that may be why.");
    }
    if (!same_outcome(login, replayed).value_or(true)) code = kNegative;
  }
  if (trace.cut_off) teller.remark("The last line of the trace breaks off; it was left out.");
  if (logins > 0) return code;
  teller.failure(usage_error("There is no login in this trace: no device authorization request."));
  return kUsage;
}

}  // namespace

ExitCode run_replay(const CommandLine& line, const Sink& out, const Sink& err) {
  std::unique_ptr<Teller> teller;
  if (line.json) {
    teller = std::make_unique<JsonTeller>(out, err);
  } else {
    teller = std::make_unique<HumanTeller>(out, err);
  }
  const auto text = read_file("trace", line.replayed_trace, kMostMib);
  auto trace = text.ok() ? read_trace(text->reveal()) : Result<Trace>(text.error());
  if (!trace.ok()) {
    teller->failure(trace.error());
    return kUsage;
  }
  return replay_all(*trace, *teller);
}

}  // namespace deviceflow::demo
