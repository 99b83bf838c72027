// Stands between the program under test and its disk (LD_PRELOAD): kills it at a numbered write or synchronisation of the
// files whose path begins with DISK_FILES, or lets each of them fail. What to do is in the file DISK_CONTROL, read again
// at every boundary: "kill N" (N counts from the start of the process), "tear N" (half of the bytes are written first), "fail
// ERRNO", or nothing. How many boundaries there were so far is written to DISK_CONTROL.count.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_long boundaries;

static int is_ours(int descriptor) {
  const char *files = getenv("DISK_FILES");
  char link[64], path[PATH_MAX];
  if (!files) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return 0;
  path[length] = 0;
  return strncmp(path, files, strlen(files)) == 0;
}

// 0: go on; else the errno to fail with. Does not come back from "kill".
static int boundary(int descriptor, const void *bytes, size_t size, off64_t offset) {
  if (!is_ours(descriptor)) return 0;
  long number = atomic_fetch_add(&boundaries, 1) + 1;
  const char *control = getenv("DISK_CONTROL");
  char text[32] = "", name[PATH_MAX];
  if (!control) return 0;
  int file = (int)syscall(SYS_openat, AT_FDCWD, control, O_RDONLY | O_CLOEXEC, 0);
  if (file >= 0) {
    syscall(SYS_read, file, text, sizeof text - 1);
    syscall(SYS_close, file);
  }
  snprintf(name, sizeof name, "%s.count", control);
  file = (int)syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (file >= 0) {
    char count[32];
    int length = snprintf(count, sizeof count, "%ld\n", number);
    syscall(SYS_pwrite64, file, count, length, 0);
    syscall(SYS_close, file);
  }
  long value = 0;
  if (sscanf(text, "fail %ld", &value) == 1) return (int)value;
  int tears = sscanf(text, "tear %ld", &value) == 1;
  if ((!tears && sscanf(text, "kill %ld", &value) != 1) || number < value) return 0;
  if (bytes && number == value && tears) syscall(SYS_pwrite64, descriptor, bytes, size / 2, offset);
  syscall(SYS_kill, getpid(), SIGKILL);
  for (;;) pause();
}

#define REAL(name) __typeof__(&name) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)
#define STOP(...) do { int trouble = boundary(__VA_ARGS__); if (trouble) { errno = trouble; return -1; } } while (0)

ssize_t pwrite(int descriptor, const void *bytes, size_t size, off_t offset) {
  REAL(pwrite);
  STOP(descriptor, bytes, size, offset);
  return real(descriptor, bytes, size, offset);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t size, off64_t offset) {
  REAL(pwrite64);
  STOP(descriptor, bytes, size, offset);
  return real(descriptor, bytes, size, offset);
}

ssize_t write(int descriptor, const void *bytes, size_t size) {
  REAL(write);
  STOP(descriptor, NULL, 0, 0);
  return real(descriptor, bytes, size);
}

int fsync(int descriptor) {
  REAL(fsync);
  STOP(descriptor, NULL, 0, 0);
  return real(descriptor);
}

int fdatasync(int descriptor) {
  REAL(fdatasync);
  STOP(descriptor, NULL, 0, 0);
  return real(descriptor);
}

int ftruncate(int descriptor, off_t length) {
  REAL(ftruncate);
  STOP(descriptor, NULL, 0, 0);
  return real(descriptor, length);
}

int ftruncate64(int descriptor, off64_t length) {
  REAL(ftruncate64);
  STOP(descriptor, NULL, 0, 0);
  return real(descriptor, length);
}
