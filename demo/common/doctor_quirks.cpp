
#include "doctor_codes.hpp"
#include "foundation/json.hpp"
#include "quirk_texts.hpp"

namespace deviceflow::demo {

namespace {

std::string text_of(const JsonValue& entry, std::string_view member) {
  const JsonValue* value = entry.find(member);
  std::string text(value != nullptr ? value->as_string().value_or("") : "");
  std::erase(text, '`');
  return text;
}

// "maker" and "operator" are words of the file; with any other nobody needs to be asked.
std::string whom(const std::string& ask) {
  if (ask == "maker") return "Ask the maker of the server; it should be: ";
  if (ask == "operator") return "Ask the operator of the server; it should be: ";
  return "Nothing has to be done; the standard has: ";
}

}  // namespace

Finding assess_quirk(Quirk quirk) {
  static const Result<JsonValue> texts = parse_json(kQuirkTexts);
  const std::string wanted(name(quirk));
  if (texts.ok()) {
    for (const JsonValue& entry : texts->items()) {
      if (text_of(entry, "name") != wanted) continue;
      return odd("quirk", wanted + ": " + text_of(entry, "came") + ". That is tolerated here.",
                 whom(text_of(entry, "ask")) + text_of(entry, "should") + ".",
                 text_of(entry, "section"))
          .as("quirk", {{"name", wanted}});
    }
  }
  return odd("quirk", wanted + ": the answer departs from the standard.",
             "Look at it in the trace.", "")
      .as("quirk", {{"name", wanted}});
}

}  // namespace deviceflow::demo
