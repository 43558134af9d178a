// One exchange as styled lines: what the Developer tab shows of the selected row.
#ifndef DEVICEFLOW_DEMO_MODEL_EXCHANGE_TEXT_HPP
#define DEVICEFLOW_DEMO_MODEL_EXCHANGE_TEXT_HPP

#include <deviceflow/http.hpp>
#include <vector>

#include "line_writer.hpp"
#include "masking.hpp"

namespace deviceflow::demo {

/// Timings are no text: exchange_lines() has none for them.
enum class Side { request, response, timings };
/// pretty: JSON indented, forms field by field, decoded. raw: the body as it went over the wire.
enum class BodyStyle { pretty, raw };

/// First line, headers, an empty line, and the body; without an answer, why there is none. At most
/// kMaxLines lines of kMaxLineBytes; the last one says how many bytes are left out.
///
/// `secrets` are those of the log that holds the record. With Secrets::revealed the lines hold the
/// secrets in ordinary strings: drop them when the view hides them again.
std::vector<Line> exchange_lines(const ExchangeRecord& record, Side side, BodyStyle style,
                                 Secrets mode, const Redactor& secrets);

}  // namespace deviceflow::demo

#endif
