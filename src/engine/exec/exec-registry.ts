import { randomBytes } from 'node:crypto';
import type { AnswerOf } from '../../api/call.ts';
import type { ExecRequest, inspectExec } from '../../api/calls/exec.ts';
import { Problem } from '../../base/diagnostic.ts';
import type { ContainerRecord } from '../record/project-record.ts';
import type { InnerProcess } from './exec.ts';

/** The exec processes of all containers, by their id. */
export class ExecRegistry {
  readonly #execs = new Map<string, Exec>();

  add(container: ContainerRecord, request: ExecRequest): Exec {
    this.#forget();
    const exec = new Exec(container, request);
    this.#execs.set(exec.id, exec);
    // Moved to the end, after the ones that ended before.
    void exec.ended.then(() => this.#execs.delete(exec.id) && this.#execs.set(exec.id, exec));
    return exec;
  }

  /** Throws a Problem if the id is unknown or was dropped. */
  find(id: string): Exec {
    const exec = this.#execs.get(id);
    if (exec) return exec;
    throw new Problem({ severity: 'error', code: 'no-exec', message: `no such exec: ${id}` });
  }

  // Callers ask for the exit code after the end; the oldest processes are dropped first.
  #forget(): void {
    const idle = [...this.#execs.values()].filter(({ isRunning }) => !isRunning);
    for (const { id } of idle.slice(0, Math.max(0, idle.length - REMEMBERED + 1))) this.#execs.delete(id);
  }
}

/** Number of processes that ended or never started. */
const REMEMBERED = 256;

/** An exec process in a container, from its request to its end. */
export class Exec {
  /** 64 hexadecimal digits. */
  readonly id = randomBytes(32).toString('hex');
  readonly container: ContainerRecord;
  readonly request: ExecRequest;
  /** Resolves with the exit code when the process has ended and all its output was passed on. */
  readonly ended: Promise<number>;
  #end: (exitCode: number) => void = () => {};
  #hasBegun = false;
  #process: InnerProcess | undefined;
  #exitCode: number | undefined;

  constructor(container: ContainerRecord, request: ExecRequest) {
    this.container = container;
    this.request = request;
    this.ended = new Promise((resolve) => {
      this.#end = (exitCode) => {
        this.#exitCode = exitCode;
        resolve(exitCode);
      };
    });
  }

  get isRunning(): boolean {
    return this.#hasBegun && this.#exitCode === undefined;
  }

  /**
   * Starts the process with `start`, once, and then passes its output on with `connect`. Throws a Problem if it was
   * started before, and rethrows errors of `start`.
   */
  async start(
    start: () => Promise<InnerProcess>,
    connect: (process: InnerProcess) => Promise<void>,
  ): Promise<void> {
    if (this.#hasBegun) throw new Problem(hasBegun(this));
    this.#hasBegun = true;
    try {
      this.#process = await start();
    } catch (error) {
      this.#end(exitCodeOf(error));
      throw error;
    }
    const { exited, finish } = this.#process;
    const isPassedOn = connect(this.#process);
    void exited.then(async (exitCode) => {
      await isPassedOn;
      this.#end(exitCode);
      finish();
    });
  }

  /** False if the process does not run. */
  signal(number: number): boolean {
    return this.isRunning && (this.#process?.signal(number) ?? false);
  }

  resize(columns: number, rows: number): void {
    if (this.isRunning) this.#process?.resize(columns, rows);
  }

  /** The supported part of the Docker Engine API's exec object. */
  inspect(): AnswerOf<typeof inspectExec> {
    const { Cmd, Tty = false, User = '', Privileged = false } = this.request;
    const [entrypoint = '', ...args] = Cmd;
    return {
      ID: this.id,
      Running: this.isRunning,
      ExitCode: this.#exitCode ?? null,
      Pid: this.#process?.pid ?? 0,
      ContainerID: this.container.id,
      ProcessConfig: { tty: Tty, entrypoint, arguments: args, privileged: Privileged, user: User },
    };
  }
}

const hasBegun = ({ id, isRunning }: Exec) =>
  ({
    severity: 'error',
    code: 'exec-started',
    message: `exec ${id} ${isRunning ? 'is already running' : 'has already run'}`,
  }) as const;

/** Docker's exit code for a command that could not be started. */
const exitCodeOf = (error: unknown): number =>
  (error instanceof Problem && error.diagnostics.find(({ exitCode }) => exitCode)?.exitCode) || 126;
