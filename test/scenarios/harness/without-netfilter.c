// Runs a program as on a kernel without nf_tables: netlink(7) has no NETLINK_NETFILTER for it and its children.
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { AF_NETLINK = 16, NETLINK_NETFILTER = 12 };

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define UNLESS(value, skipped) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skipped)

int main(int argc, char **argv) {
	struct sock_filter filter[] = {
		LOAD(nr), UNLESS(SYS_socket, 5),
		LOAD(args[0]), UNLESS(AF_NETLINK, 3),
		LOAD(args[2]), UNLESS(NETLINK_NETFILTER, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPROTONOSUPPORT),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof filter / sizeof *filter, filter };
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0) execvp(argv[1], argv + 1);
	perror(argv[1]);
	return 127;
}
