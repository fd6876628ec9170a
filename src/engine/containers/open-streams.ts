import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Container } from '../../container/facts.ts';
import { pipe } from '../../kernel/ffi/descriptors.ts';
import type { Values } from '../../kernel/launch/launch.ts';
import type { Context } from '../context/context.ts';
import { keepLogs, type LogKeeper } from '../logs/keeper.ts';
import { logOf } from '../logs/log-of.ts';
import { LogStore } from '../logs/store.ts';
import type { ContainerRecord } from '../record/project-record.ts';
import { openTerminal } from '../streams/terminal.ts';
import type { Streams } from './watch.ts';

type Opened = {
  readonly values: Values;
  /** The process exists: output can arrive. */
  readonly begin: () => void;
  /** The process has its own copies of the descriptors. */
  readonly handedOver: () => void;
  readonly abandon: () => void;
  readonly take: (master: number | undefined) => Streams;
};

/** The ends of the standard streams of a container that is about to start, and the keeper of its log. */
export const openStreams = (
  context: Context,
  record: ContainerRecord,
  { stdio, places }: Container,
): Opened => {
  const log = logOf(context, record);
  if (stdio === 'terminal')
    return {
      values: {},
      begin: () => {},
      handedOver: () => {},
      abandon: () => {},
      take: (master) => {
        const store = new LogStore(log, true);
        const terminal = openTerminal(context.readiness, master as number, (bytes) =>
          store.write(bytes, 'stdout'),
        );
        return {
          terminal,
          stdin: terminal.input,
          end: () => terminal.finished.then(() => store.close()),
        };
      },
    };
  const input = record.definition.stdinOpen ? pipe() : undefined;
  let logs: LogKeeper | undefined;
  const stdin = input ? new Socket({ fd: input[1], readable: false, writable: true }) : undefined;
  stdin?.on('error', () => stdin.destroy());
  return {
    values: input ? { $stdin: input[0] } : {},
    begin: () => {
      logs = keepLogs(context.readiness, places.run, log, true);
    },
    handedOver: () => {
      if (input) closeSync(input[0]);
    },
    abandon: () => {
      logs?.end();
      stdin?.destroy();
    },
    take: () => {
      logs?.park(context.parking);
      return {
        ...(logs ? { logs } : {}),
        ...(stdin ? { stdin } : {}),
        end: () => {
          logs?.end();
          stdin?.destroy();
        },
      };
    },
  };
};
