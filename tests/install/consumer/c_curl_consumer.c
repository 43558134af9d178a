// Uses the convenience over libcurl of an installed C API.
#include <deviceflow/deviceflow_curl.h>
#include <stdio.h>
#include <string.h>

int main(void) {
  const char* address = "https://id.example.com/device?user_code=WDJB-MJHT";
  const deviceflow_text text = {address, strlen(address)};
  unsigned char modules[64 * 64];
  int side = 0;
  const int status = deviceflow_qr_encode(text, modules, sizeof modules, &side);
  if (status != DEVICEFLOW_OK || deviceflow_curl_now_ms() <= 0) {
    fprintf(stderr, "%s\n", deviceflow_error_string(status));
    return 1;
  }
  printf("%d modules\n", side);
  return 0;
}
