import { closeSync, openSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { elf } from '../../../kernel/direct/elf.ts';
import { connectTo, listenAt } from '../../../kernel/ffi/packet-socket.ts';
import { openPidfd, sendSignal } from '../../../kernel/ffi/process.ts';
import type { Readiness } from '../../../kernel/ffi/readiness.ts';
import { childProcess } from '../../../kernel/launch/child.ts';
import { spawnProgram } from '../../../kernel/native/spawn-program.ts';
import { ARCHITECTURE } from '../../../kernel/program/architecture.ts';
import { relayCode } from '../../../kernel/relay/code.ts';
import { RelayConnection, RelayGone } from '../../../kernel/relay/connection.ts';
import { PROTOCOL } from '../../../kernel/relay/control.ts';

export type RelayPaths = {
  /** The unix socket on which the relay listens. */
  readonly socket: string;
  /** Where its program can be for a moment, on a file system that allows execution. */
  readonly program: string;
};

/** Milliseconds. A UDP client is forgotten after three to four of them without a datagram. */
const PERIOD = 30_000;

/** The relay that an earlier supervisor has started; undefined if none runs. */
export const findRelay = async (
  { socket }: RelayPaths,
  readiness: Readiness,
  period = PERIOD,
): Promise<RelayConnection | undefined> => {
  const door = connectTo(socket);
  if (door === undefined) return undefined;
  const connection = new RelayConnection(door, readiness);
  try {
    if ((await connection.greet(period)) === PROTOCOL) return connection;
    if (connection.pid !== undefined) await kill(connection.pid, readiness);
  } catch (error) {
    if (!(error instanceof RelayGone)) throw error;
  }
  connection.close();
  return undefined;
};

/** Starts the process of the relay. Throws a SpawnError. */
export const startRelay = async (
  paths: RelayPaths,
  readiness: Readiness,
  period = PERIOD,
): Promise<RelayConnection> => {
  rmSync(paths.socket, { force: true });
  const door = listenAt(paths.socket);
  // Connected before it runs: if this process is killed now, the relay finds the end of the connection, and ends.
  const own = connectTo(paths.socket);
  if (own === undefined) throw new Error('the relay of published ports cannot be reached');
  const connection = new RelayConnection(own, readiness);
  const nothing = openSync('/dev/null', 'r+');
  try {
    const child = childProcess(spawn([nothing, nothing, nothing, door], paths.program), readiness);
    child.exited.catch(() => {});
  } catch (error) {
    connection.close();
    throw error;
  } finally {
    closeSync(door);
    closeSync(nothing);
  }
  await connection.greet(period);
  return connection;
};

/** Its command line, as ps(1) shows it. */
const NAME = 'tscompose relay';

const spawn = (descriptors: readonly number[], path: string): number =>
  spawnProgram(
    { name: 'tscompose-relay', file: elf(relayCode(ARCHITECTURE), ARCHITECTURE), path },
    descriptors,
    {
      arguments: [NAME],
    },
  );

/** Ends a relay of another version; its ports are free when this resolves. */
const kill = (pid: number, readiness: Readiness): Promise<void> =>
  new Promise((resolve) => {
    const pidfd = openPidfd(pid);
    if (pidfd === undefined) return resolve();
    readiness.watch(pidfd, () => {
      readiness.forget(pidfd);
      closeSync(pidfd);
      resolve();
    });
    sendSignal(pidfd, constants.signals.SIGKILL);
  });
