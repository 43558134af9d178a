// What a login asks for or was granted, in words for a person.
#ifndef DEVICEFLOW_DEMO_MODEL_SCOPE_WORDS_HPP
#define DEVICEFLOW_DEMO_MODEL_SCOPE_WORDS_HPP

#include <string>
#include <string_view>

#include "language.hpp"

namespace deviceflow::demo {

/// "who you are · your email address" for "openid email". A scope that is not one of OpenID
/// Connect's stands as it is. Empty for an empty scope.
std::string scope_words(std::string_view scope, const Language& say);

}  // namespace deviceflow::demo

#endif
