// The C API as a C99 compiler sees it: a whole login. Prints the line that went wrong.
#include <stdio.h>

#include "canned_login.h"

int main(void) {
  const int wrong = canned_login(NULL);
  if (wrong != 0) (void)printf("canned_login.c:%d is not as it should be\n", wrong);
  return wrong != 0;
}
