import { randomBytes } from 'node:crypto';
import type { AnswerOf } from '../../../api/call.ts';
import type { ExecRequest, inspectExec } from '../../../api/calls/exec.ts';
import { Problem } from '../../../base/diagnostic.ts';
import type { ContainerRecord } from '../../supervisor/record/project-record.ts';
import type { InnerProcess } from './exec.ts';

/** The further processes of containers that a call may ask for by their id. */
export class ExecRegistry {
  readonly #execs = new Map<string, Exec>();

  add(container: ContainerRecord, request: ExecRequest): Exec {
    this.#forget();
    const exec = new Exec(container, request);
    this.#execs.set(exec.id, exec);
    // Behind those that have ended before it.
    void exec.ended.then(() => this.#execs.delete(exec.id) && this.#execs.set(exec.id, exec));
    return exec;
  }

  /** Throws a Problem when there is no such id, or when it is forgotten. */
  find(id: string): Exec {
    const exec = this.#execs.get(id);
    if (exec) return exec;
    throw new Problem({ severity: 'error', code: 'no-exec', message: `no such exec: ${id}` });
  }

  // The caller asks how a process has ended after its end; of the oldest nobody will ask any more.
  #forget(): void {
    const idle = [...this.#execs.values()].filter(({ isRunning }) => !isRunning);
    for (const { id } of idle.slice(0, Math.max(0, idle.length - REMEMBERED + 1))) this.#execs.delete(id);
  }
}

/** Processes that have ended, or never begun. */
const REMEMBERED = 256;

/** A further process in a container, from its request to its end. */
export class Exec {
  /** 64 hexadecimal digits. */
  readonly id = randomBytes(32).toString('hex');
  readonly container: ContainerRecord;
  readonly request: ExecRequest;
  /** Resolves with the exit code when the process has ended and all that it wrote was passed on. */
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
   * Makes the process with `start`, once, and then passes on what it writes with `connect`. Throws a Problem when it was
   * started before, and what `start` throws.
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

  /** False when the process is not there. */
  signal(number: number): boolean {
    return this.isRunning && (this.#process?.signal(number) ?? false);
  }

  resize(columns: number, rows: number): void {
    if (this.isRunning) this.#process?.resize(columns, rows);
  }

  /** As in the Docker Engine API, as far as it goes. */
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

/** That of Docker for a command that could not be run. */
const exitCodeOf = (error: unknown): number =>
  (error instanceof Problem && error.diagnostics.find(({ exitCode }) => exitCode)?.exitCode) || 126;
