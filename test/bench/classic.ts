import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A bridge with two containers as one makes it by hand, in a host of its own: the rules of others do not slow it. */
export type Classic = {
  /** The command that begins a program in the host. */
  readonly host: readonly string[];
  /** Those that begin it in the containers. */
  readonly inside: readonly (readonly string[])[];
  readonly addresses: readonly string[];
  /** Port 8080 of this address leads to port 80 of the first container. */
  readonly gateway: string;
  readonly end: () => void;
};

const GATEWAY = '10.213.0.1';
const ADDRESSES = ['10.213.0.2', '10.213.0.3'];

/** Throws where ip(8) or nft(8) is missing. */
export async function classic(): Promise<Classic> {
  const spaces = await Promise.all(Array.from({ length: 1 + ADDRESSES.length }, namespace));
  const end = (): void => spaces.forEach((process) => void process.kill('SIGKILL'));
  const [host = [], ...inside] = spaces.map(({ pid }) => ['nsenter', '-t', `${pid}`, '-n']);
  const run = (where: readonly string[], words: string, input?: string): void => {
    const [first, ...rest] = [...where, ...words.split(' ')];
    execFileSync(first!, rest, { input, stdio: ['pipe', 'ignore', 'pipe'] });
  };
  try {
    for (const words of ['link add br0 type bridge', `address add ${GATEWAY}/24 dev br0`, 'link set br0 up'])
      run(host, `ip ${words}`);
    for (const [index, address] of ADDRESSES.entries()) {
      const [cable, own] = [`c${index}`, inside[index]!];
      run(host, `ip link add ${cable} master br0 type veth peer name eth0 netns ${spaces[1 + index]!.pid}`);
      run(host, `ip link set ${cable} up`);
      run(own, `ip address add ${address}/24 dev eth0`);
      run(own, 'ip link set eth0 up');
      run(own, `ip route add default via ${GATEWAY}`);
    }
    // By its path: under `npm run` a package of that name is found first.
    run(host, '/usr/sbin/nft -f -', RULES);
  } catch (error) {
    end();
    throw error;
  }
  return { host, inside, addresses: ADDRESSES, gateway: GATEWAY, end };
}

/** A process in a network namespace of its own. */
export async function namespace(): Promise<ChildProcess> {
  const process = spawn('unshare', ['-n', 'sleep', 'infinity'], { stdio: 'ignore' });
  const of = (pid: number | string): string => readlinkSync(`/proc/${pid}/ns/net`);
  while (of(process.pid!) === of('self')) await sleep(1);
  return process;
}

/** As in the documents of Docker and nftables: one port, the way out, and no way in but those. */
const RULES = `table ip classic {
  chain prerouting {
    type nat hook prerouting priority dstnat
    fib daddr type local tcp dport 8080 dnat to ${ADDRESSES[0]}:80
  }
  chain output {
    type nat hook output priority -100
    ip daddr != 127.0.0.0/8 fib daddr type local tcp dport 8080 dnat to ${ADDRESSES[0]}:80
  }
  chain postrouting {
    type nat hook postrouting priority srcnat
    ip saddr 10.213.0.0/24 oifname != "br0" masquerade
  }
  chain forward {
    type filter hook forward priority filter
    oifname "br0" ct state established,related accept
    oifname "br0" iifname "br0" accept
    oifname "br0" ct status dnat accept
    oifname "br0" drop
  }
}
`;
