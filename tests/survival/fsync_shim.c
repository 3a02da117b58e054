/* While $FSYNC_FAILS exists, every fsync and fdatasync of a file below $FSYNC_FOLDER fails with EIO.
 *
 *   cc -shared -fPIC -O1 -o fsync_shim.so fsync_shim.c -ldl
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int fails(int fd) {
    char link[32], path[512];
    const char *switch_ = getenv("FSYNC_FAILS"), *folder = getenv("FSYNC_FOLDER");
    if (!switch_ || !folder || access(switch_, F_OK)) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (n < 0) return 0;
    path[n] = 0;
    return !strncmp(path, folder, strlen(folder));
}

#define WRAP(name) \
    int name(int fd) { \
        static int (*real)(int); \
        if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, #name); \
        if (fails(fd)) { \
            errno = EIO; \
            return -1; \
        } \
        return real(fd); \
    }

WRAP(fsync)
WRAP(fdatasync)
