import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ping } from './ping.ts';
import { type Place, writeProject } from './prepare.ts';
import type { Figures, Subject } from './rounds.ts';
import { supervisorOf, timed } from './workload.ts';

const FILES = 100_000;
const LOG_BYTES = 2 ** 30;

/** How soon the supervisor answers while it has much to do, and what that costs in memory. */
export function answering(place: Place): readonly Subject[] {
  return [removal(place), largeLog(place)];
}

function removal(place: Place): Subject {
  const words = projectWords(
    place,
    'layer',
    `{rootfs: ./root, command: [/bin/sleep, '1000'], stop_grace_period: 0s}`,
  );
  return {
    name: 'removal',
    run: async (): Promise<Figures> => {
      timed(process.execPath, [...words, 'up', '-d'], place);
      const touch = `cd /tmp && busybox seq ${FILES} | busybox xargs busybox touch`;
      timed(process.execPath, [...words, 'exec', '-T', 's1', '/bin/busybox', 'sh', '-c', touch], place);
      const begin = performance.now();
      const down = spawn(process.execPath, [...words, 'down'], { env: place.environment, stdio: 'ignore' });
      const ended = new Promise<void>((resolve) => down.once('close', () => resolve()));
      const longest = await longestPing(
        join(place.environment.TSCOMPOSE_RUN_DIR!, 'layer', 'supervisor.sock'),
        ended,
      );
      return { 'removal ping': longest, 'removal down': performance.now() - begin };
    },
  };
}

/** The longest wait for an answer, until something is over. */
export async function longestPing(socketPath: string, over: Promise<void>): Promise<number> {
  let isOver = false;
  void over.then(() => {
    isOver = true;
  });
  let longest = 0;
  while (!isOver) {
    const begin = performance.now();
    const isAnswered = await ping(socketPath);
    if (isAnswered) longest = Math.max(longest, performance.now() - begin);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return longest;
}

function largeLog(place: Place): Subject {
  const print = `busybox yes 'a line of text as programs print them, of some eighty bytes or so, with its end' | busybox head -c ${LOG_BYTES}; busybox sleep 1000`;
  const words = projectWords(
    place,
    'log',
    `{rootfs: ./root, command: [/bin/busybox, sh, -c, "${print}"], stop_grace_period: 0s}`,
  );
  let isPrinted = false;
  return {
    name: 'log',
    run: (): Figures => {
      if (!isPrinted) {
        timed(process.execPath, [...words, 'up', '-d'], place);
        waitForSize(join(place.environment.TSCOMPOSE_STATE_DIR!, 'log/logs/log-s1-1.stdout'), LOG_BYTES);
        isPrinted = true;
      }
      const supervisor = supervisorOf('log');
      // proc_pid_clear_refs(5): 5 makes the peak what it is now.
      writeFileSync(`/proc/${supervisor}/clear_refs`, '5');
      const whole = timed(process.execPath, [...words, 'logs', '--no-log-prefix'], place);
      const peak = Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${supervisor}/status`, 'utf8'))![1]);
      return {
        'log whole': whole,
        'log MB': peak / 1024,
        'log tail': timed(process.execPath, [...words, 'logs', '--tail', '10'], place),
      };
    },
    end: () => {
      if (isPrinted) timed(process.execPath, [...words, 'down'], place);
    },
  };
}

function waitForSize(path: string, size: number): void {
  while ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) < size) execFileSync('sleep', ['0.1']);
}

const projectWords = (place: Place, name: string, service: string): readonly string[] => [
  '--',
  place.tscompose,
  '--progress',
  'quiet',
  '-f',
  writeProject(place.directory, name, 1, service, `name: ${name}`),
];
