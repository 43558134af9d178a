# mbedTLS: TLS of the firmware sample, which is left out where it is missing. It has no CMake package and
# no pkg-config file in Debian 12.
if(TARGET deviceflow_mbedtls)
  return()
endif()
find_path(DEVICEFLOW_MBEDTLS_INCLUDE mbedtls/version.h)
find_library(DEVICEFLOW_MBEDTLS mbedtls)
find_library(DEVICEFLOW_MBEDX509 mbedx509)
find_library(DEVICEFLOW_MBEDCRYPTO mbedcrypto)
mark_as_advanced(DEVICEFLOW_MBEDTLS_INCLUDE DEVICEFLOW_MBEDTLS DEVICEFLOW_MBEDX509 DEVICEFLOW_MBEDCRYPTO)
if(NOT DEVICEFLOW_MBEDTLS_INCLUDE OR NOT DEVICEFLOW_MBEDTLS OR NOT DEVICEFLOW_MBEDX509 OR NOT DEVICEFLOW_MBEDCRYPTO)
  message(STATUS "deviceflow: mbedTLS was not found, so the firmware sample is left out. "
    "On Debian: apt-get install libmbedtls-dev")
  return()
endif()
file(STRINGS ${DEVICEFLOW_MBEDTLS_INCLUDE}/mbedtls/version.h deviceflow_mbedtls_version
  REGEX "define MBEDTLS_VERSION_STRING ")
if(NOT deviceflow_mbedtls_version MATCHES "\"2\\.28\\.")
  message(STATUS "deviceflow: the firmware sample is written for mbedTLS 2.28 and is left out: this one says ${deviceflow_mbedtls_version}")
  return()
endif()
add_library(deviceflow_mbedtls INTERFACE)
target_include_directories(deviceflow_mbedtls SYSTEM INTERFACE ${DEVICEFLOW_MBEDTLS_INCLUDE})
target_link_libraries(deviceflow_mbedtls INTERFACE
  ${DEVICEFLOW_MBEDTLS} ${DEVICEFLOW_MBEDX509} ${DEVICEFLOW_MBEDCRYPTO})
