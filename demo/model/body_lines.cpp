#include "body_lines.hpp"

#include <algorithm>
#include <string>

#include "foundation/json.hpp"
#include "protocol/exchange_secrets.hpp"

namespace deviceflow::demo {

namespace {

using Kind = JsonValue::Kind;

// Recurses as deep as parse_json() lets a document be.
class JsonWriter {
 public:
  JsonWriter(const Presenter& present, LineWriter& out) : present_(present), out_(out) {}

  // `secret` is true for everything below a member whose name says so.
  void value(const JsonValue& value, std::size_t depth, bool secret) {
    if (value.is(Kind::object)) {
      container(value.members(), "{", "}", depth, [&](const JsonValue::Member& member) {
        out_.put(Ink::key, "\"" + present_.json(member.key) + "\"").put(Ink::plain, ": ");
        this->value(member.value, depth + 1, secret || names_a_secret(member.key));
      });
    } else if (value.is(Kind::array)) {
      container(value.items(), "[", "]", depth,
                [&](const JsonValue& item) { this->value(item, depth + 1, secret); });
    } else {
      scalar(value, secret);
    }
  }

 private:
  template <typename Items, typename WriteItem>
  void container(const Items& items, std::string_view open, std::string_view close,
                 std::size_t depth, WriteItem write_item) {
    out_.put(Ink::plain, open);
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i > 0) out_.put(Ink::plain, ",");
      out_.end();
      indent(depth + 1);
      write_item(items[i]);
    }
    if (!items.empty()) {
      out_.end();
      indent(depth);
    }
    out_.put(Ink::plain, close);
  }

  void indent(std::size_t depth) { out_.put(Ink::plain, std::string(2 * depth, ' ')); }

  void scalar(const JsonValue& value, bool secret) {
    const bool string = value.is(JsonValue::Kind::string);
    const std::string_view text = value.display_text();
    const bool number = value.as_number().has_value();
    const bool mask = secret && present_.masks();
    if (string && mask && !text.empty()) {
      out_.put(Ink::masked, "\"" + masked_value(text) + "\"");
    } else if (string) {
      out_.put(Ink::string, "\"" + present_.json(text) + "\"");
    } else if (number && mask) {
      out_.put(Ink::masked, masked_value(to_json(value)));
    } else {
      out_.put(number ? Ink::number : Ink::literal, present_.text(to_json(value)));
    }
  }

  const Presenter& present_;
  LineWriter& out_;
};

}  // namespace

void write_json(const JsonValue& value, const Presenter& present, LineWriter& out) {
  JsonWriter(present, out).value(value, 0, false);
  out.end();
}

void write_form(const Form& form, const Presenter& present, LineWriter& out) {
  for (const Form::Field& field : form.fields()) {
    const std::string_view value = field.value.reveal();
    out.put(Ink::key, present.text(field.name)).put(Ink::plain, " = ");
    if (present.masks() && names_a_secret(field.name) && !value.empty()) {
      out.line(Ink::masked, masked_value(value));
    } else {
      out.line(Ink::string, present.text(value));
    }
  }
}

void write_raw(std::string_view body, const Presenter& present, LineWriter& out) {
  const std::string whole = present.whole(body);
  std::string_view rest = whole;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    out.line(Ink::plain, present.text(rest.substr(0, end)));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

}  // namespace deviceflow::demo
