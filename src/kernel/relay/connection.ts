import { closeSync } from 'node:fs';
import { Queue } from '../../base/queue.ts';
import { receivePacket, sendPacket } from '../ffi/packet-socket.ts';
import { openPidfd, waitForEnd } from '../ffi/process.ts';
import type { Readiness } from '../ffi/readiness.ts';
import { MESSAGE_BYTES } from './layout.ts';
import { type Answer, decodeRows, encodeRows, MOST_ROWS, type Row } from './rows.ts';

/** Milliseconds. The relay itself needs less than one; a stopped one does not end. */
const LONGEST_END = 100;

/** The relay has ended. */
export class RelayGone extends Error {}

/** The supervisor's connection to the relay. Nothing waits in it: answers arrive as events. */
export class RelayConnection {
  /** Resolves when the relay has ended, or after `close`. */
  readonly ended: Promise<void>;
  /** The process of the relay. */
  pid: number | undefined;
  readonly #socket: number;
  readonly #readiness: Readiness;
  readonly #turns = new Queue(1);
  readonly #room = Buffer.alloc(MESSAGE_BYTES);
  #answer: ((message: Buffer | undefined) => void) | undefined;
  #onEnd: () => void = () => {};
  #isOpen = true;

  constructor(socket: number, readiness: Readiness) {
    this.#socket = socket;
    this.#readiness = readiness;
    this.ended = new Promise((resolve) => {
      this.#onEnd = resolve;
    });
    readiness.watch(socket, () => this.#receive());
  }

  /** The answers to rows, in their order. Throws RelayGone. */
  async ask(rows: readonly Row[]): Promise<readonly Answer[]> {
    const answers: Answer[] = [];
    for (let begin = 0; begin < rows.length; begin += MOST_ROWS) {
      const message = encodeRows(rows.slice(begin, begin + MOST_ROWS));
      answers.push(...decodeRows(await this.#turns.run(() => this.#exchange(message))));
    }
    return answers;
  }

  /** The first exchange: the version of the relay's rows. */
  async greet(period: number): Promise<number> {
    const [answer] = await this.ask([{ call: 'greet', period }]);
    this.pid = answer?.pid;
    return answer?.result ?? 0;
  }

  /** Ends the relay; a supervisor that comes next can have its ports when this returns. */
  end(): void {
    const pidfd = this.#isOpen && this.pid !== undefined ? openPidfd(this.pid) : undefined;
    if (this.#isOpen) sendPacket(this.#socket, encodeRows([{ call: 'end' }]));
    this.close();
    if (pidfd === undefined) return;
    waitForEnd(pidfd, LONGEST_END);
    closeSync(pidfd);
  }

  /** A relay that serves nothing ends then too. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#readiness.forget(this.#socket);
    closeSync(this.#socket);
    this.#answer?.(undefined);
    this.#onEnd();
  }

  async #exchange(message: Buffer): Promise<Buffer> {
    const reply = await new Promise<Buffer | undefined>((resolve) => {
      this.#answer = resolve;
      if (!this.#isOpen || sendPacket(this.#socket, message) !== 0) resolve(undefined);
    });
    this.#answer = undefined;
    if (!reply) throw new RelayGone('the relay of published ports has ended');
    return reply;
  }

  #receive(): void {
    const message = receivePacket(this.#socket, this.#room);
    if (message === undefined) this.close();
    else if (message !== 'waiting') this.#answer?.(message);
  }
}
