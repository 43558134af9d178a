// Bodies as lines: JSON with its structure, forms field by field, and anything as it came.
#ifndef DEVICEFLOW_DEMO_MODEL_BODY_LINES_HPP
#define DEVICEFLOW_DEMO_MODEL_BODY_LINES_HPP

#include <deviceflow/http.hpp>
#include <string_view>

#include "foundation/json.hpp"
#include "line_writer.hpp"
#include "masking.hpp"

namespace deviceflow::demo {

void write_json(const JsonValue& value, const Presenter& present, LineWriter& out);
void write_form(const Form& form, const Presenter& present, LineWriter& out);
/// As it came, one line for each of its own.
void write_raw(std::string_view body, const Presenter& present, LineWriter& out);

}  // namespace deviceflow::demo

#endif
