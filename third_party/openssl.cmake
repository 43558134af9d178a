find_package(OpenSSL 3 QUIET)
if(NOT OPENSSL_FOUND)
  message(FATAL_ERROR "OpenSSL 3 was not found. On Debian: apt-get install libssl-dev")
endif()
