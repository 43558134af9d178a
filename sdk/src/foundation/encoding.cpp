#include "foundation/encoding.hpp"

#include <cstdint>
#include <deviceflow/http.hpp>

namespace deviceflow {

namespace {

bool is_unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

// Calls `put` with the escaped bytes of `text`, piece by piece, so that secrets need no detour
// through an ordinary string.
template <typename Put>
void escape(std::string_view text, std::string_view space, Put put) {
  constexpr char kHex[] = "0123456789ABCDEF";
  for (const char& c : text) {
    if (is_unreserved(c)) {
      put(std::string_view(&c, 1));
    } else if (c == ' ') {
      put(space);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      const char triple[] = {'%', kHex[byte >> 4], kHex[byte & 15]};
      put(std::string_view(triple, 3));
    }
  }
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string base64(std::string_view bytes, std::string_view alphabet, bool pad) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t have = bytes.size() - i < 3 ? bytes.size() - i : 3;
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = (group << 8) | (k < have ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      if (k <= have) {
        out += alphabet[(group >> (18 - 6 * k)) & 63];
      } else if (pad) {
        out += '=';
      }
    }
  }
  return out;
}

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase64Url =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

}  // namespace

std::string form_encode(std::string_view text) {
  std::string out;
  out.reserve(3 * text.size());  // growing would leave parts of a secret behind
  escape(text, "+", [&](std::string_view piece) { out += piece; });
  return out;
}

std::string percent_encode(std::string_view text) {
  std::string out;
  out.reserve(3 * text.size());  // growing would leave parts of a secret behind
  escape(text, "%20", [&](std::string_view piece) { out += piece; });
  return out;
}

std::optional<std::string> form_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return out;
}

std::string base64_encode(std::string_view bytes) {
  return base64(bytes, kBase64, true);
}
std::string base64url_encode(std::string_view bytes) {
  return base64(bytes, kBase64Url, false);
}

std::optional<Secret> base64url_decode(std::string_view text) {
  if (text.size() % 4 == 1) return std::nullopt;
  Secret out;
  out.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t bits = 0;
  unsigned have = 0;
  for (const char c : text) {
    const std::size_t value = kBase64Url.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = ((bits << 6) | static_cast<std::uint32_t>(value)) & 0xFFFF;
    have += 6;
    if (have < 8) continue;
    have -= 8;
    const char byte = static_cast<char>((bits >> have) & 0xFF);
    out.append({&byte, 1});
  }
  if ((bits & ((1u << have) - 1)) != 0) return std::nullopt;
  return out;
}

void Form::add(std::string_view name, std::string_view value) {
  if (value.empty()) return;
  fields_.push_back({std::string(name), Secret(value)});
}

bool Form::has(std::string_view name) const noexcept {
  for (const Field& field : fields_) {
    if (field.name == name) return true;
  }
  return false;
}

std::string_view Form::get(std::string_view name) const noexcept {
  for (const Field& field : fields_) {
    if (field.name == name) return field.value.reveal();
  }
  return {};
}

Secret Form::encode() const {
  Secret out;
  bool first = true;
  const auto put = [&](std::string_view piece) { out.append(piece); };
  for (const Field& field : fields_) {
    if (!first) out.append("&");
    first = false;
    escape(field.name, "+", put);
    out.append("=");
    escape(field.value.reveal(), "+", put);
  }
  return out;
}

std::optional<Form> Form::parse(std::string_view body, std::size_t limit) {
  Form form;
  while (!body.empty()) {
    const std::string_view pair = body.substr(0, body.find('&'));
    body.remove_prefix(pair.size() == body.size() ? body.size() : pair.size() + 1);
    if (pair.empty()) continue;
    if (form.fields_.size() == limit) return std::nullopt;
    const std::size_t equals = pair.find('=');
    const auto name = form_decode(pair.substr(0, equals));
    const auto value = form_decode(equals == std::string_view::npos ? std::string_view()
                                                                    : pair.substr(equals + 1));
    if (!name || !value) return std::nullopt;
    form.fields_.push_back({*name, Secret(*value)});
  }
  return form;
}

}  // namespace deviceflow
