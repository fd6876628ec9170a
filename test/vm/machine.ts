import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { ARCHITECTURES, type Architecture } from './architectures.ts';
import type { Base } from './image/base.ts';

export type MachineOptions = {
  readonly architecture: Architecture;
  /** In place of that of the architecture. */
  readonly processor?: string;
  readonly base: Base;
  /** The image of the second disk. */
  readonly project: string;
  /** Words for Linux's command line; what it does not know it gives to its first process as variables. */
  readonly words: readonly string[];
  /** The line of the first process on the disk when it is there, and the time until then. */
  readonly booted: RegExp;
  readonly bootSeconds: number;
  readonly seconds: number;
  /** Whether it may boot again, from the same disks; otherwise that is its end. */
  readonly reboots?: boolean;
  /** With the seconds of processor time that the machine has taken up to now. */
  readonly onLine: (line: string, processor: number) => void;
};

export type MachineEnd = { readonly problem?: string; readonly seconds: number };

/** Runs a virtual machine until it powers itself off, or until it has taken too long. What is on its disks stays. */
export function runMachine(options: MachineOptions): Promise<MachineEnd> {
  const { qemu, machine, console: serial, install } = ARCHITECTURES[options.architecture];
  const { kernel, initramfs, disk } = options.base;
  const child = spawn(
    qemu,
    [
      ...machine,
      ...(options.processor === undefined ? [] : ['-cpu', options.processor]),
      ...['-accel', 'tcg,thread=single,tb-size=512', '-smp', '1', '-m', '2048'],
      ...['-nodefaults', '-display', 'none', '-serial', 'stdio'],
      ...(options.reboots ? [] : ['-no-reboot']),
      ...['-kernel', kernel, '-initrd', initramfs],
      ...['-append', [`console=${serial}`, ...KERNEL_WORDS, ...options.words].join(' ')],
      ...[disk, options.project].flatMap((file) => [
        '-drive',
        `file=${file},format=raw,if=virtio,snapshot=on`,
      ]),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const started = Date.now();
  let problem: string | undefined;
  let processor = 0;
  let stoppedBy: string | undefined;
  const killAfter = (seconds: number, what: string) =>
    setTimeout(() => {
      problem = `${what} after ${seconds} s`;
      child.kill('SIGKILL');
    }, seconds * 1000);
  const boot = killAfter(options.bootSeconds, 'had not booted');
  const whole = killAfter(options.seconds, 'had not ended');
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (options.booted.test(line)) clearTimeout(boot);
    processor = processorSeconds(child.pid!) ?? processor;
    options.onLine(line, processor);
  });
  // A stop must not leave a machine behind that nobody watches.
  const stopped = (signal: NodeJS.Signals): void => {
    stoppedBy = signal;
    child.kill('SIGKILL');
  };
  for (const signal of SIGNALS) process.once(signal, stopped);
  return new Promise((resolve, reject) => {
    const end = (why?: string): void => {
      clearTimeout(boot);
      clearTimeout(whole);
      for (const signal of SIGNALS) process.off(signal, stopped);
      if (stoppedBy !== undefined) reject(new Error(`stopped by ${stoppedBy}`));
      const what = problem ?? why;
      resolve({ ...(what === undefined ? {} : { problem: what }), seconds: (Date.now() - started) / 1000 });
    };
    child.once('error', ({ message }) => end(`${message} (apt-get install ${install})`));
    child.once('close', (code, signal) =>
      end(code === 0 ? undefined : `${qemu} ended with ${signal ?? code}`),
    );
  });
}

/** proc_pid_stat(5), in hundredths of a second; undefined after the end of the process. */
function processorSeconds(pid: number): number | undefined {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return undefined;
  const fields = readFileSync(path, 'utf8').split(') ')[1]!.split(' ');
  return Math.round((Number(fields[11]) + Number(fields[12])) / 100);
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Quiet but for disasters, after which the machine ends at once; and programs at the same addresses in every process,
 * where the emulator has translated them already. Where the emulator is slow, its timer comes too late for the kernel's
 * test of timers, which ends in a panic: no_timer_check leaves it out.
 */
const KERNEL_WORDS = ['loglevel=3', 'panic=-1', 'mitigations=off', 'norandmaps', 'no_timer_check'];
