import { execFileSync } from 'node:child_process';
import { isNightly } from '../patience.ts';
import { eventually } from './harness/eventually.ts';
import { HOST, openOutside } from './harness/outside.ts';
import { needs } from './harness/scenario.ts';

const idle = 'command: [sleep, "1000"], stop_grace_period: 0s';

needs('dnsperf')('2,000 queries a second, over UDP and over TCP, and none is lost', async (t, project) => {
  project.compose(
    `services:\n  web: { ${idle} }\n  db: { ${idle}, networks: { default: { aliases: [store] } } }\n`,
  );
  await project.up();
  for (const protocol of ['udp', 'tcp']) {
    const queries = 'printf "db A\nstore A\ndb AAAA\nDB A\n" >/tmp/queries';
    const words = `dnsperf -m ${protocol} -s 127.0.0.11 -Q 2000 -l 1 -d /tmp/queries`;
    const said = await project.exec('web', 'sh', '-c', `${queries}; ${words}`);
    t.regex(said, /Queries lost: +0 /, protocol);
    t.regex(said, /NOERROR \d+ \(100\.00%\)/, protocol);
  }
});

/** Prints what getaddrinfo(3) says of each word, and milliseconds. */
const RESOLVE = `
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <time.h>
static long now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1000 + t.tv_nsec / 1000000; }
int main(int count, char **words) {
  for (int i = 1; i < count; i++) {
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *found = 0;
    long start = now();
    int error = getaddrinfo(words[i], "80", &hints, &found);
    printf("%s %ld", words[i], now() - start);
    for (struct addrinfo *one = found; one; one = one->ai_next) {
      char text[64];
      getnameinfo(one->ai_addr, one->ai_addrlen, text, sizeof text, 0, 0, NI_NUMERICHOST);
      printf(" %s", text);
    }
    puts(error ? " nothing" : "");
  }
}
`;

// musl waits five seconds where an answer about IPv6 does not come, and takes NXDOMAIN for the end of the name.
needs('busybox', 'musl-gcc')(
  'a program with musl finds names at once, all addresses of them',
  async (t, project) => {
    project.root();
    const program = project.path('root/bin/resolve');
    execFileSync('musl-gcc', ['-static', '-O2', '-x', 'c', '-o', program, '-'], { input: RESOLVE });
    project.compose(`services:
  web: { ${idle}, rootfs: ./root, extra_hosts: ["there=10.1.2.3"], links: ["db:store"] }
  db: { ${idle}, rootfs: ./root, scale: 3 }
  six: { ${idle}, rootfs: ./root, networks: [only6] }
  inside: { ${idle}, rootfs: ./root, networks: [secret] }
networks: { default: , only6: { enable_ipv4: false, enable_ipv6: true }, secret: { internal: true } }
`);
    await project.up();
    const said = await project.exec('web', 'resolve', 'db', 'db-1', 'DB', 'store', 'there', 'localhost');
    for (const line of said.split('\n')) {
      const [name, milliseconds, ...addresses] = line.split(' ');
      t.true(Number(milliseconds) < 2500, line);
      t.false(addresses.includes('nothing'), line);
      if (name!.toLowerCase() === 'db') t.is(addresses.length, 3, line);
    }
    const own = await project.exec('six', 'resolve', 'six');
    t.regex(own, / fd[0-9a-f:]+/);
    // Red without: NXDOMAIN in respond.ts.
    const [, milliseconds, ...found] = (await project.exec('inside', 'resolve', 'outside.test')).split(' ');
    t.deepEqual(found, ['nothing']);
    t.true(Number(milliseconds) < 2500, `${milliseconds} ms`);
  },
);

needs(
  'iperf3',
  'socat',
  'nft',
)(
  'published ports pass on what iperf3 sends, both ways, and live on after a flood of datagrams',
  async (t, project) => {
    const { neighbour, host } = await openOutside(t);
    project.compose(`services:
  web: { command: [iperf3, -s], stop_grace_period: 0s, ports: ["5201:5201", "5201:5201/udp"] }
`);
    await project.up();
    const received = (run: typeof host, ...words: readonly string[]): number => {
      const { end } = JSON.parse(run('iperf3', '-J', ...words));
      return (end.sum_received ?? end.sum)?.bytes ?? 0;
    };
    // The server refuses while it ends the test before.
    const limit = isNightly ? ['-t', '1'] : ['-n', '1M'];
    for (const [run, address] of [
      [neighbour.run, HOST],
      [host, '127.0.0.1'],
      [host, '::1'],
    ] as const)
      for (const words of [[], ['-R'], ['-u', '-b', '0']])
        await eventually(`${address} ${words.join(' ')}`, () => {
          if (received(run, ...limit, '-c', address, ...words) < 100_000) throw new Error('less');
          return true;
        });
    t.is(project.complaints(), '');
  },
);
