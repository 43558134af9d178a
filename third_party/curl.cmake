# libcurl, the OpenSSL flavour: the transport's trust settings, certificate errors and tests are
# written against that TLS library, and the SDK links OpenSSL anyway.
find_package(CURL 7.87 QUIET)
if(NOT CURL_FOUND)
  message(FATAL_ERROR "libcurl 7.87 or newer was not found. On Debian: apt-get install libcurl4-openssl-dev")
endif()
find_program(DEVICEFLOW_CURL_CONFIG curl-config)
if(DEVICEFLOW_CURL_CONFIG)
  execute_process(COMMAND ${DEVICEFLOW_CURL_CONFIG} --ssl-backends
    OUTPUT_VARIABLE deviceflow_curl_tls OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT deviceflow_curl_tls MATCHES "OpenSSL")
    message(FATAL_ERROR "This libcurl was built with ${deviceflow_curl_tls}. deviceflow needs the OpenSSL "
      "flavour, because its certificate handling is written and tested against OpenSSL. "
      "On Debian: apt-get install libcurl4-openssl-dev (it replaces libcurl4-gnutls-dev)")
  endif()
endif()
