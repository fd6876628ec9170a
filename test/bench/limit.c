/*
 * The physical limit of "one more service": every kernel call that the Program of a service makes (`tscompose explain`),
 * in straight C: one start after the other, each with what the host needs first. bench-calls.test.ts counts both, so
 * neither can leave out work that the other does.
 *
 *   limit ROOTFS RUN STATE N
 *
 * ROOTFS holds /bin/sleep; RUN gets small files and mount points, STATE the layers; both are empty. Prints `up_ns down_ns last_ns
 * confining_ns`: from before the first start until the last execve(2), from the first kill until nothing is left, of the
 * first time the part of the last hundred starts, and of one start (the median) what the filter of system calls, the device
 * rules and the session keyring take.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/openat2.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <linux/veth.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <grp.h>

#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif

/* Interfaces and cgroups of this process, so that two can run at once. */
static int group;
static char bridge_name[16], levels[2][48];

static const char *rootfs, *run_directory, *state_directory;
static int complaints;
/* Nanoseconds, by container; of all processes. */
static long long *confining;
/* Numbers above every descriptor that a child inherits: three of each container before it, and some more. */
static int first_tree, own_socket, dev, null_device, group_directory, own_proc, own_mounts;

static void die(const char *what) {
  dprintf(complaints, "limit: %s: %s\n", what, strerror(errno));
  _exit(70);
}

#define MUST(call) do { if ((call) < 0) die(#call); } while (0)
#define MAY(call, error) do { if ((call) < 0 && errno != (error)) die(#call); } while (0)

static long long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* A call of those that confine a container. */
#define CONFINE(number, call) do { long long begin = now(); MUST(call); confining[number] += now() - begin; } while (0)

static int by_size(const void *one, const void *other) {
  long long a = *(const long long *)one, b = *(const long long *)other;
  return (a > b) - (a < b);
}

static void write_file(const char *path, const char *text, int flags) {
  int fd = open(path, O_WRONLY | O_CLOEXEC | flags, 0644);
  if (fd < 0 || write(fd, text, strlen(text)) < 0) die(path);
  close(fd);
}

/* ---- rtnetlink(7) ---- */

struct message { struct nlmsghdr header; char body[1024]; };

static void *end_of(struct message *m) { return (char *)m + NLMSG_ALIGN(m->header.nlmsg_len); }

static void put(struct message *m, const void *data, int size) {
  memcpy(end_of(m), data, size);
  m->header.nlmsg_len = NLMSG_ALIGN(m->header.nlmsg_len) + NLMSG_ALIGN(size);
}

static struct rtattr *attribute(struct message *m, int type, const void *data, int size) {
  struct rtattr *a = end_of(m);
  a->rta_type = type;
  a->rta_len = RTA_LENGTH(size);
  if (size) memcpy(RTA_DATA(a), data, size);
  m->header.nlmsg_len = NLMSG_ALIGN(m->header.nlmsg_len) + RTA_ALIGN(a->rta_len);
  return a;
}

static void close_nest(struct message *m, struct rtattr *a) { a->rta_len = (char *)end_of(m) - (char *)a; }

static void begin(struct message *m, int type, int flags, const void *fixed, int size) {
  memset(m, 0, sizeof *m);
  m->header.nlmsg_len = NLMSG_HDRLEN;
  m->header.nlmsg_type = type;
  m->header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
  put(m, fixed, size);
}

static void acknowledged(int fd) {
  char header[16], rest[64];
  int error = 0;
  struct iovec parts[] = {{header, 16}, {&error, 4}, {rest, 64}};
  MUST(readv(fd, parts, 3));
  MUST(getrandom(0, 0, error));
}

static void request(int fd, struct message *m) {
  MUST(sendto(fd, m, m->header.nlmsg_len, 0, 0, 0));
  acknowledged(fd);
}

static void address(struct message *m, int link, uint32_t ip) {
  struct ifaddrmsg fixed = {.ifa_family = AF_INET, .ifa_prefixlen = 20, .ifa_index = link};
  begin(m, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &fixed, sizeof fixed);
  uint32_t broadcast = ip | htonl(0xfff);
  attribute(m, IFA_LOCAL, &ip, 4);
  attribute(m, IFA_ADDRESS, &ip, 4);
  attribute(m, IFA_BROADCAST, &broadcast, 4);
}

static void link_up(struct message *m, int link) {
  struct ifinfomsg fixed = {.ifi_index = link, .ifi_flags = IFF_UP, .ifi_change = IFF_UP};
  begin(m, RTM_SETLINK, 0, &fixed, sizeof fixed);
}

static int bridge(void) {
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0);
  struct message m;
  struct ifinfomsg fixed = {.ifi_flags = IFF_UP, .ifi_change = IFF_UP};
  begin(&m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &fixed, sizeof fixed);
  attribute(&m, IFLA_IFNAME, bridge_name, strlen(bridge_name) + 1);
  attribute(&m, IFLA_GROUP, &group, 4);
  struct rtattr *info = attribute(&m, IFLA_LINKINFO, 0, 0);
  attribute(&m, IFLA_INFO_KIND, "bridge", 6);
  close_nest(&m, info);
  request(fd, &m);
  int index = if_nametoindex(bridge_name);
  address(&m, index, htonl(0x0ad50001));
  request(fd, &m);
  close(fd);
  return index;
}

static void cable(int fd, int master, int number, int pid) {
  struct message m;
  struct ifinfomsg fixed = {.ifi_flags = IFF_UP, .ifi_change = IFF_UP}, peer = {.ifi_index = 2};
  char name[16];
  sprintf(name, "t%xl%d", getpid(), number);
  begin(&m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &fixed, sizeof fixed);
  attribute(&m, IFLA_IFNAME, name, strlen(name) + 1);
  attribute(&m, IFLA_MASTER, &master, 4);
  attribute(&m, IFLA_GROUP, &group, 4);
  struct rtattr *info = attribute(&m, IFLA_LINKINFO, 0, 0);
  attribute(&m, IFLA_INFO_KIND, "veth", 4);
  struct rtattr *data = attribute(&m, IFLA_INFO_DATA, 0, 0), *other = attribute(&m, VETH_INFO_PEER, 0, 0);
  put(&m, &peer, sizeof peer);
  attribute(&m, IFLA_IFNAME, "eth0", 5);
  attribute(&m, IFLA_NET_NS_PID, &pid, 4);
  close_nest(&m, other);
  close_nest(&m, data);
  close_nest(&m, info);
  request(fd, &m);
}

/* ---- cgroups(7): every hierarchy of version 1 that is mounted, and the unified tree in any case ---- */

struct limit { const char *file, *value; int optional; };
/* The name is the option of the mount. The processes are in a leaf where limits or weights hold, with the same limits. */
struct tree { const char *path, *name; int has_leaf; struct limit limits[3]; };

static struct tree hybrid[] = {
  {"/sys/fs/cgroup/pids", "pids", 1, {{"pids.max", "256", 0}}},
  {"/sys/fs/cgroup/memory", "memory", 1, {{"memory.limit_in_bytes", "67108864", 0}, {"memory.memsw.limit_in_bytes", "134217728", 1}}},
  {"/sys/fs/cgroup/cpuacct", "cpuacct", 0, {{0}}},
  {"/sys/fs/cgroup/cpu", "cpu", 1, {{"cpu.cfs_period_us", "100000", 0}, {"cpu.cfs_quota_us", "50000", 0}}},
  {"/sys/fs/cgroup/cpu,cpuacct", "cpu,cpuacct", 1, {{"cpu.cfs_period_us", "100000", 0}, {"cpu.cfs_quota_us", "50000", 0}}},
  {"/sys/fs/cgroup/blkio", "blkio", 1, {{0}}},
  {"/sys/fs/cgroup/cpuset", "cpuset", 0, {{0}}},
  {"/sys/fs/cgroup/devices", "devices", 0, {{0}}},
  {"/sys/fs/cgroup/freezer", "freezer", 0, {{0}}},
  {"/sys/fs/cgroup/net_cls,net_prio", "net_cls,net_prio", 0, {{0}}},
  {"/sys/fs/cgroup/perf_event", "perf_event", 0, {{0}}},
  {"/sys/fs/cgroup/hugetlb", "hugetlb", 0, {{0}}},
  {"/sys/fs/cgroup/rdma", "rdma", 0, {{0}}},
  {"/sys/fs/cgroup/misc", "misc", 0, {{0}}},
  {"/sys/fs/cgroup/systemd", "name=systemd", 0, {{0}}},
  {"/sys/fs/cgroup/unified", 0, 1, {{0}}},
}, unified[] = {
  {"/sys/fs/cgroup", 0, 1, {{"memory.max", "67108864", 0}, {"cpu.max", "50000 100000", 0}, {"pids.max", "256", 0}}},
};
static struct tree *trees;
static int tree_count;

static void in_group(char *path, struct tree *t, int number, const char *file) {
  sprintf(path, "%s/%s/%d%s%s", t->path, levels[1], number, *file ? "/" : "", file);
}

/* Without those that are not mounted, and the links to those with several controllers. */
static void find_trees(void) {
  int is_unified = access("/sys/fs/cgroup/cgroup.controllers", F_OK) == 0;
  trees = is_unified ? unified : hybrid;
  for (unsigned i = 0; i < (is_unified ? 1 : sizeof hybrid / sizeof *hybrid); i++) {
    struct stat s;
    if (lstat(trees[i].path, &s) == 0 && S_ISDIR(s.st_mode)) trees[tree_count++] = trees[i];
  }
}

/* Version 2 hands controllers down; a cpuset begins empty, unless the one above it hands its own down. */
static void hand_down(struct tree *t, const char *group) {
  char path[256], text[64];
  if (trees == unified) {
    sprintf(path, "%s/%s/cgroup.subtree_control", t->path, group);
    write_file(path, "+cpu +memory +pids", 0);
  }
  if (!t->name || strcmp(t->name, "cpuset") || !strcmp(group, ".")) return;
  static const char *files[] = {"cpuset.mems", "cpuset.cpus"};
  for (int i = 0; i < 2; i++) {
    sprintf(path, "%s/%s", t->path, files[i]);
    int fd = open(path, O_RDONLY | O_CLOEXEC), length = read(fd, text, sizeof text - 1);
    text[length > 0 ? length : 0] = 0;
    close(fd);
    sprintf(path, "%s/%s/%s", t->path, group, files[i]);
    write_file(path, text, 0);
  }
  sprintf(path, "%s/%s/cgroup.clone_children", t->path, group);
  write_file(path, "1", 0);
}

static void make_shared_groups(void) {
  char path[256];
  for (struct tree *t = trees; t < trees + tree_count; t++) {
    hand_down(t, ".");
    for (int level = 0; level < 2; level++) {
      sprintf(path, "%s/%s", t->path, levels[level]);
      MAY(mkdirat(AT_FDCWD, path, 0755), EEXIST);
      hand_down(t, levels[level]);
    }
  }
}

static void set_limits(struct tree *t, int number, const char *leaf) {
  char file[64], path[256];
  for (struct limit *l = t->limits; l < t->limits + 3 && l->file; l++) {
    sprintf(file, "%s%s", leaf, l->file);
    in_group(path, t, number, file);
    if (l->optional && access(path, F_OK)) continue;
    write_file(path, l->value, 0);
  }
}

static void make_groups(int number) {
  char path[256];
  for (struct tree *t = trees; t < trees + tree_count; t++) {
    for (int level = 0; level < 2; level++) {
      sprintf(path, "%s/%s", t->path, levels[level]);
      MAY(mkdirat(AT_FDCWD, path, 0755), EEXIST);
    }
    in_group(path, t, number, "");
    MUST(mkdirat(AT_FDCWD, path, 0755));
    set_limits(t, number, "");
    if (!t->has_leaf) continue;
    if (trees == unified) {
      in_group(path, t, number, "cgroup.subtree_control");
      write_file(path, "+cpu +memory +pids", 0);
    }
    in_group(path, t, number, "container");
    MUST(mkdirat(AT_FDCWD, path, 0755));
    set_limits(t, number, "container/");
  }
}

/* ---- the device nodes that may be opened: a program of bpf(2), loaded once, and attached to each cgroup ---- */

static struct bpf_insn program[128];
static int length, device_program = -1;

static void instruction(int code, int to, int from, int offset, int constant) {
  program[length++] = (struct bpf_insn){.code = code, .dst_reg = to, .src_reg = from, .off = offset, .imm = constant};
}

static void allow(int type, int major, int minor, int is_mknod_only) {
  int rest = 3 * is_mknod_only + (major >= 0) + (minor >= 0) + 2;
  instruction(BPF_JMP32 | BPF_JNE | BPF_K, 2, 0, rest, type);
  if (is_mknod_only) {
    instruction(BPF_ALU64 | BPF_MOV | BPF_X, 6, 3, 0, 0);
    instruction(BPF_ALU | BPF_AND | BPF_K, 6, 0, 0, BPF_DEVCG_ACC_READ | BPF_DEVCG_ACC_WRITE);
    instruction(BPF_JMP32 | BPF_JNE | BPF_K, 6, 0, 2, 0);
  }
  if (major >= 0) instruction(BPF_JMP32 | BPF_JNE | BPF_K, 4, 0, 2 + (minor >= 0), major);
  if (minor >= 0) instruction(BPF_JMP32 | BPF_JNE | BPF_K, 5, 0, 2, minor);
  instruction(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 1);
  instruction(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

static void load_device_program(void) {
  static const int opened[][2] = {{1, 3}, {1, 5}, {1, 7}, {1, 8}, {1, 9}, {5, 0}, {136, -1}, {5, 2}};
  for (int i = 0; i < 3; i++) instruction(BPF_LDX | BPF_MEM | BPF_W, i ? 3 + i : 2, 1, 4 * i, 0);
  instruction(BPF_ALU64 | BPF_MOV | BPF_X, 3, 2, 0, 0);
  instruction(BPF_ALU | BPF_AND | BPF_K, 2, 0, 0, 0xffff);
  instruction(BPF_ALU | BPF_RSH | BPF_K, 3, 0, 0, 16);
  allow(BPF_DEVCG_DEV_CHAR, -1, -1, 1);
  allow(BPF_DEVCG_DEV_BLOCK, -1, -1, 1);
  for (unsigned i = 0; i < sizeof opened / sizeof *opened; i++) allow(BPF_DEVCG_DEV_CHAR, opened[i][0], opened[i][1], 0);
  instruction(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0);
  instruction(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
  attributes.insn_cnt = length;
  attributes.insns = (uintptr_t)program;
  attributes.license = (uintptr_t)"MIT";
  device_program = syscall(SYS_bpf, BPF_PROG_LOAD, &attributes, sizeof attributes);
  if (device_program < 0) die("BPF_PROG_LOAD");
}

static void restrict_devices(int number) {
  char path[256];
  union bpf_attr attributes;
  in_group(path, trees + tree_count - 1, number, "");
  int group = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (group < 0) die(path);
  MUST(dup3(group, group_directory, O_CLOEXEC));
  memset(&attributes, 0, sizeof attributes);
  attributes.target_fd = group_directory;
  attributes.attach_bpf_fd = device_program;
  attributes.attach_type = BPF_CGROUP_DEVICE;
  attributes.attach_flags = BPF_F_ALLOW_MULTI;
  CONFINE(number, syscall(SYS_bpf, BPF_PROG_ATTACH, &attributes, sizeof attributes));
}

static int doors[16];

static void open_doors(int number) {
  char path[256];
  for (int i = 0; i < tree_count; i++) {
    struct tree *t = trees + i;
    char file[64];
    sprintf(file, "%s%s", t->has_leaf ? "container/" : "", t->name ? "tasks" : "cgroup.procs");
    in_group(path, t, number, file);
    MUST(doors[i] = open(path, O_WRONLY | O_CLOEXEC));
  }
}

static void join_groups(void) {
  for (int i = 0; i < tree_count; i++) MUST(write(doors[i], "0", 1));
}

static void remove_groups(int number) {
  char path[256];
  for (struct tree *t = trees; t < trees + tree_count; t++) {
    for (int level = !t->has_leaf; level < 2; level++) {
      in_group(path, t, number, level ? "" : "container");
      while (rmdir(path) && errno == EBUSY) sched_yield();
    }
  }
}

/* ---- what the container does itself ---- */

static int look_up(int directory, const char *path, int flags, int mode, int resolve) {
  struct open_how how = {.flags = flags | O_CLOEXEC, .mode = mode, .resolve = resolve};
  return syscall(SYS_openat2, directory, path, &how, sizeof how);
}

static int in_root(const char *path, int flags, int mode, int resolve) {
  return look_up(AT_FDCWD, path, flags, mode, RESOLVE_NO_MAGICLINKS | resolve);
}

static void set(const char *path, const char *value) {
  int fd = look_up(own_proc, path, O_WRONLY, 0, RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS);
  if (fd < 0 && errno == ENOENT) return;
  if (fd < 0 || write(fd, value, strlen(value)) < 0) die(path);
}

static const char *etc[] = {"hosts", "hostname", "resolv.conf"};

/* A file system for the files of /etc; the supervisor keeps the descriptor of the first. */
static int etc_system(void) {
  int system = syscall(SYS_fsopen, "tmpfs", 1);
  if (system < 0) die("fsopen");
  MUST(syscall(SYS_fsconfig, system, 1, "size", "1048576", 0));
  MUST(syscall(SYS_fsconfig, system, 6, 0, 0, 0));
  int files = syscall(SYS_fsmount, system, 1, 14);
  if (files < 0) die("fsmount");
  close(system);
  MUST(openat(files, etc[0], O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
  return files;
}

static void etc_files(int files) {
  static const char text[] = "127.0.0.1\tlocalhost\n";
  MUST(fchmodat(files, etc[0], 0644, 0));
  for (int i = 0; i < 3; i++) {
    int fd = openat(files, etc[i], O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0 || write(fd, text, sizeof text - 1) < 0) die(etc[i]);
  }
}

static void root_of_its_own(const char *run, const char *layer, int files) {
  char path[512], options[1024];
  MUST(unshare(CLONE_NEWNS));
  int start = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  int mounts = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
  if (start < 0 || mounts < 0) die("open");
  MUST(dup3(mounts, own_mounts, O_CLOEXEC));
  MUST(setns(own_mounts, CLONE_NEWNS));
  MUST(mount(0, "/", 0, MS_REC | MS_PRIVATE, 0));
  MUST(fchdir(start));
  MUST(chroot("."));
  sprintf(path, "%s/root", run_directory);
  sprintf(options, "lowerdir=%s,upperdir=%s/upper,workdir=%s/work", rootfs, layer, layer);
  MUST(mount("overlay", path, "overlay", 0, options));
  MUST(chdir(path));
  MUST(move_mount(files, "", AT_FDCWD, run, MOVE_MOUNT_F_EMPTY_PATH));
  for (int i = 0; i < 3; i++) {
    sprintf(path, "%s/%s", run, etc[i]);
    int tree = open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
    if (tree < 0) die("open_tree");
    MUST(dup3(tree, first_tree + i, O_CLOEXEC));
    struct { uint64_t set, clear, propagation, userns; } attributes = {.propagation = MS_PRIVATE};
    MUST(syscall(SYS_mount_setattr, first_tree + i, "", AT_EMPTY_PATH, &attributes, sizeof attributes));
  }
  int overlay = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (overlay < 0) die("open");
  MUST(setns(own_mounts, CLONE_NEWNS));
  MUST(fchdir(overlay));
  MUST(syscall(SYS_pivot_root, ".", "."));
  MUST(umount2(".", MNT_DETACH));
  MUST(chdir("/"));
}

static void devices(void) {
  static const struct { const char *path; int major, minor; } nodes[] = {
    {"null", 1, 3}, {"zero", 1, 5}, {"full", 1, 7}, {"random", 1, 8}, {"urandom", 1, 9}, {"tty", 5, 0},
  };
  static const char *links[][2] = {
    {"/proc/self/fd", "fd"}, {"/proc/self/fd/0", "stdin"}, {"/proc/self/fd/1", "stdout"},
    {"/proc/self/fd/2", "stderr"}, {"/proc/kcore", "core"}, {"pts/ptmx", "ptmx"},
  };
  int directory = in_root("/dev", O_PATH | O_DIRECTORY, 0, RESOLVE_NO_SYMLINKS);
  MUST(dup3(directory, dev, O_CLOEXEC));
  for (int i = 0; i < 6; i++) MUST(mknodat(dev, nodes[i].path, S_IFCHR | 0666, makedev(nodes[i].major, nodes[i].minor)));
  for (int i = 0; i < 6; i++) MUST(symlinkat(links[i][0], dev, links[i][1]));
  int opened = openat(dev, "null", O_RDWR | O_NOFOLLOW | O_CLOEXEC);
  if (opened < 0) die("/dev/null");
  MUST(dup3(opened, null_device, O_CLOEXEC));
}

static void mounts(void) {
  static const struct { const char *at, *source, *type; unsigned long flags; const char *data; int real; } table[] = {
    {"/proc", "proc", "proc", MS_NOSUID | MS_NOEXEC | MS_NODEV, 0, 1},
    {"/dev", "tmpfs", "tmpfs", MS_NOSUID | MS_STRICTATIME, "mode=755,size=65536k", 1},
    {"/sys", "sysfs", "sysfs", MS_NOSUID | MS_NOEXEC | MS_NODEV | MS_RDONLY, 0, 1},
    {"/dev/pts", "devpts", "devpts", MS_NOSUID | MS_NOEXEC, "ptmxmode=0666,mode=0620,gid=5", 0},
    {"/dev/mqueue", "mqueue", "mqueue", MS_NOSUID | MS_NOEXEC | MS_NODEV, 0, 0},
    {"/dev/shm", "shm", "tmpfs", MS_NOSUID | MS_NOEXEC | MS_NODEV, "mode=1777,size=65536k", 0},
  };
  for (unsigned i = 0; i < sizeof table / sizeof *table; i++) {
    const char *name = strrchr(table[i].at, '/') + 1;
    int parent = table[i].real ? AT_FDCWD : in_root("/dev", O_PATH | O_DIRECTORY, 0, 0);
    MAY(mkdirat(parent, table[i].real ? table[i].at : name, 0755), EEXIST);
    int target = in_root(table[i].at, O_PATH | O_DIRECTORY, 0, table[i].real ? RESOLVE_NO_SYMLINKS : 0);
    if (target < 0) die(table[i].at);
    MUST(fchdir(target));
    MUST(mount(table[i].source, ".", table[i].type, table[i].flags, table[i].data));
    if (!strcmp(name, "proc")) MUST(dup3(in_root("/proc", O_PATH | O_DIRECTORY, 0, RESOLVE_NO_SYMLINKS), own_proc, O_CLOEXEC));
    if (!strcmp(name, "dev")) devices();
  }
  MAY(mkdirat(AT_FDCWD, "/etc", 0755), EEXIST);
  for (int i = 0; i < 3; i++) {
    char path[64];
    sprintf(path, "/etc/%s", etc[i]);
    MAY(in_root(path, O_CREAT | O_EXCL | O_NOFOLLOW, 0644, 0), EEXIST);
    int target = in_root(path, O_PATH | O_NOFOLLOW, 0, 0);
    if (target < 0) die(path);
    MUST(move_mount(first_tree + i, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH));
  }
  MUST(chdir("/"));
}

static void make_read_only(const char *path) {
  int tree = open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE | AT_SYMLINK_NOFOLLOW);
  if (tree < 0) return;
  MUST(move_mount(tree, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH));
  struct { uint64_t set, clear, propagation, userns; } attributes = {.set = 15};
  MUST(syscall(SYS_mount_setattr, AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, &attributes, sizeof attributes));
}

static void mask(const char *path, int source, const char *source_path, int flags) {
  int target = look_up(AT_FDCWD, path, O_PATH, 0, RESOLVE_NO_SYMLINKS);
  if (target < 0) return;
  int tree = open_tree(source, source_path, flags | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
  if (tree < 0) die(path);
  MUST(move_mount(tree, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH));
}

static void settings(void) {
  set("sys/net/ipv4/ip_unprivileged_port_start", "0");
  set("sys/net/ipv4/ping_group_range", "0 2147483647");
  set("sys/net/ipv6/conf/all/disable_ipv6", "1");
  set("sys/net/ipv6/conf/default/disable_ipv6", "1");
  set("sys/net/ipv6/conf/lo/disable_ipv6", "0");
  set("self/oom_score_adj", "0");
  static const char *read_only[] = {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"};
  for (int i = 0; i < 5; i++) make_read_only(read_only[i]);
  static const char *files[] = {
    "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/sched_debug", "/proc/timer_list", "/proc/timer_stats",
  };
  for (int i = 0; i < 7; i++) mask(files[i], null_device, "", AT_EMPTY_PATH);
  int firmware = look_up(AT_FDCWD, "/sys/firmware", O_PATH, 0, RESOLVE_NO_SYMLINKS);
  if (firmware < 0) die("/sys/firmware");
  MUST(fchdir(firmware));
  MUST(mount("tmpfs", ".", "tmpfs", MS_RDONLY, "size=0k"));
  static const char *directories[] = {"/proc/acpi", "/proc/asound", "/proc/scsi", "/sys/devices/virtual/powercap"};
  for (int i = 0; i < 4; i++) mask(directories[i], AT_FDCWD, "/sys/firmware", AT_SYMLINK_NOFOLLOW);
  MUST(chdir("/"));
}

static void enter(const char *path) {
  int directory = look_up(AT_FDCWD, path, O_PATH | O_DIRECTORY, 0, RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS);
  if (directory < 0) die(path);
  MUST(fchdir(directory));
}

static void cgroup_mounts(void) {
  unsigned long flags = MS_RDONLY | MS_NOSUID | MS_NOEXEC | MS_NODEV;
  MUST(unshare(CLONE_NEWCGROUP));
  enter("/sys/fs/cgroup");
  if (trees == unified) {
    MUST(mount("cgroup", ".", "cgroup2", flags, 0));
    MUST(chdir("/"));
    return;
  }
  MUST(mount("tmpfs", ".", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=755"));
  enter("/sys/fs/cgroup");
  for (struct tree *t = trees; t < trees + tree_count; t++) {
    const char *name = strrchr(t->path, '/') + 1;
    MUST(mkdirat(AT_FDCWD, name, 0755));
    MUST(mount("cgroup", name, t->name ? "cgroup" : "cgroup2", flags, t->name));
    static const char *pairs[] = {"cpu,cpuacct", "net_cls,net_prio"};
    for (int i = 0; i < 2; i++) {
      if (!t->name || strcmp(t->name, pairs[i])) continue;
      char link[64];
      MUST(symlinkat(pairs[i], AT_FDCWD, strchr(pairs[i], ',') + 1));
      sprintf(link, "%.*s", (int)(strchr(pairs[i], ',') - pairs[i]), pairs[i]);
      MUST(symlinkat(pairs[i], AT_FDCWD, link));
    }
  }
  MUST(mount(0, ".", 0, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, 0));
  MUST(chdir("/"));
}

static void interfaces(int number) {
  struct message parts[4];
  link_up(&parts[0], 1);
  address(&parts[1], 2, htonl(0x0ad50002 + number));
  link_up(&parts[2], 2);
  struct rtmsg fixed = {.rtm_family = AF_INET, .rtm_table = RT_TABLE_MAIN, .rtm_protocol = RTPROT_BOOT, .rtm_scope = RT_SCOPE_UNIVERSE, .rtm_type = RTN_UNICAST};
  uint32_t gateway = htonl(0x0ad50001);
  int link = 2;
  begin(&parts[3], RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, &fixed, sizeof fixed);
  attribute(&parts[3], RTA_GATEWAY, &gateway, 4);
  attribute(&parts[3], RTA_OIF, &link, 4);
  char all[4096];
  int size = 0;
  for (int i = 0; i < 4; i++) {
    memcpy(all + size, &parts[i], parts[i].header.nlmsg_len);
    size += parts[i].header.nlmsg_len;
  }
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0);
  MUST(dup3(fd, own_socket, O_CLOEXEC));
  MUST(sendto(own_socket, all, size, 0, 0, 0));
  for (int i = 0; i < 4; i++) acknowledged(own_socket);
}

/* The rules that lead port 53 of the name server to its own port, as tscompose sends them. */
static const unsigned char name_rules[] = {
#include NAMES
};

static int open_name_socket(int number, int type) {
  struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(47053), .sin_addr.s_addr = htonl(0x7f00000b)};
  int fd = socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  MUST(dup3(fd, number, O_CLOEXEC));
  MUST(bind(number, (struct sockaddr *)&server, sizeof server));
  return number;
}

/* The sockets of the name server at 127.0.0.11, which the supervisor gets, and its port. */
static void name_server(int handover) {
  int sockets[] = {open_name_socket(own_socket + 8, SOCK_DGRAM), open_name_socket(own_socket + 9, SOCK_STREAM)};
  MUST(listen(sockets[1], 128));
  union { struct cmsghdr header; char space[CMSG_SPACE(sizeof sockets)]; } control = {0};
  control.header = (struct cmsghdr){CMSG_LEN(sizeof sockets), SOL_SOCKET, SCM_RIGHTS};
  memcpy(CMSG_DATA(&control.header), sockets, sizeof sockets);
  struct iovec byte = {"", 1};
  struct msghdr message = {.msg_iov = &byte, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  MUST(sendmsg(handover, &message, 0));
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
  MUST(dup3(fd, own_socket + 10, O_CLOEXEC));
  MUST(sendto(own_socket + 10, name_rules, sizeof name_rules, 0, 0, 0));
  acknowledged(own_socket + 10);
}

static void take_name_server(int handover) {
  int sockets[2];
  char byte;
  union { struct cmsghdr header; char space[CMSG_SPACE(sizeof sockets)]; } control;
  struct iovec part = {&byte, 1};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  MUST(recvmsg(handover, &message, MSG_CMSG_CLOEXEC));
  close(handover);
}

static const uint64_t kept = 0xa80425fb;

static void set_capabilities(uint32_t set) {
  struct { uint32_t version; int pid; } header = {0x20080522, 0};
  uint32_t sets[6] = {set, set, 0, 0, 0, 0};
  MUST(syscall(SYS_capset, &header, sets));
}

static void privileges(int number) {
  MUST(setsid());
  CONFINE(number, syscall(SYS_keyctl, 1 /* KEYCTL_JOIN_SESSION_KEYRING */, 0));
  struct rlimit files;
  MUST(prlimit(0, RLIMIT_NOFILE, 0, &files));
  MUST(prlimit(0, RLIMIT_NOFILE, &files, 0));
  for (int capability = 0; capability <= 40; capability++)
    if (!(kept >> capability & 1)) MUST(prctl(PR_CAPBSET_DROP, capability, 0, 0, 0));
  gid_t group = 0;
  MUST(syscall(SYS_setgroups, 1, &group));
  MUST(syscall(SYS_setresgid, 0, 0, 0));
  MUST(syscall(SYS_setresuid, 0, 0, 0));
  set_capabilities(kept | 1 << 21 /* CAP_SYS_ADMIN */);
  umask(022);
}

/* The filter of the default profile, as tscompose compiles it; the last step before the command. */
static struct sock_filter filter[] = {
#include FILTER
};

static void confine(int number) {
  struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
  CONFINE(number, syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program));
  set_capabilities(kept);
}

static void child(int number, const char *run, const char *layer, int files, int sync, int handover) {
  char path[512], name[16];
  uint64_t count;
  MUST(prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0));
  MUST(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
  umask(0);
  sprintf(name, "s%d", number);
  MUST(sethostname(name, strlen(name)));
  static const char *streams[] = {"stdout", "stderr"};
  for (int i = 0; i < 2; i++) {
    sprintf(path, "%s/%s", run, streams[i]);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) die(path);
    MUST(dup3(fd, i + 1, 0));
  }
  restrict_devices(number);
  etc_files(files);
  open_doors(number);
  root_of_its_own(run, layer, files);
  mounts();
  MUST(dup3(null_device, 0, 0));
  settings();
  join_groups();
  MUST(read(sync, &count, 8));
  cgroup_mounts();
  interfaces(number);
  name_server(handover);
  privileges(number);
  MUST(syscall(SYS_close_range, 3, ~0U, 4));
  for (int fd = 0; fd < 3; fd++) MUST(fcntl(fd, F_SETFD, 0));
  signal(SIGPIPE, SIG_DFL);
  signal(SIGXFSZ, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, 0);
  MUST(prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0));
  confine(number);
  char *arguments[] = {"/bin/sleep", "1000", 0}, *environment[] = {"PATH=/bin", "HOME=/", 0};
  execve(arguments[0], arguments, environment);
  die("execve");
}

/* Descriptors that outlive a supervisor, charged to a user of no program. */
static void park(const int *pipes) {
  static int pair[2];
  if (!pair[1]) MUST(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair));
  union { struct cmsghdr header; char space[CMSG_SPACE(2 * sizeof *pipes)]; } control = {0};
  control.header = (struct cmsghdr){CMSG_LEN(2 * sizeof *pipes), SOL_SOCKET, SCM_RIGHTS};
  memcpy(CMSG_DATA(&control.header), pipes, 2 * sizeof *pipes);
  struct iovec byte = {"", 1};
  struct msghdr message = {.msg_iov = &byte, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  MUST(syscall(SYS_setresuid, 65533, -1, -1));
  MAY(sendmsg(pair[0], &message, MSG_DONTWAIT), EAGAIN);
  MUST(syscall(SYS_setresuid, 0, -1, -1));
}

static int launch(int number, int master, int *handover) {
  char run[256], layer[256], path[512];
  sprintf(run, "%s/%d", run_directory, number);
  sprintf(layer, "%s/%d", state_directory, number);
  MUST(mkdirat(AT_FDCWD, run, 0700));
  MUST(mkdirat(AT_FDCWD, layer, 0700));
  static const char *parts[] = {"upper", "work"};
  for (int i = 0; i < 2; i++) {
    sprintf(path, "%s/%s", layer, parts[i]);
    MUST(mkdirat(AT_FDCWD, path, 0755));
  }
  int files = etc_system();
  static const char *streams[] = {"stdout", "stderr"};
  for (int i = 0; i < 2; i++) {
    sprintf(path, "%s/%s", run, streams[i]);
    MUST(mknodat(AT_FDCWD, path, S_IFIFO | 0600, 0));
  }
  make_groups(number);
  int sync = eventfd(0, EFD_CLOEXEC);
  int pair[2];
  MUST(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair));
  int pid = syscall(SYS_clone, CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC | SIGCHLD, 0, 0, 0, 0);
  if (pid < 0) die("clone");
  if (pid == 0) child(number, run, layer, files, sync, pair[1]);
  close(files);
  /* The record of a supervisor: the PID, and both ends of the output. */
  char life[64];
  sprintf(life, "%d\n", pid);
  sprintf(path, "%s/life", run);
  write_file(path, life, O_CREAT | O_TRUNC);
  int pipes[2];
  for (int i = 0; i < 2; i++) {
    sprintf(path, "%s/%s", run, streams[i]);
    MUST(pipes[i] = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC));
  }
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0);
  cable(fd, master, number, pid);
  close(fd);
  uint64_t one = 1;
  MUST(write(sync, &one, 8));
  park(pipes);
  close(sync);
  close(pair[1]);
  *handover = pair[0];
  return pid;
}

/* The write end of this pipe is closed by every execve; its end of file says that the last has happened. */
static void wait_for_all(int reader) {
  char byte;
  while (read(reader, &byte, 1) > 0);
}

int main(int count, char **words) {
  if (count < 5) return fprintf(stderr, "usage: limit ROOTFS RUN STATE N\n"), 2;
  /* A container's own standard error is its FIFO. */
  complaints = fcntl(2, F_DUPFD_CLOEXEC, 9);
  rootfs = words[1];
  if (*words[1] != '/' || *words[2] != '/' || *words[3] != '/') return fprintf(stderr, "limit: give absolute paths\n"), 2;
  run_directory = words[2];
  state_directory = words[3];
  int n = atoi(words[4]);
  own_mounts = 127 + 8 * n;
  confining = mmap(0, n * sizeof *confining, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (confining == MAP_FAILED) die("mmap");
  first_tree = 128 + 8 * n;
  own_socket = first_tree + 3;
  dev = own_socket + 1;
  null_device = dev + 1;
  group_directory = null_device + 1;
  own_proc = group_directory + 1;
  group = 0x74000000 | getpid();
  sprintf(bridge_name, "tscl%d", getpid());
  sprintf(levels[0], "tsclimit-%d", getpid());
  sprintf(levels[1], "%s/bench", levels[0]);
  find_trees();
  char path[256];
  sprintf(path, "%s/root", run_directory);
  mkdir(path, 0700);
  int ends[2], *pids = calloc(n, sizeof *pids), *handovers = calloc(n, sizeof *handovers);
  MUST(pipe2(ends, O_CLOEXEC));
  int master = bridge();
  make_shared_groups();
  long long start = now(), last = start;
  load_device_program();
  for (int i = 0; i < n; i++) {
    if (i == n - 100) last = now();
    pids[i] = launch(i, master, &handovers[i]);
  }
  close(ends[1]);
  for (int i = 0; i < n; i++) take_name_server(handovers[i]);
  wait_for_all(ends[0]);
  long long end = now(), up = end - start;
  last = end - last;
  start = now();
  for (int i = 0; i < n; i++) kill(pids[i], SIGKILL);
  int lost = 0;
  for (int i = 0; i < n; i++) {
    int status;
    waitpid(pids[i], &status, 0);
    lost += !WIFSIGNALED(status);
  }
  for (int i = 0; i < n; i++) remove_groups(i);
  for (struct tree *t = trees; t < trees + tree_count; t++)
    for (int level = 1; level >= 0; level--) {
      sprintf(path, "%s/%s", t->path, levels[level]);
      rmdir(path);
    }
  struct message m;
  struct ifinfomsg fixed = {0};
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0);
  begin(&m, RTM_DELLINK, 0, &fixed, sizeof fixed);
  attribute(&m, IFLA_GROUP, &group, 4);
  request(fd, &m);
  pid_t rm = fork();
  if (rm == 0) {
    execlp("rm", "rm", "-rf", run_directory, state_directory, (char *)0);
    _exit(1);
  }
  waitpid(rm, 0, 0);
  long long down = now() - start;
  qsort(confining, n, sizeof *confining, by_size);
  printf("%lld %lld %lld %lld\n", up, down, last, confining[n / 2]);
  if (lost) fprintf(stderr, "limit: %d containers ended by themselves\n", lost);
  return lost != 0;
}
