#include "foundation/object_reader.hpp"

#include <algorithm>
#include <deviceflow/secret.hpp>

#include "foundation/json.hpp"

namespace deviceflow {

std::string Fault::sentence() const {
  return place.empty() ? rule : "\"" + clean_text(place, 100) + "\" " + rule;
}

ObjectReader::ObjectReader(const JsonValue& value, Fault& fault, std::string place)
    : fault_(fault), place_(std::move(place)) {
  if (value.is(JsonValue::Kind::object)) {
    object_ = &value;
  } else {
    must_be("", "an object");
  }
}

const JsonValue* ObjectReader::find(std::string_view key) {
  if (std::find(asked_.begin(), asked_.end(), key) == asked_.end()) asked_.push_back(key);
  return object_ != nullptr ? object_->find(key) : nullptr;
}

std::optional<std::string_view> ObjectReader::text_of(std::string_view key, Text kind) {
  const JsonValue* value = find(key);
  if (value == nullptr) return std::nullopt;
  const auto text = value->as_string();
  if (text && (kind == Text::any || !text->empty())) return text;
  must_be(key, kind == Text::any ? "a string" : "a text that is not empty");
  return std::nullopt;
}

std::optional<std::string_view> ObjectReader::word_of(std::string_view key) {
  const JsonValue* value = find(key);
  if (value == nullptr) return std::nullopt;
  return value->as_string().value_or(std::string_view());
}

std::optional<std::int64_t> ObjectReader::whole_of(std::string_view key, std::int64_t least,
                                                   std::int64_t most) {
  const JsonValue* value = find(key);
  if (value == nullptr) return std::nullopt;
  const auto number = value->as_integer();
  if (number && *number >= least && *number <= most) return number;
  must_be(key, "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return std::nullopt;
}

void ObjectReader::flag(std::string_view key, bool& to) {
  const JsonValue* value = find(key);
  if (value == nullptr) return;
  if (!value->as_bool()) must_be(key, "true or false");
  to = value->as_bool().value_or(to);
}

void ObjectReader::texts(std::string_view key, std::vector<std::string>& to, Text kind) {
  const JsonValue* value = array(key, "an array of texts");
  if (value == nullptr) return;
  for (const JsonValue& item : value->items()) {
    const std::string_view text = item.as_string().value_or(std::string_view());
    if (!item.as_string() || (kind == Text::filled && text.empty())) {
      return must_be(key, "an array of texts");
    }
    to.emplace_back(text);
  }
}

void ObjectReader::pairs(std::string_view key, Pairs& to, Text kind) {
  ObjectReader inner = object(key, "an object of strings");
  inner.each([&](const std::string& name) {
    inner.text(name, to.emplace_back(name, std::string()).second, kind);
  });
}

ObjectReader ObjectReader::object(std::string_view key, std::string_view what) {
  const JsonValue* value = find(key);
  ObjectReader out(fault_);
  out.place_ = place_of(key);
  if (value == nullptr) return out;
  if (!value->is(JsonValue::Kind::object)) must_be(key, what);
  if (value->is(JsonValue::Kind::object)) out.object_ = value;
  return out;
}

const JsonValue* ObjectReader::array(std::string_view key, std::string_view what) {
  const JsonValue* value = find(key);
  if (value == nullptr || value->is(JsonValue::Kind::array)) return value;
  must_be(key, what);
  return nullptr;
}

void ObjectReader::require(std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    if (object_ == nullptr || object_->find(key) == nullptr) fail(key, "is missing");
  }
}

void ObjectReader::allow_no_others() {
  each([&](const std::string& name) {
    if (std::find(asked_.begin(), asked_.end(), name) != asked_.end()) return;
    std::string names;
    for (const std::string_view key : asked_) {
      names += (names.empty() ? "; allowed are " : ", ") + std::string(key);
    }
    fail(name, std::string(fault_.unknown) + names);
  });
}

std::string ObjectReader::place_of(std::string_view key) const {
  return place_ + (place_.empty() || key.empty() ? "" : ".") + std::string(key);
}

void ObjectReader::fail(std::string_view key, std::string rule) {
  if (fault_.found()) return;
  fault_.place = place_of(key);
  fault_.rule = std::move(rule);
}

void ObjectReader::must_be(std::string_view key, std::string_view what) {
  fail(key, std::string(fault_.has_to_be) + std::string(what));
}

}  // namespace deviceflow
