// Responses of the device authorization and token endpoints, in every form that servers give them.
#ifndef DEVICEFLOW_SRC_GRANT_ANSWER_HPP
#define DEVICEFLOW_SRC_GRANT_ANSWER_HPP

#include "foundation/json.hpp"
#include "protocol/answer.hpp"

namespace deviceflow {

/// read_answer(), with the members under the RFCs' names, and `error` filled where a code that only
/// this grant has stands elsewhere. Every change is a quirk.
Answer read_grant_answer(const HttpResponse& response);

/// Sets `error` from an error that is an object ({"error":{"code":"access_denied"}}) or the only
/// element of an array (`error` or `errors`), unless there is a code already. Codes of no standard
/// count only if `any`.
void find_nested_error(Answer& answer, bool any);

/// True if `error` is no OAuth code but the status in words, as frameworks write it
/// ({"status":404,"error":"Not Found"}), under a status that says nothing about the grant.
bool repeats_status(const Answer& answer) noexcept;

/// True for the codes of RFC 8628 section 3.5.
bool is_polling_code(std::string_view code) noexcept;

/// The RFCs' code for what the server said at a poll, or its own where there is none.
std::string_view rfc_error_code(const Answer& answer, Quirks& quirks);

/// The scope of a token answer as space-separated text; empty where it is neither text nor an array
/// of texts.
std::optional<std::string> read_granted_scope(const JsonValue& scope, Quirks& quirks);

}  // namespace deviceflow

#endif
