// URL templates of provider descriptions: https://{host}[/t/{tenant}]/oauth2/token
#ifndef DEVICEFLOW_SRC_URL_TEMPLATE_HPP
#define DEVICEFLOW_SRC_URL_TEMPLATE_HPP

#include <deviceflow/error.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace deviceflow {

/// The names in braces, in order. Fails with invalid_argument for braces or brackets that don't
/// match, and for an empty name.
Result<std::vector<std::string>> template_fields(std::string_view text);

/// The template with its fields filled in. A part in brackets falls away where one of its fields is
/// not in `values`. Fails with invalid_argument for a value that could change another part of the
/// URL than its own, and for a URL that can't be used; http only with `allow_http`.
Result<std::string> fill_template(std::string_view text,
                                  const std::map<std::string, std::string>& values,
                                  bool allow_http);

}  // namespace deviceflow

#endif
