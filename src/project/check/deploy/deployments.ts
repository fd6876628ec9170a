import { formatBytes } from '../../../base/text/bytes.ts';
import type { Path } from '../../tree/path.ts';
import { quote } from '../../tree/wording.ts';
import { type Check, error } from '../checked.ts';

/** A value that `deploy` and a key of the service both have is the same. */
export const deployments: Check = ({ canonical, at }) =>
  Object.entries(canonical.services).flatMap(([name, service]) =>
    pairs.flatMap(({ key, path, show = String }) => {
      const [own, deployed] = [service[key], path.reduce<unknown>(below, service)];
      if (own === undefined || deployed === undefined || own === deployed) return [];
      const message = `${quote(key)} and ${quote(path.join('.'))} disagree`;
      const labels = [{ at: at('services', name, key), text: `this is ${show(own)}` }];
      const more = { label: `this is ${show(deployed)}`, labels, help: 'remove one of the two' };
      return [error('conflicting-keys', message, at('services', name, ...path), more)];
    }),
  );

const size = (bytes: unknown) => formatBytes(Number(bytes));
const limits = ['deploy', 'resources', 'limits'];

const pairs: readonly { key: string; path: Path; show?: (value: unknown) => string }[] = [
  { key: 'scale', path: ['deploy', 'replicas'] },
  { key: 'cpus', path: [...limits, 'cpus'] },
  { key: 'mem_limit', path: [...limits, 'memory'], show: size },
  { key: 'pids_limit', path: [...limits, 'pids'] },
  { key: 'mem_reservation', path: ['deploy', 'resources', 'reservations', 'memory'], show: size },
];

function below(value: unknown, step: string | number): unknown {
  return (value as Readonly<Record<string, unknown>> | undefined)?.[step];
}
