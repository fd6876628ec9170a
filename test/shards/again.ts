import { spawnSync } from 'node:child_process';
import { type End, readEnds } from './ends.ts';
import { filesOf, type Kind, shardPath, shardsOf, titleOf } from './files.ts';

/** A run with more failures than this has a cause that no repetition explains. */
export const FEW = 3;

/**
 * Repeats the few tests of a run that failed, each by itself when nothing else runs any more: the scenarios share two
 * processors with each other and a virtual machine, and a test that fails there and passes here shows a race that is to
 * be mended, not a broken program. Returns the titles of those that passed now, or undefined when there is nothing to
 * repeat or the run stays a failure: another one, more than a few, or a shard that did not come to its end.
 */
export function again(kinds: readonly Kind[], file: string): readonly string[] | undefined {
  const failures = repeatable(kinds, readEnds(file));
  if (!failures) return undefined;
  const passed = failures.filter(passesAlone).map(({ title }) => title);
  return passed.length === failures.length ? passed : undefined;
}

type Failure = { readonly kind: Kind; readonly file: string; readonly title: string };

export function repeatable(kinds: readonly Kind[], ends: readonly End[]): readonly Failure[] | undefined {
  const ended = new Set(ends.flatMap((end) => (end.ended ? [shardPath(end.shard)] : [])));
  const failed = ends.filter((end) => end.failed !== undefined);
  if (failed.length === 0 || failed.length > FEW) return undefined;
  if (!kinds.flatMap(shardsOf).every((shard) => ended.has(shard))) return undefined;
  const failures = failed.flatMap((end): readonly Failure[] => {
    const kind = end.shard.split('-')[0] as Kind;
    const file = filesOf(shardPath(end.shard)).find((one) => titleOf(one, end.failed!) !== undefined);
    return file === undefined ? [] : [{ kind, file, title: titleOf(file, end.failed!)! }];
  });
  return failures.length === failed.length ? failures : undefined;
}

function passesAlone({ kind, file, title }: Failure): boolean {
  // ava's patterns have * and a leading !.
  const pattern = title.replaceAll(/[*!\\]/g, '\\$&');
  const { status } = spawnSync('npx', ['ava', '--serial', file, `--match=${pattern}`], {
    stdio: 'inherit',
    env: { ...process.env, ...(kind === 'reexec' && { SCENARIO_RUNNER: 'reexec' }) },
  });
  return status === 0;
}
