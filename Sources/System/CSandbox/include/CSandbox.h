#pragma once
#include <spawn.h>
#include <stddef.h>

/// Gives up, for this thread and those that it starts, all files but these: `readable` may be read,
/// `writable` read, written, made and removed, each with all that is below it. Paths that are not
/// there are passed over.
///
/// Landlock, of the second version or later, which knows renames between folders. Answers 0, ENOSYS
/// where the kernel has none, or what went wrong.
int csandbox_confine_files(const char *const *readable, size_t readableCount,
                           const char *const *writable, size_t writableCount);

/// Gives up, for all threads of this process, making and connecting sockets, starting programs, and looking into
/// other processes: such calls answer EACCES. Connections that are open stay.
///
/// A seccomp filter. Answers 0, ENOSYS where the kernel or this processor has none, or what went wrong.
int csandbox_deny_network(void);

/// Closes all files but standard input, output and error in a program that is started (posix_spawn).
int csandbox_close_others(posix_spawn_file_actions_t *actions);

/// fork(2), which Swift hides: a process with threads must not call it.
int csandbox_fork(void);
