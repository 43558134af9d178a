#include "replay_model.hpp"

#include <algorithm>
#include <cstdlib>
#include <deviceflow/secret.hpp>
#include <utility>

#include "common/replay.hpp"
#include "common/settings.hpp"
#include "timeline.hpp"

namespace deviceflow::demo {

namespace {

using std::chrono::milliseconds;

class Teller {
 public:
  Teller(LineWriter& out, const Language& say) : out_(out), say_(say) {}

  ReplayEvents events() {
    ReplayEvents events;
    events.on_start = [this](milliseconds at) {
      tell(at, Ink::plain, std::string(say_("replay.start")));
    };
    events.on_prompt = [this](milliseconds at, const DeviceAuthorization& codes) {
      tell(at, Ink::plain,
           say_("replay.codes", {{"lifetime", seconds_text(codes.expires_in)},
                                 {"interval", seconds_text(codes.interval)}}));
    };
    events.on_poll = [this](milliseconds at, const PollReport& report,
                            std::optional<milliseconds> next_in) {
      std::string result(name(report.result));
      if (!report.reason.empty()) result += " (" + clean_text(report.reason, 60) + ")";
      const std::string next = next_in ? seconds_text(*next_in) : "-";
      const bool pending = report.result == PollReport::Result::authorization_pending;
      tell(at, pending ? Ink::plain : Ink::warning,
           say_("replay.poll",
                {{"number", std::to_string(report.attempt)}, {"result", result}, {"next", next}}));
    };
    events.on_drift = [this](milliseconds at, milliseconds late) {
      tell(at, Ink::warning,
           say_(late > milliseconds(0) ? "replay.earlier" : "replay.later",
                {{"time", seconds_text(late > milliseconds(0) ? late : -late)}}));
    };
    return events;
  }

  void end(const TracedLogin& login, const Replayed& replayed) {
    const Ink ink = replayed.outcome && replayed.outcome->tokens.ok() ? Ink::good : Ink::warning;
    tell(replayed.at, ink,
         replayed.outcome ? say_("replay.ends", {{"outcome", replayed.code()}})
                          : std::string(say_("replay.goes_on")));
    const auto same = same_outcome(login, replayed);
    if (!same) {
      out_.line(Ink::muted, say_("replay.no_outcome"));
    } else if (*same) {
      out_.line(Ink::good, say_("replay.same"));
    } else {
      const std::string recorded = clean_text(login.outcome->code, 100);
      out_.line(Ink::bad, say_("replay.other", {{"outcome", recorded}}));
    }
    if (replayed.unknown_profile.empty()) return;
    const std::string profile = clean_text(replayed.unknown_profile, 100);
    out_.line(Ink::warning, say_("replay.profile", {{"profile", profile}}));
  }

 private:
  void tell(milliseconds at, Ink ink, const std::string& words) {
    out_.put(Ink::muted, seconds_text(at) + "  ").line(ink, words);
  }

  LineWriter& out_;
  const Language& say_;
};

void list_exchanges(LineWriter& out, const TracedLogin& login) {
  for (const ExchangeRecord& exchange : login.exchanges) {
    std::string words = std::string(name(exchange.stage)) + ": ";
    words += exchange.response  ? std::to_string(exchange.response->status)
             : exchange.failure ? std::string(name(exchange.failure->kind))
                                : "-";
    const std::string took = std::to_string(exchange.duration.count()) + " ms";
    out.put(Ink::muted, "  ").put(Ink::plain, words);
    out.line(Ink::muted, ", " + took + "  " + clean_text(exchange.request.url, 200));
  }
}

}  // namespace

Result<std::vector<Line>> replay_lines(const Trace& trace, const Language& say) {
  LineWriter out;
  bool any = false;
  for (const TracedLogin& login : trace.logins) {
    if (!holds_login(login)) continue;
    if (std::exchange(any, true)) out.end();
    Teller teller(out, say);
    const Replayed replayed = replay(login, teller.events());
    teller.end(login, replayed);
    out.line(Ink::key, say("replay.exchanges"));
    list_exchanges(out, login);
  }
  if (!any) return usage_error(std::string(say("replay.no_login")));
  if (trace.cut_off) out.line(Ink::warning, say("replay.cut_off"));
  return out.take();
}

void ReplayModel::listed(std::vector<std::string> paths) {
  const std::string before = selected_ < paths_.size() ? paths_[selected_] : "";
  paths_ = std::move(paths);
  const auto found = std::find(paths_.begin(), paths_.end(), before);
  selected_ = found == paths_.end() ? 0 : static_cast<std::size_t>(found - paths_.begin());
}

void ReplayModel::read(const std::string& path, const Result<Trace>& trace, const Language& say) {
  shown_ = path;
  const auto lines =
      trace.ok() ? replay_lines(*trace, say) : Result<std::vector<Line>>(trace.error());
  if (lines.ok()) {
    lines_ = *lines;
    return;
  }
  LineWriter out;
  out.line(Ink::bad, clean_text(lines.error().message, 600));
  lines_ = out.take();
}

void ReplayModel::select(const Intent& intent) {
  if (intent.value < 0 || static_cast<std::size_t>(intent.value) >= paths_.size()) return;
  selected_ = static_cast<std::size_t>(intent.value);
  top_ = intent.top;
}

}  // namespace deviceflow::demo
