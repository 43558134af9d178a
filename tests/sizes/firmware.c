// The smallest program with a login in it: what is linked is what firmware carries.
#include <stddef.h>

#include "../c_api/canned_login.h"

int main(void) {
  return canned_login(NULL);
}
