// libseccomp(3) as an oracle.
//   numbers ABI             names on standard input; prints each with its number
//   filter DEFAULT ABI...   `NAME ACTION [INDEX OPERATOR VALUE VALUE]...` on standard input; prints the filter
// Actions and operators are numbers of seccomp.h.
#include <inttypes.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int numbers(const char *abi) {
  uint32_t arch = seccomp_arch_resolve_name(abi);
  char name[64];
  while (scanf("%63s", name) == 1) printf("%s %d\n", name, seccomp_syscall_resolve_name_arch(arch, name));
  return 0;
}

static int filter(int count, char **arguments) {
  scmp_filter_ctx context = seccomp_init(strtoul(arguments[0], NULL, 0));
  seccomp_arch_remove(context, SCMP_ARCH_NATIVE);
  for (int i = 1; i < count; i++)
    if (seccomp_arch_add(context, seccomp_arch_resolve_name(arguments[i]))) return 2;
  char line[512];
  while (fgets(line, sizeof line, stdin)) {
    char name[64];
    uint32_t action;
    struct scmp_arg_cmp comparisons[6];
    int conditions = 0, read = 0;
    if (sscanf(line, "%63s %" SCNu32 "%n", name, &action, &read) != 2) return 3;
    char *rest = line + read;
    unsigned index, operator;
    uint64_t first, second;
    while (sscanf(rest, "%u %u %" SCNu64 " %" SCNu64 "%n", &index, &operator, &first, &second, &read) == 4) {
      comparisons[conditions++] = (struct scmp_arg_cmp){index, operator, first, second};
      rest += read;
    }
    int number = seccomp_syscall_resolve_name(name);
    if (number == __NR_SCMP_ERROR) continue;
    int refused = seccomp_rule_add_array(context, action, number, conditions, comparisons);
    if (refused) return fprintf(stderr, "%s: %d\n", line, refused), 4;
  }
  fflush(stdout);
  return seccomp_export_bpf(context, 1) ? 5 : 0;
}

int main(int count, char **arguments) {
  if (count > 2 && strcmp(arguments[1], "numbers") == 0) return numbers(arguments[2]);
  return count > 3 ? filter(count - 2, arguments + 2) : 1;
}
