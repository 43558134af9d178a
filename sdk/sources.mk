# What the core and the C API are made of, relative to this folder; CMake reads the same lists (sources.cmake).
# Compile as C++17 with -Iinclude -Isrc and nlohmann/json 3.11 or newer in reach.

# Floors 1 and 2: values in, values out.
deviceflow_core_sources = \
  src/foundation/encoding.cpp \
  src/foundation/error.cpp \
  src/foundation/http.cpp \
  src/foundation/json.cpp \
  src/foundation/object_reader.cpp \
  src/foundation/quirk.cpp \
  src/foundation/secret.cpp \
  src/foundation/text.cpp \
  src/foundation/url.cpp \
  src/foundation/utf8.cpp \
  src/protocol/answer.cpp \
  src/protocol/challenge.cpp \
  src/protocol/claims.cpp \
  src/protocol/client_assertion.cpp \
  src/protocol/client_auth.cpp \
  src/protocol/device_authorization.cpp \
  src/protocol/device_login.cpp \
  src/protocol/device_login_table.cpp \
  src/protocol/dpop.cpp \
  src/protocol/exchange.cpp \
  src/protocol/exchange_record.cpp \
  src/protocol/exchange_secrets.cpp \
  src/protocol/grant_answer.cpp \
  src/protocol/id_token.cpp \
  src/protocol/introspection.cpp \
  src/protocol/jose.cpp \
  src/protocol/jwks.cpp \
  src/protocol/jwt.cpp \
  src/protocol/metadata.cpp \
  src/protocol/pkce.cpp \
  src/protocol/poll_schedule.cpp \
  src/protocol/proof.cpp \
  src/protocol/provider.cpp \
  src/protocol/provider_reader.cpp \
  src/protocol/redirect.cpp \
  src/protocol/refresh.cpp \
  src/protocol/revocation.cpp \
  src/protocol/stored_login.cpp \
  src/protocol/token.cpp \
  src/protocol/tolerances.cpp \
  src/protocol/url_template.cpp \
  src/protocol/userinfo.cpp

# The C API over them.
deviceflow_c_sources = \
  src/c_api/call.cpp \
  src/c_api/client.cpp \
  src/c_api/error.cpp \
  src/c_api/login.cpp \
  src/c_api/memory.cpp \
  src/c_api/provider.cpp \
  src/c_api/values.cpp

# Providers by name, in C++ and in C. They need the table that sdk/cmake/embed_providers.cmake makes; a
# product that names no provider, or brings one description of its own, leaves them out.
deviceflow_provider_sources = \
  src/protocol/builtin_provider.cpp
deviceflow_c_provider_sources = \
  src/c_api/builtin_provider.cpp
