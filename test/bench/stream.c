// Both ends of TCP connections, at the least cost, for the benchmark of the relay.
//   stream serve ADDRESS PORT              echoes one byte of each connection, then reads it to its end
//   stream send ADDRESS PORT BYTES         one connection with so many bytes
//   stream connect ADDRESS PORT COUNT      so many connections, one after the other, with a byte each way
// `serve` prints a line when it listens, and ends with its standard input. At their end all print the processor time that
// they took and, of all connections, the time by the clock, both in nanoseconds.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static char block[256 * 1024];

static void must(int success, const char *what) {
  if (success) return;
  perror(what);
  exit(1);
}

static int open_socket(void) {
  int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  must(fd >= 0, "socket");
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return fd;
}

static long long now(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void print_times(long long begin) {
  printf("%lld %lld\n", now(CLOCK_PROCESS_CPUTIME_ID), now(CLOCK_MONOTONIC) - begin);
}

static void serve(const struct sockaddr_in *address) {
  int door = open_socket();
  must(bind(door, (const void *)address, sizeof *address) == 0, "bind");
  must(listen(door, 4096) == 0, "listen");
  puts("listening");
  fflush(stdout);
  long long begin = now(CLOCK_MONOTONIC);
  struct pollfd waits[2] = {{.fd = 0, .events = POLLIN}, {.fd = door, .events = POLLIN}};
  for (;;) {
    must(poll(waits, 2, -1) > 0, "poll");
    if (waits[0].revents) break;
    int fd = accept(door, NULL, NULL);
    must(fd >= 0, "accept");
    if (read(fd, block, 1) == 1) must(write(fd, block, 1) == 1, "write");
    while (read(fd, block, sizeof block) > 0) {}
    close(fd);
  }
  print_times(begin);
}

static int greet(const struct sockaddr_in *address) {
  int fd = open_socket();
  must(connect(fd, (const void *)address, sizeof *address) == 0, "connect");
  must(write(fd, block, 1) == 1, "write");
  must(read(fd, block, 1) == 1, "read");
  return fd;
}

int main(int count, char **words) {
  if (count < 4) return 2;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(words[3]))};
  must(inet_pton(AF_INET, words[2], &address.sin_addr) == 1, "address");
  if (strcmp(words[1], "serve") == 0) {
    serve(&address);
    return 0;
  }
  if (count < 5) return 2;
  // A connection that nobody answers is no figure.
  alarm(60);
  long long begin = now(CLOCK_MONOTONIC);
  long long left = atoll(words[4]);
  if (strcmp(words[1], "connect") == 0) {
    while (left-- > 0) close(greet(&address));
  } else {
    int fd = greet(&address);
    while (left > 0) {
      ssize_t sent = write(fd, block, left < (long long)sizeof block ? left : sizeof block);
      must(sent > 0, "write");
      left -= sent;
    }
    shutdown(fd, SHUT_WR);
    must(read(fd, block, 1) == 0, "end");
    close(fd);
  }
  print_times(begin);
  return 0;
}
