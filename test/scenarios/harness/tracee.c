/* Makes its parent its tracer, and stops. */
#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <unistd.h>

int main(void) {
	puts("ready");
	fflush(stdout);
	ptrace(PTRACE_TRACEME, 0, 0, 0);
	raise(SIGUSR1);
	for (;;) pause();
}
