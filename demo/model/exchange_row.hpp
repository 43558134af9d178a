// One exchange as a row of the Developer tab's table.
#ifndef DEVICEFLOW_DEMO_MODEL_EXCHANGE_ROW_HPP
#define DEVICEFLOW_DEMO_MODEL_EXCHANGE_ROW_HPP

#include <chrono>
#include <deviceflow/http.hpp>
#include <string>

#include "waterfall.hpp"

namespace deviceflow::demo {

enum class Tone { neutral, good, warning, bad, muted };

/// Every text is masked and fit for the screen. "-" stands where nothing is known.
struct ExchangeRow {
  std::string time;  ///< HH:MM:SS, local.
  std::string method;
  std::string url;
  std::string path;     ///< Of the URL, without query.
  std::string status;   ///< "200"
  std::string took;     ///< "41 ms", "1.2 s", "12 s"
  std::string size;     ///< Of the answer's body: "318 B", "1.4 kB"
  std::string meaning;  ///< In the protocol's own words: "authorization_pending", "Tokens" …
  Tone tone = Tone::neutral;
  Timing timing;
};

/// `utc_offset` is what local time was ahead of UTC when the request left. `secrets` are those of
/// the log that holds the record.
ExchangeRow row_of(const ExchangeRecord& record, const Redactor& secrets,
                   std::chrono::seconds utc_offset);

}  // namespace deviceflow::demo

#endif
