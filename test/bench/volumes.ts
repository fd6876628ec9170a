import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Place, writeProject } from './prepare.ts';
import type { Figures, Subject } from './rounds.ts';
import { startsOf, timed } from './workload.ts';

/** Services, and volumes of each. */
export const MOUNTED = { services: 100, volumes: 10 } as const;

/** The cost of named volumes that are there, in the starts of a hundred services. */
export function volumes(place: Place): readonly Subject[] {
  const numbers = Array.from({ length: MOUNTED.volumes }, (_, index) => index);
  const mounted = (directory: string): readonly [more: string, top: string] => [
    `, volumes: [${numbers.map((number) => `'v${number}:/${directory}/v${number}'`).join(', ')}]`,
    `volumes: {${numbers.map((number) => `v${number}: {name: bench-${directory}${number}}`).join(', ')}}`,
  ];
  // An image has the target of its volume. In place of one that is missing, overlayfs makes a directory at each start.
  for (const number of numbers) mkdirSync(join(place.root, 'srv', `v${number}`), { recursive: true });
  const run = (name: string, more: string, top: string): number => {
    const service = `{rootfs: ./root, command: [/bin/sleep, '1000'], stop_grace_period: 0s${more}}`;
    const file = writeProject(place.directory, name, MOUNTED.services, service, `name: ${name}\n${top}`);
    const words = ['--', place.tscompose, '--progress', 'json', '-f', file];
    const up = spawnSync(process.execPath, [...words, 'up', '-d'], {
      encoding: 'utf8',
      env: place.environment,
    });
    timed(process.execPath, [...words, 'down'], place);
    if (up.status !== 0) throw new Error(up.stderr);
    return startsOf(up.stderr);
  };
  return [
    {
      name: 'volumes',
      // The volumes stay, and the first round makes them.
      run: (): Figures => ({
        'starts unmounted': run('unmounted', '', ''),
        'starts mounted': run('mounted', ...mounted('srv')),
        'starts elsewhere': run('elsewhere', ...mounted('tmp')),
      }),
    },
  ];
}
