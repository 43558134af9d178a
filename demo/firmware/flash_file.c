#include "flash_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ERASED_AT_ONCE = 512 };  // so that erasing takes several looks, as on a chip

static off_t place(int slot, size_t offset) {
  return (off_t)slot * FLASH_SLOT_BYTES + (off_t)offset;
}

static int whole(ssize_t done, size_t size) {
  return done >= 0 && (size_t)done == size ? 0 : -1;
}

static int read_file(void* chip, int slot, size_t offset, void* data, size_t size) {
  const flash_file* file = chip;
  return whole(pread(file->descriptor, data, size, place(slot, offset)), size);
}

static int erase_file(void* chip, int slot) {
  flash_file* file = chip;
  file->erasing = slot;
  file->erased = 0;
  return 0;
}

static int erase_more(void* chip) {
  flash_file* file = chip;
  if (file->erasing < 0) return 0;
  unsigned char blank[ERASED_AT_ONCE];
  memset(blank, 0xFF, sizeof blank);
  const off_t at = place(file->erasing, file->erased);
  if (whole(pwrite(file->descriptor, blank, sizeof blank, at), sizeof blank) < 0) return -1;
  file->erased += sizeof blank;
  if (file->erased == FLASH_SLOT_BYTES) file->erasing = -1;
  return file->erasing >= 0;
}

static int program_file(void* chip, int slot, size_t offset, const void* data, size_t size) {
  const flash_file* file = chip;
  unsigned char page[FLASH_PAGE_BYTES];
  if (file->erasing >= 0 || size > sizeof page) return -1;
  if (read_file(chip, slot, offset, page, size) < 0) return -1;
  for (size_t i = 0; i < size; ++i) page[i] &= ((const unsigned char*)data)[i];
  return whole(pwrite(file->descriptor, page, size, place(slot, offset)), size);
}

int flash_file_open(flash_file* file, const char* path, flash* driver) {
  const int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW;
  *file = (flash_file){.descriptor = open(path, flags, 0600), .erasing = -1};
  if (file->descriptor < 0) return -1;
  *driver = (flash){read_file, erase_file, erase_more, program_file, file};
  struct stat is;
  if (fstat(file->descriptor, &is) < 0) return -1;
  // It holds a refresh token: no other user may read it.
  if ((is.st_mode & 077) != 0 && fchmod(file->descriptor, 0600) < 0) return -1;
  if (is.st_size == 0) return ftruncate(file->descriptor, FLASH_BYTES);
  if (is.st_size == FLASH_BYTES) return 0;
  errno = EINVAL;  // no image of ours: better not to write into it
  return -1;
}

void flash_file_close(flash_file* file) {
  if (file->descriptor >= 0) (void)close(file->descriptor);
  file->descriptor = -1;
}
