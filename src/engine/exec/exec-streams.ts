import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Duplex, Readable } from 'node:stream';
import { frame } from '../../api/frames.ts';
import type { ConsoleSize } from '../../base/console-size.ts';
import { pipe } from '../../kernel/ffi/descriptors.ts';
import type { Readiness } from '../../kernel/ffi/readiness.ts';
import { openContainerTerminal } from '../../kernel/ffi/terminal.ts';
import type { Values } from '../../kernel/launch/launch.ts';
import type { Output } from '../health/output.ts';
import { endAndDiscard } from '../streams/end-and-discard.ts';
import { openTerminal } from '../streams/terminal.ts';

/** The streams of an exec process in a container, and their connection to the caller. */
export type ExecStreams = {
  readonly values: Values;
  readonly handedOver: () => void;
  readonly abandon: () => void;
  readonly resize: (columns: number, rows: number) => void;
  /** Connects the process to the caller; resolves when all output was passed on. */
  readonly connect: (open: (() => Duplex) | undefined) => Promise<void>;
  readonly finish: () => void;
};

/** The Program opens the null device itself. */
export const nullStreams = (): ExecStreams => {
  const nothing = (): void => {};
  return {
    values: {},
    handedOver: nothing,
    abandon: nothing,
    resize: nothing,
    connect: async () => {},
    finish: nothing,
  };
};

/** No input, and the output of both streams into one pipe. */
export const outputStreams = (
  { writer, handOver }: Pick<Output, 'writer' | 'handOver'>,
  { '$host.null': input }: Values,
): ExecStreams => ({
  ...nullStreams(),
  values: { $stdin: input!, $stdout: writer, $stderr: writer },
  handedOver: handOver,
});

export const pipeStreams = (): ExecStreams => {
  const [input, output, errors] = [pipe(), pipe(), pipe()];
  const stdin = new Socket({ fd: input[1], readable: false, writable: true });
  const stdout = new Socket({ fd: output[0], readable: true, writable: false });
  const stderr = new Socket({ fd: errors[0], readable: true, writable: false });
  stdin.on('error', () => stdin.destroy());
  const all = [stdin, stdout, stderr];
  let connection: Duplex | undefined;
  return {
    values: { $stdin: input[0], $stdout: output[1], $stderr: errors[1] },
    handedOver: () => {
      for (const fd of [input[0], output[1], errors[1]]) closeSync(fd);
    },
    abandon: () => {
      for (const stream of all) stream.destroy();
    },
    resize: () => {},
    connect: async (open) => {
      connection = open?.();
      if (!connection) return;
      connection.pipe(stdin);
      // A caller that disconnects ends standard input; input for an ended program is read and discarded.
      connection.once('close', () => stdin.end());
      stdin.once('close', () => connection?.resume());
      await Promise.all(
        (
          [
            ['stdout', stdout],
            ['stderr', stderr],
          ] as const
        ).map(
          ([name, stream]) =>
            new Promise<void>((resolve) => {
              stream.on('data', (chunk: Buffer) => passOn(stream, connection!, frame(name, chunk)));
              stream.once('close', resolve);
              connection!.once('close', () => stream.destroy());
            }),
        ),
      );
    },
    finish: () => {
      stdin.destroy();
      if (connection) endAndDiscard(connection);
    },
  };
};

export const terminalStreams = (
  readiness: Readiness,
  pid: number,
  size: ConsoleSize | undefined,
): ExecStreams => {
  const { master, slave } = openContainerTerminal(pid);
  const terminal = openTerminal(readiness, master, () => {});
  if (size) terminal.resize(size[1], size[0]);
  // Output before the caller connects waits in the terminal.
  terminal.output.pause();
  let connection: Duplex | undefined;
  return {
    values: { $stdin: slave, $stdout: slave, $stderr: slave },
    handedOver: () => closeSync(slave),
    abandon: () => terminal.output.destroy(),
    resize: terminal.resize,
    connect: async (open) => {
      connection = open?.();
      connection?.pipe(terminal.input);
      // The end of a connection is noticed only while it is read.
      terminal.input.once('close', () => connection?.resume());
      connection?.once('close', () => terminal.output.resume());
      terminal.onOutput((chunk) => connection && passOn(terminal.output, connection, chunk));
      terminal.output.resume();
      await terminal.finished;
    },
    finish: () => connection && endAndDiscard(connection),
  };
};

/** Pauses the source while its reader is behind. */
const passOn = (source: Readable, reader: Duplex, bytes: Buffer): void => {
  if (reader.destroyed || reader.write(bytes)) return;
  source.pause();
  reader.once('drain', () => source.resume());
};
