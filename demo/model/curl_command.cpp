#include "curl_command.hpp"

#include <deviceflow/http.hpp>
#include <deviceflow/messages.hpp>

#include "foundation/encoding.hpp"
#include "protocol/exchange_secrets.hpp"

namespace deviceflow::demo {

namespace {

// Nothing in single quotes means anything to a shell but their end.
std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

// "client_secret" and "DPoP" as names of variables.
std::string variable(std::string_view name) {
  std::string out = "\"$";
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool digit = c >= '0' && c <= '9' && out.size() > 2;
    out += letter || digit ? static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c) : '_';
  }
  return out + "\"";
}

class Command {
 public:
  explicit Command(const Presenter& present) : present_(present) {}

  void option(std::string_view name, const std::string& argument) {
    text_ += " \\\n  " + std::string(name) + " " + argument;
  }

  void header(const Header& header) {
    const std::string name = shown(header.name);
    const std::string_view value = header.value.reveal();
    if (!present_.masks() || !header_is_secret(header.name)) {
      option("--header", quoted(name + ": " + shown(value)));
      return;
    }
    std::string scheme;
    std::string_view secret = header.name;
    if (const auto credentials = credentials_in(header.name, value)) {
      scheme = shown(credentials->scheme);
      secret = scheme == "Basic" ? "basic_credentials" : "access_token";
      if (!scheme.empty()) scheme += ' ';
    }
    option("--header", quoted(name + ": " + scheme) + variable(secret));
  }

  // curl escapes what follows the first "=".
  void field(const Form::Field& field) {
    const std::string name = form_encode(field.name) + "=";
    const std::string_view value = field.value.reveal();
    const bool secret = present_.masks() && names_a_secret(field.name) && !value.empty();
    option("--data-urlencode",
           secret ? quoted(name) + variable(field.name) : quoted(name + shown(value)));
  }

  void body(std::string_view body) {
    const auto form = Form::parse(body);
    if (!form) return option("--data-raw", quoted(present_.whole(body)));
    for (const Form::Field& one : form->fields()) field(one);
  }

  std::string shown(std::string_view text) const { return present_.text(text); }
  const std::string& text() const { return text_; }

 private:
  const Presenter& present_;
  std::string text_ = "curl --include --globoff";
};

}  // namespace

std::string curl_command(const HttpRequest& request, Secrets mode, const Redactor& secrets) {
  const Presenter present(mode, secrets);
  Command command(present);
  command.option("--url", quoted(command.shown(request.url)));
  for (const Header& header : request.headers) command.header(header);
  const std::string_view body = request.body.reveal();
  if (!body.empty()) {
    command.body(body);
  } else if (request.method == Method::post) {
    command.option("--request", "POST");
  }
  return command.text() + "\n";
}

std::string body_text(const ExchangeRecord& record, bool of_request, Secrets mode,
                      const Redactor& secrets) {
  const Presenter present(mode, secrets);
  if (of_request) return present.whole(record.request.body.reveal());
  if (!record.response) return {};
  std::string text = present.whole(record.response->body.reveal());
  if (!present.masks() || record.stage != Stage::device_authorization) return text;
  // Others may read a clipboard, and the code lets them decide in the person's place.
  const auto codes = read_device_authorization_response(*record.effective_response(), true);
  if (!codes.ok()) return text;
  Redactor code;
  code.add(Secret(codes->user_code));
  return code.scrub(text);
}

}  // namespace deviceflow::demo
