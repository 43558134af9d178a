// Which exchanges the Developer tab lists, and where what is looked for stands in them.
#ifndef DEVICEFLOW_DEMO_MODEL_EXCHANGE_FILTER_HPP
#define DEVICEFLOW_DEMO_MODEL_EXCHANGE_FILTER_HPP

#include <deviceflow/http.hpp>
#include <string>
#include <string_view>

#include "exchange_row.hpp"
#include "exchange_text.hpp"

namespace deviceflow::demo {

enum class ExchangeKind { all, errors, discovery, device_authorization, polls, others };
inline constexpr int kExchangeKinds = 6;
/// A key of the languages.
std::string_view title_of(ExchangeKind kind);

struct ExchangeFilter {
  ExchangeKind kind = ExchangeKind::all;
  std::string search;  ///< Empty: nothing is looked for.

  bool active() const noexcept { return kind != ExchangeKind::all || !search.empty(); }
  /// Looks at URL, headers and bodies as they are shown while secrets are masked: what is masked is
  /// never found. `row` is the record's.
  bool lists(const ExchangeRecord& record, const ExchangeRow& row, BodyStyle style,
             const Redactor& secrets) const;
};

/// Marks every place where `text` stands, whatever the case of its letters (ASCII).
void mark_found(std::vector<Line>& lines, std::string_view text);

}  // namespace deviceflow::demo

#endif
