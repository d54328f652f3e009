/* Preloaded into the program: its journal's disk fails as the file named by BAD_DISK says ("full", "sync", "read-only"). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int fails(const char *mode, int fd) {
    char link[64], path[512] = "", word[32] = "";
    const char *switch_file = getenv("BAD_DISK");
    FILE *file = switch_file ? fopen(switch_file, "r") : NULL;
    if (!file) return 0;
    if (!fgets(word, sizeof word, file)) word[0] = 0;
    fclose(file);
    if (strcmp(word, mode) != 0) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    return length > 0 && strstr(path, "journal.sqlite") != NULL;
}

static ssize_t write_at(int fd, const void *bytes, size_t count, off_t place) {
    static ssize_t (*real)(int, const void *, size_t, off_t);
    if (!real) real = dlsym(RTLD_NEXT, "pwrite64");
    if (fails("full", fd)) { errno = ENOSPC; return -1; }
    if (fails("read-only", fd)) { errno = EROFS; return -1; }
    return real(fd, bytes, count, place);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off_t place) { return write_at(fd, bytes, count, place); }
ssize_t pwrite(int fd, const void *bytes, size_t count, off_t place) { return write_at(fd, bytes, count, place); }

int fdatasync(int fd) {
    static int (*real)(int);
    if (!real) real = dlsym(RTLD_NEXT, "fdatasync");
    if (fails("sync", fd)) { errno = EIO; return -1; }
    return real(fd);
}

int fsync(int fd) {
    static int (*real)(int);
    if (!real) real = dlsym(RTLD_NEXT, "fsync");
    if (fails("sync", fd)) { errno = EIO; return -1; }
    return real(fd);
}
