#define _GNU_SOURCE
#include "CSandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// Rights by version of Landlock, in the numbers of the kernel's interface: headers may be older than the kernel.
#define RIGHT_READ_FILE (1ULL << 2)
#define RIGHT_READ_DIR (1ULL << 3)
#define RIGHT_EXECUTE (1ULL << 0)
#define RIGHT_TRUNCATE (1ULL << 14)
static const uint64_t firstRights = (1ULL << 13) - 1;
static const uint64_t refer = 1ULL << 13;
// Those that make sense for a file that is no folder.
static const uint64_t fileRights = RIGHT_EXECUTE | (1ULL << 1) | RIGHT_READ_FILE | RIGHT_TRUNCATE;

static int allow(int ruleset, const char *path, uint64_t rights) {
    int descriptor = open(path, O_PATH | O_CLOEXEC);
    if (descriptor < 0) return errno == ENOENT || errno == ENOTDIR ? 0 : errno;
    struct stat status;
    int failure = fstat(descriptor, &status) == 0 ? 0 : errno;
    if (failure == 0) {
        struct landlock_path_beneath_attr rule = {
            .allowed_access = S_ISDIR(status.st_mode) ? rights : rights & fileRights,
            .parent_fd = descriptor,
        };
        if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
            failure = errno;
    }
    close(descriptor);
    return failure;
}

int csandbox_confine_files(const char *const *readable, size_t readableCount,
                           const char *const *writable, size_t writableCount) {
    long version =
        syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 2) return ENOSYS;
    uint64_t all = firstRights | refer | (version >= 3 ? RIGHT_TRUNCATE : 0);
    // Of the structure only what the second version has, so that every later one takes it.
    uint64_t attributes = all;
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);
    if (ruleset < 0) return errno;
    int failure = 0;
    for (size_t i = 0; i < readableCount && failure == 0; i++)
        failure = allow(ruleset, readable[i], RIGHT_READ_FILE | RIGHT_READ_DIR | RIGHT_EXECUTE);
    for (size_t i = 0; i < writableCount && failure == 0; i++)
        failure = allow(ruleset, writable[i], all);
    if (failure == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) failure = errno;
    if (failure == 0 && syscall(SYS_landlock_restrict_self, ruleset, 0) != 0) failure = errno;
    close(ruleset);
    return failure;
}

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifdef ARCHITECTURE
// Jumps to the refusal, `distance` instructions further, for one system call.
#define REFUSE(number, distance) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), (distance), 0)

int csandbox_deny_network(void) {
    struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        // The x32 calls of x86-64 have numbers of their own, from this bit on.
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 14, 0),
        REFUSE(SYS_socket, 13),
        REFUSE(SYS_socketpair, 12),
        REFUSE(SYS_connect, 11),
        REFUSE(SYS_bind, 10),
        REFUSE(SYS_listen, 9),
        REFUSE(SYS_accept, 8),
        REFUSE(SYS_accept4, 7),
        REFUSE(SYS_execve, 6),
        REFUSE(SYS_execveat, 5),
        REFUSE(SYS_ptrace, 4),
        REFUSE(SYS_process_vm_readv, 3),
        REFUSE(SYS_process_vm_writev, 2),
        // Would make the calls above in the kernel's name.
        REFUSE(SYS_io_uring_setup, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES),
    };
    struct sock_fprog filter = {sizeof program / sizeof program[0], program};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
    long answer =
        syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &filter);
    if (answer > 0) return EBUSY;  // a thread that could not follow
    if (answer == 0) return 0;
    return errno == EINVAL ? ENOSYS : errno;
}
#else
int csandbox_deny_network(void) { return ENOSYS; }
#endif

int csandbox_fork(void) { return fork(); }

int csandbox_close_others(posix_spawn_file_actions_t *actions) {
    return posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1);
}
