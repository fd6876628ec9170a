import { closeSync, readlinkSync } from 'node:fs';
import { constants } from 'node:os';
import { buildArena } from '../arena/build.ts';
import { isHeirClone } from '../arena/heir.ts';
import { NOT_REACHED } from '../arena/layout.ts';
import { addressOf } from '../ffi/libc.ts';
import { isChild } from '../ffi/process.ts';
import { ARCHITECTURE } from '../program/architecture.ts';
import type { Values as References } from '../program/encode.ts';
import { errnoNumber } from '../program/errno.ts';
import { endOf, isHookCheck, isHookWait } from '../program/hook.ts';
import {
  type Call,
  opensDescriptor,
  type Program,
  type Ref,
  type Spawn,
  type Step,
  stepsOf,
} from '../program/program.ts';
import { type Exit, type Newborn, type Runner, SpawnError } from '../program/runner.ts';
import { childProcess } from './child.ts';
import { execute, NO_REFERENCES } from './execute.ts';
import { type Gate, openGate } from './gate.ts';
import type { SharedDescriptors } from './shared.ts';

/** Values of the references that the supervisor provides, such as `$host.pid`. */
export type Values = Readonly<Record<Ref, number>>;

export type Launched =
  | { readonly ok: true; readonly process: Newborn; readonly kept: Values }
  | {
      readonly ok: false;
      readonly failure: Failure;
      readonly undone: readonly Step[];
      readonly isStarved: boolean;
    };

/** The step that failed, with its number from 1: its call returned an error, or the process died in it. */
export type Failure = { readonly step: Step; readonly number: number } & (
  | { readonly kind: 'errno'; readonly errno: number }
  | { readonly kind: 'died'; readonly exit: Exit }
  | { readonly kind: 'hook'; readonly end: HookEnd }
);

/** How a hook failed: it ended so, it could not be executed, or it did not end within its time. */
export type HookEnd = { readonly exit: Exit } | { readonly errno: number } | 'late';

export type Witness = {
  /**
   * Called after the process that becomes the command was created and before its release, so that the state records its
   * PID first. `values` has the results of the steps before.
   */
  readonly born: (pid: number, values: ReadonlyMap<Ref, number>) => void;
  /** Whether the OOM killer was active meanwhile. Called before the undo, which may remove the counters. */
  readonly isStarved: () => boolean;
};

/** For a Program whose process is not recorded. */
export const NO_WITNESS: Witness = { born: () => {}, isStarved: () => false };

/**
 * Makes the calls of a Program. Order, tolerated errors and undo calls all come from the Program. Without `shared`, its
 * shared descriptors are its own.
 */
export const launch = async (
  program: Program,
  runner: Runner,
  values: Values,
  witness: Witness,
  shared?: SharedDescriptors,
): Promise<Launched> => {
  const attempt = new Attempt(program, runner, values, witness, shared);
  try {
    const failure = await attempt.run();
    if (failure) {
      const isStarved = witness.isStarved();
      return { ok: false, failure, undone: await attempt.undo(), isStarved };
    }
    return { ok: true, process: attempt.process, kept: attempt.keepOpen() };
  } catch (error) {
    // A bug in tscompose must not leave more behind than a mistake in the Compose file.
    await attempt.undo();
    throw error;
  } finally {
    attempt.close();
  }
};

class Attempt {
  readonly #steps: readonly Step[];
  readonly #inner: readonly Step[];
  readonly #runner: Runner;
  readonly #witness: Witness;
  readonly #shared: SharedDescriptors | undefined;
  readonly #values: Map<Ref, number>;
  readonly #cells = new Map<Ref, Buffer>();
  readonly #references: References = {
    ...NO_REFERENCES,
    take: (ref) => this.#value(ref),
    // A call that writes to `$name` gets a cell of memory; a later call that takes `$name` reads the cell.
    place: (ref) => {
      const cell = Buffer.allocUnsafeSlow(4);
      this.#cells.set(ref, cell);
      return addressOf(cell);
    },
  };
  readonly #open = new Set<number>();
  readonly #done: Step[] = [];
  #gate: Gate | undefined;
  #born: Newborn | undefined;
  #heir: Newborn | undefined;

  constructor(
    program: Program,
    runner: Runner,
    values: Values,
    witness: Witness,
    shared: SharedDescriptors | undefined,
  ) {
    this.#steps = stepsOf(program);
    this.#inner = this.#steps.filter(({ on }) => on === 'container');
    this.#runner = runner;
    this.#witness = witness;
    this.#shared = shared;
    this.#values = new Map(Object.entries(values) as [Ref, number][]);
  }

  get process(): Newborn {
    if (!this.#born) throw new TypeError('the Program has no spawn');
    return this.#heir ?? this.#born;
  }

  async run(): Promise<Failure | undefined> {
    this.#openGate();
    for (const [index, step] of this.#steps.entries()) {
      if (step.on === 'container') {
        const missing = isHeirClone(step) ? await this.#findHeir(step, index + 1) : undefined;
        if (missing) return missing;
        continue;
      }
      if (step.call === 'spawn') {
        const refused = this.#spawn(step, index + 1);
        if (refused) return refused;
        continue;
      }
      const result = this.#make(step);
      const tolerated = step.tolerate ? -errnoNumber(step.tolerate) : 0;
      if (result < 0 && result !== tolerated) return this.#hostFailure(index, -result);
      this.#keep(step, result);
    }
    // Processes of the container may keep a descriptor of an heir open after its end.
    if (this.#born) await Promise.race([this.#gate?.over, ...(this.#heir ? [this.#heir.exited] : [])]);
    return this.#innerFailure();
  }

  /** Kills the process and makes the undo calls, last first. */
  async undo(): Promise<readonly Step[]> {
    for (const process of [this.#heir, this.#born]) {
      if (!process) continue;
      process.signal(constants.signals.SIGKILL);
      await process.exited;
    }
    const undone = [...this.#done, ...this.#doneInside()].filter(({ undo }) => undo).reverse();
    for (const { undo } of undone) await this.#undo(undo as Call);
    return undone;
  }

  /** The descriptors of steps with `keep`. */
  keepOpen(): Values {
    const kept = this.#done
      .filter(({ keep }) => keep)
      .map(({ as }): [Ref, number] => [`$${as}`, this.#value(`$${as}`)]);
    for (const [, fd] of kept) this.#open.delete(fd);
    return Object.fromEntries(kept);
  }

  close(): void {
    for (const fd of this.#open) closeSync(fd);
    this.#gate?.close();
  }

  #make(step: Step & Call): number {
    const make = (): number => execute(step, this.#references);
    return step.shared && this.#shared ? this.#shared.take(step, make) : make();
  }

  #value(ref: Ref): number {
    const value = this.#cells.get(ref)?.readInt32LE() ?? this.#values.get(ref);
    if (value === undefined) throw new TypeError(`${ref} has no value`);
    return value;
  }

  // Comes before the first unshare(2), because the watch of a pipe may start a thread. clone(2): a process cannot
  // create threads after unshare(CLONE_NEWPID).
  #openGate(): void {
    const spawn = this.#steps.find((step) => step.call === 'spawn');
    const { descriptors = [] } = (spawn as Spawn | undefined) ?? {};
    const arena = buildArena(this.#inner, descriptors, ARCHITECTURE);
    this.#gate = openGate(arena, this.#runner.readiness, descriptors.includes('$exposed'));
    for (const [ref, fd] of Object.entries(this.#gate.descriptors)) this.#values.set(ref as Ref, fd);
  }

  #spawn(step: Step & Spawn, number: number): Failure | undefined {
    const process = this.#newProcess(step);
    if (process instanceof SpawnError) return { kind: 'errno', step, number, errno: process.errno };
    this.#gate?.handOver();
    this.#born = process;
    if (!this.#inner.some(isHeirClone)) this.#record(process);
    return undefined;
  }

  #record({ pid }: Newborn): void {
    this.#values.set('$pid', pid);
    this.#witness.born(pid, this.#values);
  }

  /** Waits until the first process has ended, which it does after the clone. */
  async #findHeir(step: Step, number: number): Promise<Failure | undefined> {
    const exit = await this.process.exited;
    const pid = this.#gate?.heir() ?? 0;
    if (pid === 0) return (await this.#innerFailure()) ?? { kind: 'died', step, number, exit };
    if (!isChild(pid)) return { kind: 'errno', step, number, errno: errnoNumber('ECHILD') };
    this.#heir = childProcess(pid, this.#runner.readiness);
    this.#record(this.#heir);
    return undefined;
  }

  #newProcess({ descriptors }: Spawn): Newborn | SpawnError {
    try {
      return this.#runner.spawn(descriptors.map((ref) => this.#value(ref)));
    } catch (error) {
      if (error instanceof SpawnError) return error;
      throw error;
    }
  }

  #doneInside(): readonly Step[] {
    const gate = this.#gate;
    return this.#born && gate ? this.#inner.filter(({ undo }, row) => undo && gate.mayBeMade(row)) : [];
  }

  // A descriptor stays open until a later step closes it, or until the end of the launch.
  #keep(step: Step, result: number): void {
    if (result >= 0) this.#done.push(step);
    if (step.as) this.#values.set(`$${step.as}`, result);
    const isOwn = !(step.shared && this.#shared);
    if (step.as && result >= 0 && isOwn && opensDescriptor(step as Call)) this.#open.add(result);
    if (step.call === 'close') this.#open.delete(this.#value(step.args[0] as Ref));
  }

  // After the process has failed or died, calls of the supervisor that name it fail as well. The cause is in its rows.
  async #hostFailure(index: number, errno: number): Promise<Failure> {
    if (this.#born && this.#gate?.stoppedAt()?.result === NOT_REACHED)
      await Promise.race([this.process.exited, nextTurn()]);
    const inner = await this.#innerFailure((exited) => exited === undefined);
    return inner ?? this.#refusal(index, errno, () => this.#value('$refused'));
  }

  /** `isAlive` returns true for a process that has no result yet because it is still running. */
  async #innerFailure(
    isAlive: (exit: Exit | undefined) => boolean = () => false,
  ): Promise<Failure | undefined> {
    const stopped = this.#born && this.#gate?.stoppedAt();
    if (!stopped) return undefined;
    const index = this.#indexOfRow(stopped.row);
    const step = this.#steps[index] as Step;
    if (stopped.result !== NOT_REACHED)
      return this.#refusal(index, -stopped.result, () => stopped.thirdArgument);
    // A row without a result is the current one. A successful execve(2) does not return, so it has no result either.
    if (step.call === 'execve' && !(await this.#hasDiedInExecve())) return undefined;
    const exit = isAlive(await settled(this.process.exited)) ? undefined : await this.process.exited;
    return exit && { kind: 'died', step, number: index + 1, exit };
  }

  // execve(2) needs memory for its arguments, and the OOM killer may kill the process during the call. Only the command
  // name tells that from a program that ran and was killed at once.
  async #hasDiedInExecve(): Promise<boolean> {
    if (hasProgram(this.process.pid)) return false;
    const { signal } = await this.process.exited;
    if (signal !== constants.signals.SIGKILL || !isOurs(this.process.command())) return false;
    return this.#witness.isStarved();
  }

  // getrandom(2) fails on purpose after a refused rtnetlink(7) request. The failed step is the request.
  #refusal(index: number, errno: number, answer: () => number): Failure {
    const step = this.#steps[index] as Step;
    if (isHookCheck(step)) return this.#hookFailure(index, endOf(answer()));
    if (isHookWait(step) && errno === errnoNumber('EAGAIN')) return this.#hookFailure(index, 'late');
    if (step.call !== 'getrandom' || !step.args.includes('$refused'))
      return { kind: 'errno', step, number: index + 1, errno };
    const request = this.#steps
      .slice(0, index)
      .findLastIndex(({ call, on }) => call === 'sendto' && on === step.on);
    return { kind: 'errno', step: this.#steps[request] as Step, number: request + 1, errno: -answer() };
  }

  // The failed step is the execve(2) of the hook, whose own error comes first.
  #hookFailure(index: number, end: HookEnd): Failure {
    const before = this.#steps.slice(0, index).findLastIndex(({ call }) => call === 'execve');
    const rows = this.#steps.slice(0, before).filter(({ on }) => on === 'container').length;
    const errno = this.#gate?.errnoOf(rows);
    const step = this.#steps[before] as Step;
    return { kind: 'hook', step, number: before + 1, end: errno === undefined ? end : { errno } };
  }

  // rmdir(2) of a cgroup fails with EBUSY for a moment after its last process has ended; version 1 has no event for it.
  async #undo(undo: Call): Promise<void> {
    for (let wait = 1; execute(undo, this.#references) === -errnoNumber('EBUSY') && wait < 256; wait *= 2)
      await new Promise((resolve) => setTimeout(resolve, wait));
  }

  // Counted by rows, because the same Step object may be in a Program more than once.
  #indexOfRow(row: number): number {
    let rowsBefore = row;
    return this.#steps.findIndex(({ on }) => on === 'container' && rowsBefore-- === 0);
  }
}

// proc_pid_exe(5): a process that is ending has no executable any more.
const hasProgram = (pid: number): boolean => {
  try {
    return readlinkSync(`/proc/${pid}/exe`) !== '';
  } catch (error) {
    return !['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
};

// execve(2) sets the command name to the last part of the path: /proc/self/exe, /proc/self/fd/N, or the memfd's name.
const isOurs = (command: string | undefined): boolean =>
  command !== undefined && /^(exe|\d+|memfd:.*)$/.test(command);

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The value of a promise that is already fulfilled, otherwise undefined. */
const settled = <Value>(promise: Promise<Value>): Promise<Value | undefined> =>
  Promise.race([promise, undefined]);
