import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { END_OF_ARCHIVE } from '../../src/images/tar/writer.ts';
import { directory, file, type Member, memberBytes } from '../images/tar/archive.ts';
import { type Place, writeProject } from './prepare.ts';
import type { Figures, Subject } from './rounds.ts';
import { timed } from './workload.ts';

const FILES = 10_000;
const FILE_BYTES = 100_000;
const ENTRIES = 1_000_000;
const AT_ONCE = 1000;

/**
 * The most memory that a process of tscompose has while an archive comes into the store and becomes the root of a
 * container: a layer of 1 GB, whose size does not matter, and one of a million entries, whose number does. Measured once.
 */
export function memory(place: Place): readonly Subject[] {
  const content = 'x'.repeat(FILE_BYTES);
  return [
    layer(place, 'layer of 1 GB', FILES, (name) => file(name, content)),
    layer(place, 'layer of 1 M entries', ENTRIES, (name) => file(name)),
  ];
}

function layer(place: Place, name: string, files: number, member: (path: string) => Member): Subject {
  let known: Figures | undefined;
  return { name, run: async () => (known ??= { [`${name} MB`]: await most(place, files, member) }) };
}

async function most(place: Place, files: number, member: (path: string) => Member): Promise<number> {
  const tar = join(place.directory, 'layer.tar');
  for (let number = 0; number < files; number += AT_ONCE) {
    const parent = `d${number / AT_ONCE}`;
    const members = Array.from({ length: AT_ONCE }, (_, index) => member(`${parent}/${index}`));
    appendFileSync(tar, Buffer.concat([directory(parent), ...members].map(memberBytes)));
  }
  const busybox = readFileSync(join(place.root, 'bin/busybox'));
  const program = { ...file('true'), mode: 0o755, content: busybox };
  appendFileSync(tar, Buffer.concat([memberBytes(program), END_OF_ARCHIVE]));
  const project = writeProject(
    place.directory,
    'memory',
    1,
    `{image: 'memory:1', command: [/true]}`,
    'name: memory',
  );
  const loading = await peak(place, ['load', '--tag', 'memory:1', tar]);
  const making = await peak(place, ['-f', project, 'up', '-d']);
  for (const words of [
    ['-f', project, 'down'],
    ['rmi', 'memory:1'],
  ])
    timed(process.execPath, ['--', place.tscompose, '--progress', 'quiet', ...words], place);
  rmSync(tar);
  return Math.max(loading, making);
}

/** MB, of the largest of the processes of a command. */
async function peak(place: Place, words: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, ['--', place.tscompose, '--progress', 'quiet', ...words], {
    env: place.environment,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  let kilobytes = 0;
  // A process keeps its peak until its end, and does not grow in its last milliseconds.
  const looking = setInterval(() => {
    kilobytes = Math.max(kilobytes, ...processesOf(place).map(peakOf));
  }, 20);
  const [code] = await once(child, 'close');
  clearInterval(looking);
  if (code !== 0) throw new Error(`${words.join(' ')}: exit code ${code}`);
  return kilobytes / 1024;
}

/** Those of this benchmark, the supervisor among them. */
const processesOf = ({ tscompose }: Place): readonly string[] =>
  readdirSync('/proc').filter(
    (name) =>
      /^\d+$/.test(name) && name !== `${process.pid}` && read(`/proc/${name}/cmdline`).includes(tscompose),
  );

const peakOf = (pid: string): number =>
  Number(/^VmHWM:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // It has ended meanwhile.
    return '';
  }
};
