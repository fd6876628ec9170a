import { ChildProcess } from 'node:child_process';
import {
  closeSync,
  createReadStream,
  type ReadStream,
  readdirSync,
  readFileSync,
  readlinkSync,
} from 'node:fs';
import { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { Script } from 'node:vm';
import type { Main } from '../../../src/program.ts';
import { requireFrom } from '../../../src/require-quickly.ts';
import type { CommandLine } from './resident.ts';

/**
 * Runs one command line after the other with the commands that are shipped, compiled once. Each has modules of its own,
 * as in a process of its own, whose end is imitated: listeners are called and forgotten, descriptors closed.
 */
const [, , tscomposePath = ''] = process.argv;
process.argv = [process.execPath, tscomposePath];
const file = join(dirname(tscomposePath), 'program.js');
const script = new Script(readFileSync(file, 'latin1'), { filename: file });

const newCommands = (): { readonly main: Main } => {
  const module = { exports: {} as { readonly main: Main } };
  script.runInThisContext()(module.exports, requireFrom(file), module, file, dirname(file));
  return module.exports;
};

/** Standard input of the current command: /dev/null, which each reads to its end. */
let input: ReadStream | undefined;
Object.defineProperty(process, 'stdin', {
  get: () => {
    input ??= createReadStream('', { fd: 0, autoClose: false });
    return input;
  },
});

const EVENTS = ['exit', 'uncaughtException', 'SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const run = async ({ words, environment, cwd, mark }: CommandLine): Promise<void> => {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, environment);
  process.chdir(cwd);
  input = undefined;
  const open = descriptors();
  const { exitCode = 0 } = await newCommands().main(words);
  for (const listener of process.listeners('exit')) listener.call(process, exitCode);
  for (const event of EVENTS) process.removeAllListeners(event);
  process.removeAllListeners('exit');
  for (const stream of [process.stdout, process.stderr]) stream.removeAllListeners('error');
  closeOthers(open);
  // The place of a command must not keep a mount busy.
  process.chdir('/');
  process.stderr.write(mark);
  process.stdout.write(mark, () => process.send!(exitCode));
};

/** All that a command has opened, also where it does not keep the process. */
const children: ChildProcess[] = [];
const sockets: Socket[] = [];

/** Notes each object for which a method is called. */
const note = <Opened extends object>(prototype: Opened, method: keyof Opened, opened: Opened[]): void => {
  const original = prototype[method] as (...words: unknown[]) => unknown;
  Object.assign(prototype, {
    [method](this: Opened, ...words: unknown[]) {
      opened.push(this);
      return original.apply(this, words);
    },
  });
};
note(ChildProcess.prototype, 'spawn' as keyof ChildProcess, children);
note(Socket.prototype, 'connect', sockets);

const timers: NodeJS.Timeout[] = [];
const { setTimeout: setAnyTimeout } = globalThis;
globalThis.setTimeout = Object.assign((...words: Parameters<typeof setTimeout>) => {
  const timer = setAnyTimeout(...words);
  timers.push(timer);
  return timer;
}, setAnyTimeout);

/**
 * Nothing of the command is called any more: it would look for another supervisor. Pipes to children and connections
 * belong to Node.js; the rest are files. Descriptors of the event loop stay.
 */
const closeOthers = (open: ReadonlySet<number>): void => {
  for (const timer of timers.splice(0)) clearTimeout(timer);
  for (const child of children.splice(0)) {
    child.removeAllListeners();
    child.stdio.forEach(close);
  }
  sockets.splice(0).forEach(close);
  for (const fd of descriptors()) if (!open.has(fd) && isFile(fd)) closeSync(fd);
};

const close = (stream: Readable | Writable | null | undefined): void => {
  stream?.removeAllListeners();
  stream?.on('error', () => {});
  stream?.destroy();
};

const descriptors = (): ReadonlySet<number> => new Set(readdirSync('/proc/self/fd').map(Number));

const isFile = (fd: number): boolean => {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`).startsWith('/');
  } catch {
    return false;
  }
};

process.on('message', (line: CommandLine) => void run(line));
process.once('disconnect', () => process.exit());
