// What the Developer tab puts into the clipboard, and what is told of it.
#include "app_model.hpp"

namespace deviceflow::demo {

std::vector<Command> AppModel::copy(Intent::Kind what) {
  const bool curl = what == Intent::Kind::copy_curl;
  const bool empty = (curl ? developer_.curl() : developer_.body()).empty();
  if (empty) {
    developer_.copied(std::string(language()("copied.nothing")), Tone::warning);
    return {};
  }
  const bool whole = developer_.secrets_shown();
  const std::string_view key = curl ? (whole ? "copied.curl.whole" : "copied.curl")
                                    : (whole ? "copied.body.whole" : "copied.body");
  developer_.copied(std::string(language()(key)), whole ? Tone::warning : Tone::good);
  return {{curl ? Command::Kind::copy_curl : Command::Kind::copy_body, login_, {}}};
}

}  // namespace deviceflow::demo
