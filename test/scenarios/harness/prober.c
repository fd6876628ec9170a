/*
 * Says what the kernel lets it do.
 *
 *   prober attacks   calls that a container must not make, each with its errno, or 0; then it waits for a signal
 *   prober now       the same without waiting
 *   prober session   the number of its session keyring
 *   prober all       every system call that ends at once with useless arguments: ABI, number and errno
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_clone3
#define SYS_clone3 435
#endif
enum { OPEN_TREE = 428, MOVE_MOUNT, FSOPEN, FSCONFIG, FSMOUNT, FSPICK, IO_URING_SETUP = 425 };
#define NOWHERE ((long)-1)

static void report(const char *name, long result) { printf("%s %d\n", name, result < 0 ? errno : 0); }

/* In a process of its own, which is then in no other namespace. */
static void aside(const char *name, long number, long first) {
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    long result = syscall(number, first, 0, 0, 0, 0);
    _exit(result < 0 ? errno : 0);
  }
  int status;
  waitpid(child, &status, 0);
  printf("%s %d\n", name, WEXITSTATUS(status));
}

#ifdef __x86_64__
/* As a program for i386 does it. */
static long i386(long number, long first, long second, long third) {
  long result;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(first), "c"(second), "d"(third) : "memory", "r8", "r9", "r10", "r11");
  result = (int)result;
  if (result < 0) errno = -result, result = -1;
  return result;
}
#endif

static void attacks(void) {
  report("io_uring_setup", syscall(IO_URING_SETUP, 1, NOWHERE));
  report("perf_event_open", syscall(SYS_perf_event_open, NOWHERE, 0, -1, -1, 0));
  report("userfaultfd", syscall(SYS_userfaultfd, 0x10000001));
  report("keyctl", syscall(SYS_keyctl, 0, -4, 0));
  report("add_key", syscall(SYS_add_key, NOWHERE, NOWHERE, 0, 0, -4));
  report("request_key", syscall(SYS_request_key, NOWHERE, NOWHERE, 0, 0));
  report("vsock", syscall(SYS_socket, 40, 1, 0));
  report("vsock_and_more", syscall(SYS_socket, 40 + (1L << 32), 1, 0));
  report("alg", syscall(SYS_socket, 38, 5, 0));
  report("personality", syscall(SYS_personality, 0x0040000));
  report("kcmp", syscall(SYS_kcmp, 1, 1, 99, 0, 0));
  report("mount", syscall(SYS_mount, NOWHERE, NOWHERE, NOWHERE, 0, 0));
  report("open_tree", syscall(OPEN_TREE, -1, "x", ~0U));
  report("move_mount", syscall(MOVE_MOUNT, -1, "x", -1, "x", ~0U));
  report("fsopen", syscall(FSOPEN, NOWHERE, ~0U));
  report("fsconfig", syscall(FSCONFIG, -1, 0, 0, 0, 0));
  report("fsmount", syscall(FSMOUNT, -1, ~0U, 0));
  report("fspick", syscall(FSPICK, -1, "x", ~0U));
  report("bpf", syscall(SYS_bpf, 0, NOWHERE, 1 << 30));
  report("setns", syscall(SYS_setns, -1, 0));
  report("pivot_root", syscall(SYS_pivot_root, NOWHERE, NOWHERE));
  aside("unshare", SYS_unshare, CLONE_NEWUSER);
  aside("clone", SYS_clone, CLONE_NEWUSER | SIGCHLD);
  report("clone3", syscall(SYS_clone3, 0, 0));
  report("unknown", syscall(4000));
#ifdef __x86_64__
  report("x32", syscall(0x40000000 | SYS_getpid));
  report("i386_getpid", i386(20, 0, 0, 0));
  report("i386_keyctl", i386(288, 0, -4, 0));
  report("i386_vsock", i386(359, 40, 1, 0));
  report("i386_io_uring_setup", i386(425, 1, 0, 0));
#endif
}

/* ---- every number ---- */

/* These wait, end the process, or change what the next one finds. */
static int is_left_out(const char *abi, int number) {
  static const int native[] = {
#ifdef __x86_64__
    SYS_fork, SYS_vfork, SYS_pause, SYS_kill,
#endif
    SYS_exit, SYS_exit_group, SYS_rt_sigreturn, SYS_restart_syscall, SYS_clone, SYS_reboot, SYS_tkill, SYS_tgkill, SYS_vhangup,
    SYS_rt_sigsuspend, SYS_munmap, SYS_sync, SYS_syncfs,
  };
  static const int other[] = {1 /* exit */, 2 /* fork */, 29 /* pause */, 37 /* kill */, 119 /* sigreturn */, 72 /* sigsuspend */,
    173, 179, 190 /* vfork */, 252 /* exit_group */, 88 /* reboot */, 120 /* clone */, 36 /* sync */, 91 /* munmap */, 111 /* vhangup */,
    238, 270, 344, 0};
  if (*abi != 'i')
    for (unsigned i = 0; i < sizeof native / sizeof *native; i++) if (number == native[i]) return 1;
  if (*abi == 'i')
    for (unsigned i = 0; i < sizeof other / sizeof *other; i++) if (number == other[i]) return 1;
  return 0;
}

/* Pointers to nowhere and descriptors that are not open: whatever is let through fails, or changes this process only. */
static void try(const char *abi, int number) {
  if (is_left_out(abi, number)) return;
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    alarm(1);
    long result;
#ifdef __x86_64__
    if (*abi == 'i') result = i386(number, -1, -1, -1);
    else
#endif
      result = syscall(number, NOWHERE, NOWHERE, NOWHERE, NOWHERE, NOWHERE, NOWHERE);
    _exit(result < 0 ? errno : 0);
  }
  int status;
  if (waitpid(child, &status, 0) < 0) return;
  if (WIFSIGNALED(status)) printf("%s %d signal %d\n", abi, number, WTERMSIG(status));
  else printf("%s %d %d\n", abi, number, WEXITSTATUS(status));
}

static void all(void) {
  for (int number = 0; number < 480; number++) try("native", number);
#ifdef __x86_64__
  for (int number = 0; number < 480; number++) try("i386", number);
#endif
}

int main(int count, char **words) {
  const char *what = count > 1 ? words[1] : "";
  if (!strcmp(what, "session")) return printf("%ld\n", syscall(SYS_keyctl, 0, -3, 0)), 0;
  if (!strcmp(what, "all")) return all(), 0;
  attacks();
  fflush(stdout);
  if (!strcmp(what, "attacks")) pause();
  return 0;
}
