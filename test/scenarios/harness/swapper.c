// Exchanges two paths without end: swapper A B
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int count, char **arguments) {
  if (count != 3) return 2;
  for (;;) syscall(SYS_renameat2, AT_FDCWD, arguments[1], AT_FDCWD, arguments[2], 2 /* RENAME_EXCHANGE */);
}
