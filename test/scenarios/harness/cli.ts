import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { resolve } from 'node:path';
import { patience } from '../../patience.ts';
import { eventually } from './eventually.ts';

/** The built command line; scenarios run what is shipped. */
export const tscomposePath = resolve(
  process.env.TSCOMPOSE_DIST ?? resolve(import.meta.dirname, '../../../dist/tscompose.js'),
);

export type Result = {
  readonly command: string;
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
};

/** A command that runs while the scenario goes on. */
export type Background = {
  readonly pid: number;
  readonly stdin: NodeJS.WritableStream;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly signal: (name: NodeJS.Signals) => void;
  readonly ended: Promise<Result>;
  /** Called at once when it prints something. */
  readonly onOutput: (listener: () => void) => void;
  /** Waits until it has printed this, on either stream. */
  readonly prints: (text: string | RegExp, seconds?: number) => Promise<unknown>;
};

export type Options = {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Its input; nothing by default. */
  readonly input?: string;
  /** Its standard input stays open and can be written to. */
  readonly interactive?: boolean;
  readonly timeout?: number;
};

export function start(program: string, words: readonly string[], options: Options): Background {
  const isOpen = options.interactive || options.input !== undefined;
  const child = spawn(program, [...words], {
    cwd: options.cwd,
    env: options.env,
    stdio: [isOpen ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream]!.setEncoding('utf8').on('data', (text: string) => {
      output[stream] += text;
    });
  child.stdin?.on('error', () => {});
  if (options.input !== undefined) child.stdin!.end(options.input);
  return {
    pid: child.pid!,
    stdin: child.stdin!,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    signal: (name) => void child.kill(name),
    onOutput: (listener) => {
      for (const stream of [child.stdout, child.stderr]) stream!.on('data', listener);
    },
    ended: endOf(child, words.slice(words.indexOf(tscomposePath) + 1).join(' '), output, options.timeout),
    prints: (text, seconds) =>
      eventually(
        `${text} is printed`,
        () => {
          const all = output.stdout + output.stderr;
          if (typeof text === 'string' ? all.includes(text) : text.test(all)) return true;
          throw new Error(`stdout:\n${output.stdout}\nstderr:\n${output.stderr}`);
        },
        seconds,
      ),
  };
}

function endOf(
  child: ChildProcess,
  command: string,
  output: { stdout: string; stderr: string },
  allowed = 60_000,
): Promise<Result> {
  const timeout = allowed * patience;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      output.stderr += `\n(killed by the test after ${timeout / 1000} s)`;
      child.kill('SIGKILL');
    }, timeout);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      // As a shell says it.
      resolve({ command, code: code ?? 128 + constants.signals[signal!], ...output });
    });
  });
}
