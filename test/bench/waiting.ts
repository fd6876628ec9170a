import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, type Place, writeProject } from './prepare.ts';
import { type Figures, median, type Subject } from './rounds.ts';
import { timed } from './workload.ts';

const CHAIN = 12;

/** How long a service waits when nothing is left to wait for: a chain of one-shots, each after the one before. */
export function waiting(place: Place): readonly Subject[] {
  const times = join(place.directory, 'times');
  mkdirSync(times, { recursive: true });
  if (!compile('stamp.c', join(times, 'stamp'), ['-static'])) return [];
  const service = (index: number): string => {
    const needs = `depends_on: {s${index - 1}: {condition: service_completed_successfully}}`;
    const command = `[/times/stamp, /times/begin${index}, /times/end${index}]`;
    const own = `rootfs: host, volumes: ['${times}:/times'], command: ${command}`;
    return `{${own}${index === 1 ? '' : `, ${needs}`}}`;
  };
  const file = writeProject(place.directory, 'waiting', CHAIN, service, 'name: waiting');
  const words = ['--', place.tscompose, '--progress', 'quiet', '-f', file];
  return [
    {
      name: 'waiting',
      run: (): Figures => {
        timed(process.execPath, [...words, 'up', '-d'], place);
        const at = (name: string): number => Number(readFileSync(join(times, name), 'utf8')) / 1e6;
        // `up` returns when the last has started; what it writes may come later.
        const gaps = Array.from(
          { length: CHAIN - 2 },
          (_, number) => at(`begin${number + 2}`) - at(`end${number + 1}`),
        );
        timed(process.execPath, [...words, 'down'], place);
        return { 'ready to begin': median(gaps) };
      },
    },
  ];
}
