/* Looks at every other process that it sees, as fast as it can, and prints whatever it gets that it has not had yet. The
   argument is a path of the host, for which it looks below the roots of the processes. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARENA 0x1000000000L

static char own_mounts[65536], own_links[65536];

static void found(const char *what, const char *value) {
	static char *known[4096];
	static int count;
	char line[8192];
	snprintf(line, sizeof line, "%s %s\n", what, value);
	for (int i = 0; i < count; i++)
		if (!strcmp(known[i], line)) return;
	if (count < 4096) known[count++] = strdup(line);
	if (write(1, line, strlen(line)) < 0) _exit(1);
}

static ssize_t contents(const char *path, char *into, size_t size) {
	int fd = open(path, O_RDONLY);
	if (fd < 0) return -errno;
	ssize_t got, all = 0;
	while ((got = read(fd, into + all, size - 1 - all)) > 0) all += got;
	int error = errno;
	close(fd);
	if (got < 0 && all == 0) return -error;
	into[all] = 0;
	return all;
}

static void file(const char *pid, const char *name) {
	char path[64], text[8192];
	snprintf(path, sizeof path, "/proc/%s/%s", pid, name);
	ssize_t size = contents(path, text, sizeof text);
	if (size < 0) {
		if (size == -EACCES || size == -EPERM) found(name, "refused");
		return;
	}
	for (ssize_t i = 0; i < size; i++)
		if (text[i] == 0 || text[i] == '\n') text[i] = ' ';
	if (size > 0) found(name, text);
}

static void goes_to(const char *what, const char *path) {
	char target[4096];
	ssize_t size = readlink(path, target, sizeof target - 1);
	if (size < 0) {
		if (errno == EACCES || errno == EPERM) found(what, "refused");
		return;
	}
	target[size] = 0;
	/* Numbers of pipes, sockets and namespaces would make every one of them new. */
	if (strncmp(what, "ns/", 3)) target[strcspn(target, "[")] = 0;
	found(what, target);
}

static void link_of(const char *pid, const char *name) {
	char path[64];
	snprintf(path, sizeof path, "/proc/%s/%s", pid, name);
	goes_to(name, path);
}

static void descriptors(const char *pid) {
	char path[64];
	snprintf(path, sizeof path, "/proc/%s/fd", pid);
	DIR *directory = opendir(path);
	if (!directory) {
		if (errno == EACCES || errno == EPERM) found("fd", "refused");
		return;
	}
	for (struct dirent *entry; (entry = readdir(directory));) {
		if (entry->d_name[0] == '.') continue;
		snprintf(path, sizeof path, "/proc/%s/fd/%s", pid, entry->d_name);
		goes_to("fd", path);
	}
	closedir(directory);
}

/* Only a process that is not the command yet has the arena. */
static void memory(const char *pid) {
	char path[64], byte;
	snprintf(path, sizeof path, "/proc/%s/mem", pid);
	int fd = open(path, O_RDWR);
	if (fd < 0) {
		if (errno == EACCES || errno == EPERM) found("mem", "refused");
		return;
	}
	found("mem", pread(fd, &byte, 1, ARENA) == 1 ? "arena" : "opened");
	close(fd);
}

/* The differences from our own; the interfaces without their counters. */
static void interfaces(char *text) {
	char *to = text;
	for (char *line = text; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : 0)
		for (char *c = line; strchr(line, ':') && c <= strchr(line, ':'); c++) *to++ = *c;
	*to = 0;
}

static void compare(const char *pid, const char *name, const char *own, void (*reduce)(char *)) {
	static char text[65536];
	char path[64];
	snprintf(path, sizeof path, "/proc/%s/%s", pid, name);
	if (contents(path, text, sizeof text) <= 0) return;
	if (reduce) reduce(text);
	if (strcmp(text, own)) found(name, text);
}

static void root(const char *pid, const char *marker) {
	char path[4096];
	snprintf(path, sizeof path, "/proc/%s/root%s", pid, marker);
	if (!access(path, F_OK)) found("host", marker);
}

int main(int count, char **arguments) {
	contents("/proc/self/mountinfo", own_mounts, sizeof own_mounts);
	contents("/proc/self/net/dev", own_links, sizeof own_links);
	interfaces(own_links);
	char self[16];
	snprintf(self, sizeof self, "%d", getpid());
	puts("ready");
	fflush(stdout);
	DIR *proc = opendir("/proc");
	for (;;) {
		rewinddir(proc);
		for (struct dirent *entry; (entry = readdir(proc));) {
			const char *pid = entry->d_name;
			if (pid[0] < '0' || pid[0] > '9' || !strcmp(pid, self)) continue;
			link_of(pid, "exe");
			link_of(pid, "root");
			link_of(pid, "cwd");
			descriptors(pid);
			memory(pid);
			if (count > 1) root(pid, arguments[1]);
			file(pid, "environ");
			file(pid, "cmdline");
			link_of(pid, "ns/mnt");
			link_of(pid, "ns/net");
			compare(pid, "mountinfo", own_mounts, 0);
			compare(pid, "net/dev", own_links, interfaces);
		}
	}
}
