import { closeSync, readlinkSync } from 'node:fs';
import { constants } from 'node:os';
import { buildArena } from './arena/build.ts';
import { NOT_REACHED } from './arena/layout.ts';
import { childProcess } from './child.ts';
import type { Values as References } from './encode.ts';
import { errnoNumber } from './errno.ts';
import { ARCHITECTURE, execute, NO_REFERENCES } from './execute.ts';
import { addressOf } from './ffi/libc.ts';
import { type Gate, openGate } from './gate.ts';
import { type Call, type Program, type Ref, type Spawn, type Step, stepsOf } from './program.ts';
import { type Exit, type Newborn, type Runner, SpawnError } from './runner.ts';

/** Values of the references that a Program takes from its supervisor, such as `$host.pid`. */
export type Values = Readonly<Record<Ref, number>>;

export type Launched =
  | { readonly ok: true; readonly process: Newborn; readonly kept: Values }
  | {
      readonly ok: false;
      readonly failure: Failure;
      readonly undone: readonly Step[];
      readonly isStarved: boolean;
    };

/** Which step of the Program failed, counted from 1, and how; a process may also die before its last step. */
export type Failure = { readonly step: Step; readonly number: number } & (
  | { readonly kind: 'errno'; readonly errno: number }
  | { readonly kind: 'died'; readonly exit: Exit }
);

export type Witness = {
  /** Called when the process exists and before it is released, so that the state can name it first. */
  readonly born: (pid: number) => void;
  /** Whether the kernel has killed meanwhile for want of memory; what tells so may go with what is undone. */
  readonly isStarved: () => boolean;
};

/** For a Program that nobody writes down. */
export const NO_WITNESS: Witness = { born: () => {}, isStarved: () => false };

/** Makes the calls of a Program. Decides nothing: the order, what may fail and what undoes it stand in the Program. */
export const launch = async (
  program: Program,
  runner: Runner,
  values: Values,
  witness: Witness,
): Promise<Launched> => {
  const attempt = new Attempt(program, runner, values, witness);
  try {
    const failure = await attempt.run();
    if (failure) {
      const isStarved = witness.isStarved();
      return { ok: false, failure, undone: await attempt.undo(), isStarved };
    }
    return { ok: true, process: attempt.process, kept: attempt.keepOpen() };
  } catch (error) {
    // A mistake of ours must not leave more behind than one of the user's.
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
  readonly #values: Map<Ref, number>;
  readonly #cells = new Map<Ref, Buffer>();
  readonly #references: References = {
    ...NO_REFERENCES,
    take: (ref) => this.#value(ref),
    // A call that writes to `$name` gets memory for it, and a later one that takes `$name` what was written there.
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

  constructor(program: Program, runner: Runner, values: Values, witness: Witness) {
    this.#steps = stepsOf(program);
    this.#inner = this.#steps.filter(({ on }) => on === 'container');
    this.#runner = runner;
    this.#witness = witness;
    this.#values = new Map(Object.entries(values) as [Ref, number][]);
  }

  get process(): Newborn {
    if (!this.#born) throw new TypeError('the Program has no spawn');
    return this.#heir ?? this.#born;
  }

  async run(): Promise<Failure | undefined> {
    this.#openGate();
    for (const [index, step] of this.#steps.entries()) {
      if (step.on === 'container') continue;
      if (step.call === 'spawn') {
        const refused = this.#spawn(step, index + 1);
        if (refused) return refused;
        continue;
      }
      const result = execute(step, this.#references);
      const tolerated = step.tolerate ? -errnoNumber(step.tolerate) : 0;
      if (result < 0 && result !== tolerated) return this.#hostFailure(index, -result);
      this.#keep(step, result);
    }
    if (this.#born) await this.#gate?.over;
    this.#heir = this.#findHeir();
    return this.#innerFailure();
  }

  /** Ends the process and makes the undo calls, last first. */
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

  /** The descriptors of steps that say `keep`. */
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

  #value(ref: Ref): number {
    const value = this.#cells.get(ref)?.readInt32LE() ?? this.#values.get(ref);
    if (value === undefined) throw new TypeError(`${ref} has no value`);
    return value;
  }

  // Before anything is unshared: what watches it may start a thread, and unshare(2) forbids that to a process whose
  // children are to have another PID namespace.
  #openGate(): void {
    const spawn = this.#steps.find((step) => step.call === 'spawn');
    const arena = buildArena(this.#inner, (spawn as Spawn | undefined)?.descriptors ?? [], ARCHITECTURE);
    this.#gate = openGate(arena, this.#runner.readiness);
    for (const [ref, fd] of Object.entries(this.#gate.descriptors)) this.#values.set(ref as Ref, fd);
  }

  #spawn(step: Step & Spawn, number: number): Failure | undefined {
    const process = this.#newProcess(step);
    if (process instanceof SpawnError) return { kind: 'errno', step, number, errno: process.errno };
    this.#gate?.handOver();
    this.#born = process;
    this.#values.set('$pid', process.pid);
    this.#witness.born(process.pid);
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

  // A Program may leave the command to a clone(2) that is a child of ours as well; who made it ends.
  #findHeir(): Newborn | undefined {
    const row = this.#inner.findIndex(isClonedForUs);
    const pid = row < 0 ? 0 : (this.#gate?.resultOf(row) ?? 0);
    return pid > 0 ? childProcess(pid, this.#runner.readiness) : undefined;
  }

  // What a step has opened is open until a later step closes it, or the launch is over.
  #keep(step: Step, result: number): void {
    if (result >= 0) this.#done.push(step);
    if (step.as) this.#values.set(`$${step.as}`, result);
    if (step.as && result >= 0) this.#open.add(result);
    if (step.call === 'close') this.#open.delete(this.#value(step.args[0] as Ref));
  }

  // When the process has failed or died, our own calls that name it fail as well; the reason stands in its rows.
  async #hostFailure(index: number, errno: number): Promise<Failure> {
    if (this.#born && this.#gate?.stoppedAt()?.result === NOT_REACHED)
      await Promise.race([this.process.exited, nextTurn()]);
    const inner = await this.#innerFailure((exited) => exited === undefined);
    return inner ?? this.#refusal(index, errno, () => this.#value('$refused'));
  }

  /** `isAlive` may say that a process without a result is only on its way. */
  async #innerFailure(
    isAlive: (exit: Exit | undefined) => boolean = () => false,
  ): Promise<Failure | undefined> {
    const stopped = this.#born && this.#gate?.stoppedAt();
    if (!stopped) return undefined;
    const index = this.#indexOfRow(stopped.row);
    const step = this.#steps[index] as Step;
    if (stopped.result !== NOT_REACHED)
      return this.#refusal(index, -stopped.result, () => stopped.thirdArgument);
    // A row without a result is where the process is now; execve does not return when it succeeds.
    if (step.call === 'execve' && !(await this.#hasDiedInExecve())) return undefined;
    const exit = isAlive(await settled(this.process.exited)) ? undefined : await this.process.exited;
    return exit && { kind: 'died', step, number: index + 1, exit };
  }

  // For its arguments the kernel needs memory, and kills where there is none. A program that ran and was killed at once
  // has left the same traces but one: its name.
  async #hasDiedInExecve(): Promise<boolean> {
    if (hasProgram(this.process.pid)) return false;
    const { signal } = await this.process.exited;
    if (signal !== constants.signals.SIGKILL || !isOurs(this.process.command())) return false;
    return this.#witness.isStarved();
  }

  // getrandom(2) stops a Program whose request rtnetlink(7) has refused; the request is what failed.
  #refusal(index: number, errno: number, answer: () => number): Failure {
    const step = this.#steps[index] as Step;
    if (step.call !== 'getrandom' || !step.args.includes('$refused'))
      return { kind: 'errno', step, number: index + 1, errno };
    const request = this.#steps
      .slice(0, index)
      .findLastIndex(({ call, on }) => call === 'sendto' && on === step.on);
    return { kind: 'errno', step: this.#steps[request] as Step, number: request + 1, errno: -answer() };
  }

  // A cgroup stays busy for a moment after the end of its last process was reported, and version 1 has no event for it.
  async #undo(undo: Call): Promise<void> {
    for (let wait = 1; execute(undo, this.#references) === -errnoNumber('EBUSY') && wait < 256; wait *= 2)
      await new Promise((resolve) => setTimeout(resolve, wait));
  }

  // The same step may stand in a Program more than once.
  #indexOfRow(row: number): number {
    let rowsBefore = row;
    return this.#steps.findIndex(({ on }) => on === 'container' && rowsBefore-- === 0);
  }
}

const isClonedForUs = (step: Step): boolean =>
  step.call === 'clone' && String(step.args[0]).includes('CLONE_PARENT');

// proc_pid_exe(5): who is ending has none any more.
const hasProgram = (pid: number): boolean => {
  try {
    return readlinkSync(`/proc/${pid}/exe`) !== '';
  } catch (error) {
    return !['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
};

// execve(2): the name is the last part of the path, here /proc/self/exe or /proc/self/fd/N, or that of a memfd.
const isOurs = (command: string | undefined): boolean =>
  command !== undefined && /^(exe|\d+|memfd:.*)$/.test(command);

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What a promise has become by now. */
const settled = <Value>(promise: Promise<Value>): Promise<Value | undefined> =>
  Promise.race([promise, undefined]);
