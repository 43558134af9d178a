// The Developer tab: every exchange, the selected one in full, and the token's validity.
#ifndef DEVICEFLOW_DEMO_MODEL_DEVELOPER_MODEL_HPP
#define DEVICEFLOW_DEMO_MODEL_DEVELOPER_MODEL_HPP

#include <chrono>
#include <deviceflow/error.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "desk_model.hpp"
#include "exchange_filter.hpp"
#include "exchange_log.hpp"
#include "exchange_row.hpp"
#include "exchange_text.hpp"
#include "folding.hpp"
#include "intent.hpp"
#include "machine_model.hpp"
#include "replay_model.hpp"
#include "timeline.hpp"
#include "tokens_model.hpp"

namespace deviceflow::demo {

/// What the tab shows.
enum class Page { exchanges, timeline, tokens, machine, desk, replay };

/// After this long what was revealed is masked again.
inline constexpr std::chrono::seconds kRevealTime{30};

/// What came of something that was asked for here.
struct ActionResult {
  std::string_view title = "developer.introspection";  ///< A key of the languages.
  std::string words;                                   ///< Empty: it was never asked for.
  Tone tone = Tone::muted;                             ///< Muted: it is not over.
};

class DeveloperModel {
 public:
  /// `utc_offset` is what local time is ahead of UTC.
  explicit DeveloperModel(std::chrono::seconds utc_offset) : utc_offset_(utc_offset) {}

  void add(ExchangeRecord record);
  /// Takes the intents of the tab; false for every other one.
  bool on_intent(const Intent& intent);
  /// True where it closed something.
  bool on_back();

  /// A login begins.
  void login_begins() { machine_.begin(); }
  void machine_moved(const LoginTransition& step) { machine_.moved(step); }
  void desk_answered(const DeskAnswered& event) { desk_.answered(event.press, event.result); }
  void traces_listed(TracesListed event) { replay_.listed(std::move(event.paths)); }
  void trace_read(const TraceRead& event, const Language& say);
  /// The codes of a login came at `issued`.
  void codes_came(const DeviceAuthorization& codes, SteadyTime issued);
  void polled(const PollReport& report);
  /// The login that waited is over, in the protocol's words.
  void login_over(std::string words, bool good);

  void tokens_came(TokensCame event);
  /// The login has failed for its ID token: shows why, with the token from the exchange.
  void id_token_refused(const Error& error);
  /// Time went by: masks what was revealed long enough.
  void on_time(SteadyTime now);
  /// When on_time() masks what is revealed; empty where nothing is.
  std::optional<SteadyTime> reveal_ends() const noexcept { return reveal_ends_; }

  /// How the last login ended, in the protocol's words; empty where none has ended.
  void set_outcome(std::string outcome, Quirks quirks);
  /// Whether there is what it takes: a refresh token for a refresh.
  bool can(TokenAction action) const noexcept;
  /// Turns to the exchanges, where the answer will be.
  void begin(TokenAction action, std::string words);
  /// Means nothing where `action` is not what was asked for last.
  void end(TokenAction action, bool done, std::string words);
  void saved(const Result<std::string>& path, const Language& say);
  const ExchangeLog& log() const noexcept { return log_; }

  void discovering(std::string words);
  void set_discovery(const DiscoveryCame& came, const Language& say);
  void introspecting(std::string words);
  void set_introspection(const Result<bool>& active, const Language& say);
  /// Whether there is a token to ask about. What was said of another one is dropped, and so are the
  /// secrets of a login that is over.
  void set_token(bool known);
  /// The user has signed out: nothing that tells of them or lets somebody act for them is left.
  void forget_login();

  /// What is looked for among the exchanges; empty: nothing.
  /// Lists the exchanges that hold `text`; all for an empty one.
  void search_for(std::string text);
  const std::string& search() const noexcept { return filter_.search; }
  const ExchangeFilter& filter() const noexcept { return filter_; }

  Page page() const noexcept { return page_; }
  const Timeline& timeline() const noexcept { return timeline_; }
  /// Index into the timeline's waits; meaningless while there are none.
  std::size_t selected_wait() const noexcept { return wait_; }
  /// How often what the timeline shows was halved.
  int zoom() const noexcept { return std::min(zoom_, most_zoom(timeline_)); }

  const ReplayModel& replay() const noexcept { return replay_; }
  const DeskModel& desk() const noexcept { return desk_; }
  const MachineModel& machine() const noexcept { return machine_; }
  const TokensModel& tokens() const noexcept { return tokens_; }
  /// What is in the selected token.
  const std::vector<Line>& token_lines() const noexcept { return token_lines_; }

  const std::vector<ExchangeRow>& rows() const noexcept { return rows_; }
  std::size_t dropped() const noexcept { return log_.dropped(); }
  /// Indexes of the rows that the filter lets through.
  const std::vector<std::size_t>& listed() const noexcept { return listed_; }
  /// Index into rows(); meaningless while none is listed.
  std::size_t selected() const noexcept { return selected_; }
  /// Where the selected row stands in listed(); the first place where it is not there.
  std::size_t place() const;
  /// The first place in listed() that is shown, where `visible` fit.
  std::size_t first_row(std::size_t visible) const;
  /// Asked for; seen where the list and the detail have no room beside each other.
  bool detail_open() const noexcept { return detail_open_; }
  Side side() const noexcept { return side_; }
  bool raw() const noexcept { return body_ == BodyStyle::raw; }
  bool secrets_shown() const noexcept { return secrets_ == Secrets::revealed; }
  /// Whether what is shown may hide secrets: not what is left of a login that was forgotten.
  bool hides_secrets() const;
  bool has_device_authorization() const { return log_.device_authorization().has_value(); }
  bool has_token_exchange() const { return log_.token().has_value(); }
  bool has_token() const noexcept { return has_token_; }
  /// The selected exchange, whole.
  const std::vector<Line>& lines() const noexcept { return lines_; }
  /// The same with what is folded.
  std::vector<ShownLine> shown_lines() const { return fold_lines(lines_, folded_); }
  bool folded(std::size_t line) const { return folded_.contains(line); }
  /// The request as a command for a shell, and the body of the side that is shown: without secrets,
  /// unless they are shown.
  Secret curl() const;
  Secret body() const;
  /// `words` say what is in the clipboard now.
  void copied(std::string words, Tone tone) {
    begin_result("developer.copied", std::move(words), tone);
  }
  /// The line that shall be seen; may lie beyond the last one.
  std::size_t scroll() const noexcept { return scroll_; }
  const std::string& outcome() const noexcept { return outcome_; }
  /// The last result of each kind, in the order in which they were asked for.
  const std::vector<ActionResult>& results() const noexcept { return results_; }
  ActionResult newest_result() const { return results_.empty() ? ActionResult() : results_.back(); }
  /// Whether all of them are shown, whole.
  bool results_open() const noexcept { return results_open_; }
  const Quirks& quirks() const noexcept { return quirks_; }

 private:
  void select(std::size_t index);
  void jump_to(std::size_t index);
  void list_again();
  void find_listed();
  void filter_changed();
  void rebuild_lines();
  void turn_to(Side side);
  void select_wait(int index);
  void show(Page page);
  void mask(Secrets secrets);
  void begin_result(std::string_view title, std::string words, Tone tone = Tone::muted);
  void end_result(std::string_view title, std::string words, Tone tone);

  std::chrono::seconds utc_offset_;
  ExchangeLog log_;
  std::vector<ExchangeRow> rows_;
  ExchangeFilter filter_;
  std::vector<bool> passes_;  ///< The filter, for each of rows_.
  std::vector<std::size_t> listed_;
  std::size_t selected_ = 0;
  std::size_t top_ = 0;  ///< The first place that was shown when the selection was made.
  bool follows_ = true;  ///< The selection stays on the newest exchange until the person moves it.
  bool detail_open_ = false;
  Side side_ = Side::response;
  BodyStyle body_ = BodyStyle::pretty;
  Secrets secrets_ = Secrets::masked;
  std::vector<Line> lines_;
  std::set<std::size_t> folded_;  ///< The lines at which it begins.
  std::size_t scroll_ = 0;
  Page page_ = Page::exchanges;
  Timeline timeline_;
  std::size_t wait_ = 0;
  bool follows_waits_ = true;  ///< As follows_.
  int zoom_ = 0;
  MachineModel machine_;
  DeskModel desk_;
  ReplayModel replay_;
  TokensModel tokens_;
  std::vector<Line> token_lines_;
  std::optional<SteadyTime> reveal_ends_;
  bool has_token_ = false;
  std::string outcome_;
  Quirks quirks_;
  std::vector<ActionResult> results_;
  bool results_open_ = false;
};

}  // namespace deviceflow::demo

#endif
