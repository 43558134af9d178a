// A file that behaves like flash, for a computer. On a device: its driver takes this place.
#ifndef FIRMWARE_FLASH_FILE_H
#define FIRMWARE_FLASH_FILE_H

#include "flash.h"

typedef struct flash_file {
  int descriptor;
  int erasing;  // the slot, or -1
  size_t erased;
} flash_file;

/// Opens an image, or makes one without a record, for this user alone. 0, or negative: errno says
/// why.
int flash_file_open(flash_file* file, const char* path, flash* driver);
void flash_file_close(flash_file* file);

#endif
