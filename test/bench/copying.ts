import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { longestPing } from './answering.ts';
import { type Place, writeProject } from './prepare.ts';
import type { Figures, Subject } from './rounds.ts';
import { timed } from './workload.ts';

const FILES = 50_000;
const FILES_PER_DIRECTORY = 100;
const MOST_BYTES = 8000;

/** The first copy into a volume, beside cp(1) and sync(1) on the same file system. */
export function copying(place: Place): readonly Subject[] {
  const content = join(place.root, 'content');
  const copy = join(place.state, 'cp');
  const flush = (): number => timed('sync', ['-f', place.state], place);
  let isMade = false;
  return [
    {
      name: 'copy',
      run: async (): Promise<Figures> => {
        if (!isMade) makeContent(content);
        isMade = true;
        rmSync(copy, { recursive: true, force: true });
        flush();
        const beside = timed('cp', ['-a', content, copy], place) + flush();
        return { 'cp and sync': beside, ...(await firstUp(place)) };
      },
      end: () => {
        for (const path of [content, copy]) rmSync(path, { recursive: true, force: true });
      },
    },
  ];
}

/** The `up -d` that fills the volume, and the longest `_ping` meanwhile. */
async function firstUp(place: Place): Promise<Figures> {
  const service = `{rootfs: ./root, command: [/bin/sleep, '1000'], volumes: [filled:/content], stop_grace_period: 0s}`;
  const file = writeProject(place.directory, 'copy', 1, service, 'name: copy\nvolumes: {filled: {}}');
  const words = ['--', place.tscompose, '--progress', 'quiet', '-f', file];
  const begin = performance.now();
  const up = spawn(process.execPath, [...words, 'up', '-d'], { env: place.environment, stdio: 'inherit' });
  const ended = new Promise<void>((resolve) => up.once('close', () => resolve()));
  const longest = await longestPing(
    join(place.environment.TSCOMPOSE_RUN_DIR!, 'copy/supervisor.sock'),
    ended,
  );
  const whole = performance.now() - begin;
  const target = join(place.environment.TSCOMPOSE_STATE_DIR!, '.volumes/copy_filled/data');
  const count = execFileSync('find', [target, '-type', 'f', '-printf', '.'], { encoding: 'utf8' }).length;
  timed(process.execPath, [...words, 'down', '-v'], place);
  if (up.exitCode !== 0 || count !== FILES) throw new Error(`up: ${up.exitCode}, ${count} files copied`);
  return { 'copy up': whole, 'copy ping': longest };
}

function makeContent(directory: string): void {
  for (let file = 0; file < FILES; file++) {
    const parent = join(directory, String(Math.floor(file / FILES_PER_DIRECTORY)));
    if (file % FILES_PER_DIRECTORY === 0) mkdirSync(parent, { recursive: true });
    writeFileSync(join(parent, String(file)), 'x'.repeat((file * 97) % MOST_BYTES));
  }
}
