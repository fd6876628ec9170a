import { formatBytes } from '../../../base/text/bytes.ts';
import type { Path } from '../../tree/path.ts';
import { quote } from '../../tree/wording.ts';
import { type Check, error } from '../checked.ts';

/** Limits are such as the kernel takes, and leave a process enough to start. */
export const leastLimits: Check = ({ canonical, at }) =>
  Object.entries(canonical.services).flatMap(([name, service]) =>
    limits.flatMap(({ path, least, most = Number.POSITIVE_INFINITY, show, label }) => {
      const value = Number(path.reduce<unknown>(below, service) ?? 0);
      if (value <= 0 || (value >= least && value <= most)) return [];
      const bound = value < least ? `at least ${show(least)}` : `at most ${show(most)}`;
      const message = `${quote(String(path.at(-1)))} must be ${bound}`;
      return [error('invalid-value', message, at('services', name, ...path), { label })];
    }),
  );

function below(value: unknown, step: string | number): unknown {
  return (value as Readonly<Record<string, unknown>> | undefined)?.[step];
}

/** In cpu.max(5) a period of 100 ms holds no less than 1 ms; Docker refuses less memory than 6 MiB. */
const cpus = { least: 0.01, show: String, label: 'the kernel accepts no less' };
const period = { least: 1000, show: String, label: 'the kernel takes from a millisecond to a second' };
const memory = { least: 6 * 1024 ** 2, show: formatBytes, label: 'a process needs more to start' };
const deployed: Path = ['deploy', 'resources', 'limits'];

const limits: readonly {
  readonly path: Path;
  readonly least: number;
  readonly most?: number;
  readonly show: (value: number) => string;
  readonly label: string;
}[] = [
  { path: ['cpus'], ...cpus },
  { path: [...deployed, 'cpus'], ...cpus },
  { path: ['cpu_period'], ...period, most: 1_000_000 },
  { path: ['cpu_quota'], ...period },
  { path: ['mem_limit'], ...memory },
  { path: [...deployed, 'memory'], ...memory },
];
