import { execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync, readlinkSync } from 'node:fs';
import type { ExecutionContext } from 'ava';
import { execute } from '../../../src/kernel/launch/execute.ts';
import { call } from '../../../src/kernel/program/program.ts';
import { eventually } from './eventually.ts';

/** A host and its neighbours, each in a network namespace of its own; the machine that runs the tests is not touched. */
export type Outside = {
  /** A neighbour at another address of the host's link: `198.51.100.9`. */
  readonly neighbour: Machine;
  /** A machine behind another link of the host: `203.0.113.9`. */
  readonly other: Machine;
  /** Runs a program on the host. */
  readonly host: (program: string, ...words: readonly string[]) => string;
};

export type Machine = {
  readonly run: (program: string, ...words: readonly string[]) => string;
  /** Answers every TCP connection to the port with the address that it comes from. */
  readonly serve: (port: number) => Promise<void>;
  /** The text of a TCP server; empty if the connection is not made within a second. */
  readonly ask: (address: string, port: number) => string;
  /** The error of socat for a connection that is not made. */
  readonly refusal: (address: string, port: number) => string;
};

export const HOST = '198.51.100.1';
export const NEIGHBOUR = '198.51.100.9';
export const OTHER = '203.0.113.9';

/** Moves this thread and all programs that it starts from now on to the host's network namespace, until the test ends. */
export const openOutside = async (t: ExecutionContext): Promise<Outside> => {
  const wayBack = openSync('/proc/thread-self/ns/net', 'r');
  if (execute(call('unshare', 'CLONE_NEWNET')) !== 0) throw new Error('no network namespace');
  t.teardown(() => {
    execute(call('setns', wayBack, 'CLONE_NEWNET'));
    closeSync(wayBack);
  });
  const host: Outside['host'] = (program, ...words) =>
    execFileSync(program, [...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  // A new namespace may take the settings of the machine over.
  host('sysctl', '-qw', 'net.ipv4.ip_forward=0', 'net.ipv6.conf.all.forwarding=0');
  host('ip', 'link', 'set', 'lo', 'up');
  const neighbour = await openMachine(t);
  const other = await openMachine(t);
  for (const [machine, link, net] of [
    [neighbour, 'up0', '198.51.100'],
    [other, 'up1', '203.0.113'],
  ] as const) {
    host('ip', 'link', 'add', link, 'type', 'veth', 'peer', 'name', 'e0', 'netns', String(machine.pid));
    host('ip', 'addr', 'add', `${net}.1/24`, 'dev', link);
    host('ip', 'link', 'set', link, 'up');
    machine.run('ip', 'addr', 'add', `${net}.9/24`, 'dev', 'e0');
    machine.run('ip', 'link', 'set', 'e0', 'up');
    machine.run('ip', 'route', 'add', 'default', 'via', `${net}.1`);
  }
  host('ip', 'route', 'add', 'default', 'via', NEIGHBOUR);
  return { neighbour, other, host };
};

const openMachine = async (t: ExecutionContext): Promise<Machine & { readonly pid: number }> => {
  const holder = spawn('unshare', ['-n', 'sleep', '1000'], { stdio: 'ignore' });
  t.teardown(() => void holder.kill('SIGKILL'));
  const pid = holder.pid as number;
  const own = readlinkSync('/proc/thread-self/ns/net');
  await eventually('a network namespace', () => {
    if (readlinkSync(`/proc/${pid}/ns/net`) === own) throw new Error('not yet');
    return true;
  });
  const words = (program: string, rest: readonly string[]): string[] => [
    '-t',
    String(pid),
    '-n',
    program,
    ...rest,
  ];
  const run: Machine['run'] = (program, ...rest) =>
    execFileSync('nsenter', words(program, rest), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  run('ip', 'link', 'set', 'lo', 'up');
  // The kernel connects; the server may be slow.
  const asked = (address: string, port: number) => {
    try {
      return { said: run('socat', '-T20', '-', `TCP:${address}:${port},connect-timeout=1`).trim() };
    } catch (error) {
      return { said: '', refusal: (error as { readonly stderr: string }).stderr };
    }
  };
  const ask: Machine['ask'] = (address, port) => asked(address, port).said;
  return {
    pid,
    run,
    ask,
    refusal: (address, port) => asked(address, port).refusal ?? '',
    serve: async (port) => {
      const server = spawn(
        'nsenter',
        words('socat', [`TCP-LISTEN:${port},fork,reuseaddr`, 'SYSTEM:echo from $SOCAT_PEERADDR']),
        { stdio: 'ignore' },
      );
      t.teardown(() => void server.kill('SIGKILL'));
      await eventually('the server answers', () => {
        if (ask('127.0.0.1', port) === '') throw new Error('not yet');
        return true;
      });
    },
  };
};
