#pragma once
// Linux calls that Swift's Glibc module does not show, or whose errno must be taken at once: every call below that can fail
// returns the negative errno. Kept free of _GNU_SOURCE, which would change Glibc's types under Swift's feet.
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/uio.h>

// A socket address in host byte order. family: 4, 6, 1 (Unix path) or 0 (none, or one we do not speak).
struct linux_address {
    int32_t family;
    uint16_t port;
    uint32_t v4;
    uint32_t scope;
    uint64_t high, low;
    char path[108];
};

// Threads
int64_t linux_now(void);                                                   // CLOCK_MONOTONIC, nanoseconds
int64_t linux_wall_clock(void);                                            // CLOCK_REALTIME, nanoseconds since 1970
int32_t linux_thread_id(void);                                             // gettid, never cached across a suspension
int linux_thread(void (*body)(void *), void *argument, const char *name);  // detached
void *linux_current_loop(void);                                            // a thread-local pointer
void linux_set_current_loop(void *loop);

const char *linux_error_text(int code);                                     // strerrordesc_np: no locale, no shared buffer

// Waiting
int linux_epoll(void);
int linux_eventfd(int semaphore, int blocking);
int linux_watch(int epoll, int descriptor, uint32_t events, uint64_t data);
int linux_unwatch(int epoll, int descriptor);
int linux_wait(int epoll, struct epoll_event *events, int capacity, int milliseconds);
int linux_wake(int eventfd);
int linux_rest(int eventfd);                                               // blocks until woken

// Sockets
int linux_socket(int family);
int linux_bind(int descriptor, const struct linux_address *address, int v6_only);
int linux_listen(int descriptor, int backlog);
int linux_connect(int descriptor, const struct linux_address *address);
int linux_accept(int descriptor, struct linux_address *peer);
int linux_local(int descriptor, struct linux_address *address);
int linux_peer(int descriptor, struct linux_address *address);
int linux_pending_error(int descriptor);
int linux_tune(int descriptor);                                            // TCP_NODELAY, keep-alive probes after a minute
int linux_nonblocking(int descriptor);
int linux_reset_on_close(int descriptor);
int linux_shutdown_write(int descriptor);
int linux_close(int descriptor);
ptrdiff_t linux_receive(int descriptor, void *into, size_t capacity);
ptrdiff_t linux_peek(int descriptor);
ptrdiff_t linux_look(int descriptor, void *into, size_t capacity);           // MSG_PEEK: the bytes stay
ptrdiff_t linux_send(int descriptor, const void *bytes, size_t count);
ptrdiff_t linux_sendv(int descriptor, const struct iovec *pieces, int count);
int linux_is_socket(const char *path);
int linux_share_port(int descriptor);                                      // SO_REUSEPORT
int linux_is_listening(int descriptor);
int linux_notify(const char *path, const char *text);                      // one datagram; '@' begins an abstract name

// The process
int64_t linux_raise_descriptors(void);                                     // as many as allowed; how many that is
int64_t linux_memory(void);                                                // bytes this process may use: the machine's, or its cgroup's
void linux_trim_heap(void);                                                // returns free heap to the kernel
int linux_unlink(const char *path);
int linux_permit(const char *path, int mode, const char *group);           // mode -1 and group NULL: as it is
int linux_forbid_dumps(void);                                              // no core dump, no ptrace by the same user

// Names
int linux_parse_v4(const char *text, uint32_t *address);
int linux_parse_v6(const char *text, uint64_t *high, uint64_t *low);
void linux_format_v4(uint32_t address, char out[16]);
void linux_format_v6(uint64_t high, uint64_t low, char out[46]);
int linux_resolve(const char *name, struct linux_address *out, int capacity);  // count, or a negative enum linux_lookup
enum linux_lookup { LINUX_LOOKUP_NONE = -1, LINUX_LOOKUP_TEMPORARY = -2, LINUX_LOOKUP_FAILED = -3 };

// Signals
int linux_signal_forward(int number, int descriptor);                      // each arrival writes the number as one byte
void linux_signal_default(int number);
void linux_signal_ignore(int number);
int linux_pipe(int ends[2]);
ptrdiff_t linux_read(int descriptor, void *into, size_t capacity);

// Programs
struct linux_bounds {
    uint64_t memory;   // bytes of address space
    uint64_t seconds;  // of processor time
};
// Runs a program without input, environment and other descriptors; its standard output is `output`. It cannot write files, gains no
// privileges, and is killed when this process ends. Returns the process id; a program that cannot be run ends with 127.
int linux_spawn(const char *program, char *const arguments[], int output, const struct linux_bounds *bounds);
