/* Kill this process at its n-th disk or network call. Preloaded; see crash.py.
 *
 *   cc -shared -fPIC -O2 -o crash_shim.so crash_shim.c -ldl
 *
 * Counted: every call that changes a file below the watched folder, and every call on an internet
 * socket. All threads share one count. It lives in memory shared with the children of a fork, so
 * that a parent can read how far a killed child came.
 *
 * Armed by crash_arm(folder, n, after), or at start by CRASH_FOLDER, CRASH_AT, CRASH_AFTER.
 * n = 0 only counts. after = 1: die when the n-th call has been done, else before it is.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static struct { long calls, at; int after; char folder[512]; } *shared;

void crash_arm(const char *folder, long at, int after) {
    snprintf(shared->folder, sizeof shared->folder, "%s", folder);
    shared->at = at;
    shared->after = after;
    shared->calls = 0;
}

long crash_calls(void) { return shared->calls; }

__attribute__((constructor)) static void begin(void) {
    const char *folder = getenv("CRASH_FOLDER"), *at = getenv("CRASH_AT"), *after = getenv("CRASH_AFTER");
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) abort();
    if (folder) crash_arm(folder, at ? atol(at) : 0, after && *after == '1');
}

static int below(const char *path) {
    return shared->folder[0] && !strncmp(path, shared->folder, strlen(shared->folder));
}

static int watched(int fd) {
    char link[32], path[512];
    int domain = 0;
    socklen_t size = sizeof domain;
    if (!shared || !shared->folder[0]) return 0;
    if (!getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size))
        return domain == AF_INET || domain == AF_INET6; /* not the pipes a program wakes itself with */
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (n < 0) return 0;
    path[n] = 0;
    return below(path);
}

static long begun(int counts) { return counts ? __sync_add_and_fetch(&shared->calls, 1) : 0; }

static void moment(long mine, int after) {
    if (mine && mine == shared->at && after == shared->after) syscall(SYS_kill, getpid(), SIGKILL);
}

#define REAL(name) \
    static __typeof__(&name) real; \
    if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

#define WRAP(type, name, parameters, arguments, counts) \
    type name parameters { \
        REAL(name); \
        long mine = begun(counts); \
        moment(mine, 0); \
        type result = real arguments; \
        moment(mine, 1); \
        return result; \
    }

WRAP(ssize_t, write, (int fd, const void *b, size_t n), (fd, b, n), watched(fd))
WRAP(ssize_t, writev, (int fd, const struct iovec *v, int n), (fd, v, n), watched(fd))
WRAP(ssize_t, pwrite, (int fd, const void *b, size_t n, off_t o), (fd, b, n, o), watched(fd))
WRAP(ssize_t, pwrite64, (int fd, const void *b, size_t n, off64_t o), (fd, b, n, o), watched(fd))
WRAP(int, ftruncate, (int fd, off_t n), (fd, n), watched(fd))
WRAP(int, ftruncate64, (int fd, off64_t n), (fd, n), watched(fd))
WRAP(int, fsync, (int fd), (fd), watched(fd))
WRAP(int, fdatasync, (int fd), (fd), watched(fd))
WRAP(int, unlink, (const char *path), (path), below(path))
WRAP(int, rename, (const char *from, const char *to), (from, to), below(from) || below(to))
WRAP(int, connect, (int fd, const struct sockaddr *a, socklen_t n), (fd, a, n), watched(fd))
WRAP(ssize_t, send, (int fd, const void *b, size_t n, int f), (fd, b, n, f), watched(fd))
WRAP(ssize_t, sendto, (int fd, const void *b, size_t n, int f, const struct sockaddr *a, socklen_t l),
     (fd, b, n, f, a, l), watched(fd))
WRAP(ssize_t, sendmsg, (int fd, const struct msghdr *m, int f), (fd, m, f), watched(fd))
WRAP(ssize_t, recv, (int fd, void *b, size_t n, int f), (fd, b, n, f), watched(fd))
WRAP(ssize_t, recvfrom, (int fd, void *b, size_t n, int f, struct sockaddr *a, socklen_t *l),
     (fd, b, n, f, a, l), watched(fd))

/* Opening a file that is not there yet puts it there. */
#define WRAP_OPEN(name) \
    int name(const char *path, int flags, ...) { \
        REAL(name); \
        va_list more; \
        va_start(more, flags); \
        mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0; \
        va_end(more); \
        long mine = begun(flags & O_CREAT && shared && below(path)); \
        moment(mine, 0); \
        int result = real(path, flags, mode); \
        moment(mine, 1); \
        return result; \
    }

WRAP_OPEN(open)
WRAP_OPEN(open64)
