import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync, rmSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { isNightly, patience } from '../../patience.ts';
import { type Result, tscomposePath } from './cli.ts';
import { cache } from './small-root.ts';

export type CommandLine = {
  readonly words: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Printed to both streams at the end of the command. */
  readonly mark: string;
};

/**
 * A process that has loaded the commands that are shipped, and runs the command lines of scenarios one after the other:
 * most of the time of a command is the start of Node.js. Scenarios about streams, signals and the end of a process start
 * one; with TEST_NIGHTLY, each command line is a process.
 */
let resident: Resident | undefined;
let isBusy = false;

type Resident = { readonly child: ChildProcess; readonly inherited: string };

/** Attributes that a process inherits from this one, and that scenarios change. */
const inheritance = (): string =>
  `${readlinkSync('/proc/thread-self/ns/net')} ${getPriority()}\n${readFileSync('/proc/self/limits', 'utf8')}`;

/** Undefined when the command has to be a process of its own. */
export function runInResident(
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
  cwd: string,
): Promise<Result> | undefined {
  if (isBusy || isNightly || process.env.TEST_RESIDENT === '0') return undefined;
  isBusy = true;
  return residentHere()
    .then((child) => askResident(child, words, environment, cwd))
    .finally(() => {
      isBusy = false;
    });
}

const residentHere = async (): Promise<ChildProcess> => {
  const inherited = inheritance();
  if (resident && resident.inherited !== inherited) {
    resident.child.disconnect();
    resident = undefined;
  }
  resident ??= { child: startResident(await program()), inherited };
  return resident.child;
};

const startResident = (file: string): ChildProcess => {
  const child = spawn(process.execPath, [file, tscomposePath], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  // It ends with this process, and does not keep it.
  child.unref();
  child.channel!.unref();
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8');
    (stream as unknown as { unref: () => void }).unref();
  }
  return child;
};

/** JavaScript, which a virtual machine has; elsewhere it is made, as tsx would take longer to start than Node.js does. */
const program = async (): Promise<string> => {
  const source = import.meta.filename.replace(/(?=\.[jt]s$)/, '-program');
  if (source.endsWith('.js')) return source;
  const { buildSync } = await import('esbuild');
  const outfile = join(cache, `resident-${process.pid}.cjs`);
  buildSync({ entryPoints: [source], outfile, bundle: true, platform: 'node', format: 'cjs' });
  process.once('exit', () => rmSync(outfile, { force: true }));
  return outfile;
};

const askResident = (
  child: ChildProcess,
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
  cwd: string,
): Promise<Result> =>
  new Promise((resolve, reject) => {
    const mark = `\0${randomBytes(8).toString('hex')}\0`;
    const output = { stdout: '', stderr: '' };
    let code: number | undefined;
    const listeners = (['stdout', 'stderr'] as const).map((name) => {
      const listener = (text: string): void => {
        output[name] += text;
        settle();
      };
      child[name]!.on('data', listener);
      return () => void child[name]!.off('data', listener);
    });
    const settle = (): void => {
      if (code === undefined || !output.stdout.endsWith(mark) || !output.stderr.endsWith(mark)) return;
      finish(code);
    };
    const finish = (status: number): void => {
      clearTimeout(timer);
      child.unref();
      child.off('message', onCode).off('close', onClose).off('error', reject);
      for (const forget of listeners) forget();
      const [stdout, stderr] = [output.stdout.replace(mark, ''), output.stderr.replace(mark, '')];
      resolve({ command: words.join(' '), code: status, stdout, stderr });
    };
    const onCode = (status: unknown): void => {
      code = status as number;
      settle();
    };
    // A command can also end its process.
    const onClose = (status: number | null): void => {
      resident = undefined;
      finish(status ?? 137);
    };
    const timeout = 60_000 * patience;
    const timer = setTimeout(() => {
      output.stderr += `\n(killed by the test after ${timeout / 1000} s)`;
      child.kill('SIGKILL');
    }, timeout);
    child.ref();
    child.on('message', onCode).once('close', onClose).once('error', reject);
    child.send({ words, environment, cwd, mark } satisfies CommandLine);
  });
