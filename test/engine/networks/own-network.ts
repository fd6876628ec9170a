import { execFileSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { ExecutionContext } from 'ava';
import { execute } from '../../../src/kernel/launch/execute.ts';
import { call } from '../../../src/kernel/program/program.ts';

/** Moves this thread, and the programs that it starts, to an empty network namespace until the test ends. */
export const inOwnNetwork = (t: ExecutionContext): void => {
  const host = openSync('/proc/thread-self/ns/net', 'r');
  t.is(execute(call('unshare', 'CLONE_NEWNET')), 0);
  t.teardown(() => {
    execute(call('setns', host, 'CLONE_NEWNET'));
    closeSync(host);
  });
};

/** nft(8), not the npm program of that name, in the network namespace of this thread. */
export const nft = (commands: string): string =>
  execFileSync('/usr/sbin/nft', ['-s', '-f', '-'], { input: commands, encoding: 'utf8' });

/** All rules, without the flags of tables: nft(8) of Debian 12 does not know all of them. */
export const listing = (): string => nft('list ruleset').replaceAll(/^\tflags .*\n/gm, '');
