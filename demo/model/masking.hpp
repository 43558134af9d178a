// Text of an exchange made fit for the screen, with or without its secrets.
#ifndef DEVICEFLOW_DEMO_MODEL_MASKING_HPP
#define DEVICEFLOW_DEMO_MODEL_MASKING_HPP

#include <deviceflow/http.hpp>
#include <deviceflow/secret.hpp>
#include <string>
#include <string_view>

namespace deviceflow::demo {

enum class Secrets { masked, revealed };

/// `text` with "[redacted]" for every value that follows a secret's name and every secret that
/// `secrets` knows, however it is escaped.
std::string mask_text(std::string_view text, const Redactor& secrets);

/// "•••••••• 36 chars", or "•••••••• JWT, 812 chars".
std::string masked_value(std::string_view value);

/// The exchange as a redacted trace shows it. What a server tells of the user goes as well.
ExchangeRecord without_secrets(ExchangeRecord record, const Redactor& secrets);

/// Makes text fit for the screen. Keeps a reference to the redactor.
class Presenter {
 public:
  Presenter(Secrets mode, const Redactor& secrets) : mode_(mode), secrets_(secrets) {}

  bool masks() const { return mode_ == Secrets::masked; }
  /// Never cut; nothing in it can fool a screen.
  std::string text(std::string_view text) const;
  /// The same for the inside of a JSON string, which keeps what is dangerous as an escape.
  std::string json(std::string_view text) const;
  /// `text` ready to be split into lines, each of which goes through text() afterwards.
  std::string whole(std::string_view text) const;

 private:
  Secrets mode_;
  const Redactor& secrets_;
};

}  // namespace deviceflow::demo

#endif
