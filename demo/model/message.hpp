// Outcomes in words for a person on a sofa: what happened, and what to do now.
#ifndef DEVICEFLOW_DEMO_MODEL_MESSAGE_HPP
#define DEVICEFLOW_DEMO_MODEL_MESSAGE_HPP

#include <chrono>
#include <deviceflow/error.hpp>
#include <optional>
#include <string>
#include <vector>

#include "settings_rows.hpp"

namespace deviceflow::demo {

enum class Screen;
struct AppFacts;
struct LoginFailed;

/// One line of a screen without codes.
struct MessageRow {
  std::string name;
  std::string value;
  int lines = 2;       ///< At the most; the whole text stands in the Developer tab.
  bool whole = false;  ///< Keeps its lines where room is short.
};

/// What such a screen says.
struct Message {
  std::string kicker;    ///< One or two words, coloured.
  bool serious = false;  ///< The kicker is red, not amber.
  std::string title;
  std::string text;
  std::vector<MessageRow> rows;
  std::string again;  ///< What the button is called that starts another login; empty: none.
  std::string trust;  ///< What the button is called that trusts a certificate; empty: none.
  std::optional<WhichSetting> fix;  ///< What may have to be changed; empty: nothing there helps.
};

/// Which screen an error belongs on.
Screen screen_for(const Error& error) noexcept;

/// The words for it. `lifetime` is the code's, where there was one.
Message message_for(const LoginFailed& failure, const AppFacts& facts,
                    std::chrono::seconds lifetime);

/// After a login that was good has ended.
Message ended_message(const Error& error, const AppFacts& facts);

/// Where the sandbox did not start.
Message sandbox_message(const Error& error, const AppFacts& facts);

/// While a start is being retried.
Message retry_message(const Error& error, std::optional<std::chrono::milliseconds> next_in,
                      const AppFacts& facts);

}  // namespace deviceflow::demo

#endif
