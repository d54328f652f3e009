#define _GNU_SOURCE
#include "CLinux.h"
#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <malloc.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define CHECKED(call) ({ __typeof__(call) result_ = (call); result_ < 0 ? -errno : result_; })

// Threads

int64_t linux_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t linux_wall_clock(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

__attribute__((noinline)) int32_t linux_thread_id(void) { return (int32_t)syscall(SYS_gettid); }

struct start {
    void (*body)(void *);
    void *argument;
    char name[16];
};

static void *run(void *raw) {
    struct start start = *(struct start *)raw;
    free(raw);
    pthread_setname_np(pthread_self(), start.name);
    start.body(start.argument);
    return NULL;
}

int linux_thread(void (*body)(void *), void *argument, const char *name) {
    struct start *start = calloc(1, sizeof *start);
    if (!start) return -ENOMEM;
    start->body = body;
    start->argument = argument;
    strncpy(start->name, name, sizeof start->name - 1);
    pthread_t thread;
    int error = pthread_create(&thread, NULL, run, start);
    if (error) {
        free(start);
        return -error;
    }
    pthread_detach(thread);
    return 0;
}

static _Thread_local void *current_loop;
__attribute__((noinline)) void *linux_current_loop(void) { return current_loop; }
void linux_set_current_loop(void *loop) { current_loop = loop; }

const char *linux_error_text(int code) { return strerrordesc_np(code); }

// Waiting

int linux_epoll(void) { return CHECKED(epoll_create1(EPOLL_CLOEXEC)); }

int linux_eventfd(int semaphore, int blocking) {
    return CHECKED(eventfd(0, EFD_CLOEXEC | (semaphore ? EFD_SEMAPHORE : 0) | (blocking ? 0 : EFD_NONBLOCK)));
}

int linux_watch(int epoll, int descriptor, uint32_t events, uint64_t data) {
    struct epoll_event event = {.events = events, .data.u64 = data};
    return CHECKED(epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event));
}

int linux_unwatch(int epoll, int descriptor) { return CHECKED(epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, NULL)); }

int linux_wait(int epoll, struct epoll_event *events, int capacity, int milliseconds) {
    return CHECKED(epoll_wait(epoll, events, capacity, milliseconds));
}

int linux_wake(int descriptor) {
    uint64_t one = 1;
    return CHECKED((int)write(descriptor, &one, sizeof one));
}

int linux_rest(int descriptor) {
    uint64_t count;
    return CHECKED((int)read(descriptor, &count, sizeof count));
}

// Sockets

static socklen_t encode(const struct linux_address *from, struct sockaddr_storage *to) {
    memset(to, 0, sizeof *to);
    if (from->family == 4) {
        struct sockaddr_in *in = (struct sockaddr_in *)to;
        in->sin_family = AF_INET;
        in->sin_port = htons(from->port);
        in->sin_addr.s_addr = htonl(from->v4);
        return sizeof *in;
    }
    if (from->family == 6) {
        struct sockaddr_in6 *in = (struct sockaddr_in6 *)to;
        uint64_t parts[2] = {htobe64(from->high), htobe64(from->low)};
        in->sin6_family = AF_INET6;
        in->sin6_port = htons(from->port);
        in->sin6_scope_id = from->scope;
        memcpy(&in->sin6_addr, parts, 16);
        return sizeof *in;
    }
    struct sockaddr_un *un = (struct sockaddr_un *)to;
    un->sun_family = AF_UNIX;
    memcpy(un->sun_path, from->path, sizeof un->sun_path);
    return sizeof *un;
}

static void decode(const struct sockaddr *from, socklen_t length, struct linux_address *to) {
    memset(to, 0, sizeof *to);
    if (length < sizeof from->sa_family) return;
    if (from->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)from;
        to->family = 4;
        to->port = ntohs(in->sin_port);
        to->v4 = ntohl(in->sin_addr.s_addr);
    } else if (from->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in = (const struct sockaddr_in6 *)from;
        uint64_t parts[2];
        memcpy(parts, &in->sin6_addr, 16);
        to->family = 6;
        to->port = ntohs(in->sin6_port);
        to->scope = in->sin6_scope_id;
        to->high = be64toh(parts[0]);
        to->low = be64toh(parts[1]);
    } else if (from->sa_family == AF_UNIX) {
        size_t head = offsetof(struct sockaddr_un, sun_path);
        to->family = 1;
        if (length > head) memcpy(to->path, (const char *)from + head, length - head < 107 ? length - head : 107);
    }
}

int linux_socket(int family) {
    int domain = family == 4 ? AF_INET : family == 6 ? AF_INET6 : AF_UNIX;
    return CHECKED(socket(domain, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

int linux_bind(int descriptor, const struct linux_address *address, int v6_only) {
    struct sockaddr_storage storage;
    socklen_t length = encode(address, &storage);
    int on = 1;
    if (address->family != 1) setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (address->family == 6) setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &v6_only, sizeof v6_only);
    return CHECKED(bind(descriptor, (struct sockaddr *)&storage, length));
}

int linux_listen(int descriptor, int backlog) { return CHECKED(listen(descriptor, backlog)); }

int linux_connect(int descriptor, const struct linux_address *address) {
    struct sockaddr_storage storage;
    socklen_t length = encode(address, &storage);
    return CHECKED(connect(descriptor, (struct sockaddr *)&storage, length));
}

int linux_accept(int descriptor, struct linux_address *peer) {
    struct sockaddr_storage storage;
    socklen_t length = sizeof storage;
    int accepted = CHECKED(accept4(descriptor, (struct sockaddr *)&storage, &length, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (accepted >= 0) decode((struct sockaddr *)&storage, length, peer);
    return accepted;
}

int linux_local(int descriptor, struct linux_address *address) {
    struct sockaddr_storage storage;
    socklen_t length = sizeof storage;
    int result = CHECKED(getsockname(descriptor, (struct sockaddr *)&storage, &length));
    if (result == 0) decode((struct sockaddr *)&storage, length, address);
    return result;
}

int linux_peer(int descriptor, struct linux_address *address) {
    struct sockaddr_storage storage;
    socklen_t length = sizeof storage;
    int result = CHECKED(getpeername(descriptor, (struct sockaddr *)&storage, &length));
    if (result == 0) decode((struct sockaddr *)&storage, length, address);
    return result;
}

int linux_pending_error(int descriptor) {
    int error = 0;
    socklen_t length = sizeof error;
    int result = CHECKED(getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length));
    return result < 0 ? result : -error;
}

int linux_tune(int descriptor) {
    int on = 1, idle = 60;
    setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
    return CHECKED(setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
}

int linux_nonblocking(int descriptor) {
    int flags = CHECKED(fcntl(descriptor, F_GETFL));
    if (flags < 0) return flags;
    fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    return CHECKED(fcntl(descriptor, F_SETFL, flags | O_NONBLOCK));
}

int linux_reset_on_close(int descriptor) {
    struct linger linger = {.l_onoff = 1, .l_linger = 0};
    return CHECKED(setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, sizeof linger));
}

int linux_shutdown_write(int descriptor) { return CHECKED(shutdown(descriptor, SHUT_WR)); }
int linux_close(int descriptor) { return CHECKED(close(descriptor)); }

ptrdiff_t linux_receive(int descriptor, void *into, size_t capacity) { return CHECKED(recv(descriptor, into, capacity, 0)); }

ptrdiff_t linux_peek(int descriptor) {
    char byte;
    return CHECKED(recv(descriptor, &byte, 1, MSG_PEEK));
}

ptrdiff_t linux_look(int descriptor, void *into, size_t capacity) { return CHECKED(recv(descriptor, into, capacity, MSG_PEEK)); }

ptrdiff_t linux_send(int descriptor, const void *bytes, size_t count) {
    return CHECKED(send(descriptor, bytes, count, MSG_NOSIGNAL));
}

ptrdiff_t linux_sendv(int descriptor, const struct iovec *pieces, int count) {
    struct msghdr message = {.msg_iov = (struct iovec *)pieces, .msg_iovlen = (size_t)count};
    return CHECKED(sendmsg(descriptor, &message, MSG_NOSIGNAL));
}

int linux_is_socket(const char *path) {
    struct stat status;
    return lstat(path, &status) == 0 && S_ISSOCK(status.st_mode);
}

int linux_share_port(int descriptor) {
    int on = 1;
    return CHECKED(setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on));
}

int linux_is_listening(int descriptor) {
    int type = 0, listening = 0;
    socklen_t length = sizeof type;
    if (getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &length) < 0 || type != SOCK_STREAM) return 0;
    length = sizeof listening;
    return getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listening, &length) == 0 && listening;
}

int linux_notify(const char *path, const char *text) {
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    size_t count = strlen(path);
    if (count < 2 || count >= sizeof to.sun_path) return -EINVAL;
    memcpy(to.sun_path, path, count);
    if (to.sun_path[0] == '@') to.sun_path[0] = 0;
    int descriptor = CHECKED(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (descriptor < 0) return descriptor;
    socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + count);
    int result = CHECKED((int)sendto(descriptor, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr *)&to, length));
    close(descriptor);
    return result;
}

int64_t linux_raise_descriptors(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return -errno;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur > INT32_MAX ? INT32_MAX : (int64_t)limit.rlim_cur;
}

// A number alone in a file; -1 for "max" and for a file that is not there.
static int64_t number_in(const char *path) {
    FILE *file = fopen(path, "re");
    long long number = -1;
    if (!file) return -1;
    if (fscanf(file, "%lld", &number) != 1) number = -1;
    fclose(file);
    return number;
}

// The least of these bytes and of the limits of a control group and of all above it. The path is used up.
static int64_t least_of_groups(int64_t bytes, const char *root, char *path, const char *file) {
    char name[PATH_MAX + 64];
    for (;;) {
        snprintf(name, sizeof name, "%s%s/%s", root, path, file);
        int64_t limit = number_in(name);
        if (limit > 0 && limit < bytes) bytes = limit;
        char *slash = strrchr(path, '/');
        if (!slash) return bytes;
        *slash = 0;
    }
}

int64_t linux_memory(void) {
    int64_t bytes = (int64_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE);
    // "0::/path" of version 2, "5:memory:/path" of version 1. Inside a container the own group is the root that is seen.
    FILE *groups = fopen("/proc/self/cgroup", "re");
    char line[PATH_MAX];
    while (groups && fgets(line, sizeof line, groups)) {
        line[strcspn(line, "\n")] = 0;
        char *kind = strchr(line, ':');
        char *path = kind ? strchr(kind + 1, ':') : NULL;
        if (!path) continue;
        *path++ = 0;
        if (kind[1] == 0) bytes = least_of_groups(bytes, "/sys/fs/cgroup", path, "memory.max");
        if (strcmp(kind + 1, "memory") == 0) bytes = least_of_groups(bytes, "/sys/fs/cgroup/memory", path, "memory.limit_in_bytes");
    }
    if (groups) fclose(groups);
    struct rlimit space;
    if (getrlimit(RLIMIT_AS, &space) == 0 && space.rlim_cur != RLIM_INFINITY && (int64_t)space.rlim_cur < bytes) bytes = (int64_t)space.rlim_cur;
    return bytes;
}

int linux_unlink(const char *path) { return CHECKED(unlink(path)); }

// Read from the file itself: a static program has no name service for groups.
static int group_id(const char *name, gid_t *id) {
    char *end;
    unsigned long number = strtoul(name, &end, 10);
    if (*name && !*end) {
        *id = (gid_t)number;
        return 0;
    }
    FILE *file = fopen("/etc/group", "re");
    if (!file) return -errno;
    struct group *each;
    int result = -ESRCH;
    while ((each = fgetgrent(file))) {
        if (strcmp(each->gr_name, name)) continue;
        *id = each->gr_gid;
        result = 0;
        break;
    }
    fclose(file);
    return result;
}

int linux_permit(const char *path, int mode, const char *group) {
    if (group) {
        gid_t id;
        int result = group_id(group, &id);
        if (result == 0) result = CHECKED(chown(path, (uid_t)-1, id));
        if (result < 0) return result;
    }
    return mode < 0 ? 0 : CHECKED(chmod(path, (mode_t)mode));
}

// Without /proc, the Swift runtime of a static program aborts before main and finds no arguments. Only a program that is not static has
// an interpreter.
__attribute__((constructor(101))) static void require_proc(void) {
    static const char message[] = "error: /proc is not mounted, and a static genlock needs it: mount -t proc proc /proc\n";
    if (getauxval(AT_BASE) || access("/proc/self/exe", F_OK) == 0) return;
    if (write(STDERR_FILENO, message, sizeof message - 1)) {}
    _exit(2);
}

int linux_forbid_dumps(void) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    return CHECKED(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
}

void linux_trim_heap(void) { malloc_trim(0); }

// Names

int linux_parse_v4(const char *text, uint32_t *address) {
    struct in_addr parsed;
    if (inet_pton(AF_INET, text, &parsed) != 1) return 0;
    *address = ntohl(parsed.s_addr);
    return 1;
}

int linux_parse_v6(const char *text, uint64_t *high, uint64_t *low) {
    uint64_t parts[2];
    if (inet_pton(AF_INET6, text, parts) != 1) return 0;
    *high = be64toh(parts[0]);
    *low = be64toh(parts[1]);
    return 1;
}

void linux_format_v4(uint32_t address, char out[16]) {
    struct in_addr in = {.s_addr = htonl(address)};
    inet_ntop(AF_INET, &in, out, 16);
}

void linux_format_v6(uint64_t high, uint64_t low, char out[46]) {
    uint64_t parts[2] = {htobe64(high), htobe64(low)};
    inet_ntop(AF_INET6, parts, out, 46);
}

int linux_resolve(const char *name, struct linux_address *out, int capacity) {
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG}, *found = NULL;
    int error = getaddrinfo(name, NULL, &hints, &found);
    if (error == EAI_NONAME || error == EAI_NODATA || error == EAI_ADDRFAMILY) return LINUX_LOOKUP_NONE;
    if (error == EAI_AGAIN) return LINUX_LOOKUP_TEMPORARY;
    if (error) return LINUX_LOOKUP_FAILED;
    int count = 0;
    for (struct addrinfo *each = found; each && count < capacity; each = each->ai_next) {
        decode(each->ai_addr, each->ai_addrlen, &out[count]);
        if (out[count].family) count++;
    }
    freeaddrinfo(found);
    return count ? count : LINUX_LOOKUP_NONE;
}

// Signals

static volatile int forward[65];

static void forwarder(int number) {
    int kept = errno;
    unsigned char byte = (unsigned char)number;
    if (write(forward[number], &byte, 1) < 0) { /* a full pipe already holds a signal to act on */ }
    errno = kept;
}

int linux_signal_forward(int number, int descriptor) {
    if (number < 1 || number > 64) return -EINVAL;
    forward[number] = descriptor;
    struct sigaction action = {.sa_handler = forwarder, .sa_flags = SA_RESTART};
    sigfillset(&action.sa_mask);
    return CHECKED(sigaction(number, &action, NULL));
}

void linux_signal_default(int number) { signal(number, SIG_DFL); }
void linux_signal_ignore(int number) { signal(number, SIG_IGN); }
int linux_pipe(int ends[2]) { return CHECKED(pipe2(ends, O_CLOEXEC | O_NONBLOCK)); }
ptrdiff_t linux_read(int descriptor, void *into, size_t capacity) { return CHECKED(read(descriptor, into, capacity)); }

// Programs

static void limit_child(int resource, uint64_t value) {
    struct rlimit limit = {.rlim_cur = value, .rlim_max = value};
    if (setrlimit(resource, &limit) < 0) _exit(127);
}

// Between fork and exec only async-signal-safe functions may be called: other threads may hold locks.
int linux_spawn(const char *program, char *const arguments[], int output, const struct linux_bounds *bounds) {
    int pid = CHECKED(fork());
    if (pid != 0) return pid;
    char *const environment[] = {NULL};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    setpgid(0, 0);
    int null = open("/dev/null", O_RDWR);
    if (null < 0 || dup2(null, 0) < 0 || dup2(output, 1) < 0 || dup2(null, 2) < 0) _exit(127);
    if (syscall(SYS_close_range, 3u, ~0u, 0u) < 0) {
        for (int descriptor = 3; descriptor < 65536; descriptor++) close(descriptor);
    }
    for (int number = 1; number < 65; number++) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    limit_child(RLIMIT_CORE, 0);
    limit_child(RLIMIT_FSIZE, 0);
    limit_child(RLIMIT_NOFILE, 64);
    limit_child(RLIMIT_CPU, bounds->seconds);
    limit_child(RLIMIT_AS, bounds->memory);
    execve(program, arguments, environment);
    _exit(127);
}
