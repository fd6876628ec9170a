import { addressBytes } from '../../../base/address-bytes.ts';
import { oncePer } from '../../../base/lazy.ts';
import { monotonic } from '../../../base/node/monotonic.ts';
import { Queue } from '../../../base/queue.ts';
import type { Readiness } from '../../../kernel/ffi/readiness.ts';
import { errnoName } from '../../../kernel/program/errno.ts';
import { type RelayConnection, RelayGone } from '../../../kernel/relay/connection.ts';
import { type Row, socketOf, targetOf } from '../../../kernel/relay/rows.ts';
import type { HostSocket, RefusedSocket, Relay, RelayEntry } from './sockets.ts';
import { findRelay, type RelayPaths, startRelay } from './start.ts';

/** The purpose of a socket while its process runs. */
type Service = { readonly to: RelayEntry['to']; readonly pid: number };

type Held = {
  readonly socket: HostSocket;
  /** Its number in the relay. */
  descriptor: number;
  service: Service | undefined;
};

/** `complain` gets a line for the supervisor's log. */
export const openRelay = (paths: RelayPaths, readiness: Readiness, complain: (text: string) => void): Relay =>
  new ProjectRelay(paths, readiness, complain);

/** Milliseconds. A relay that ends earlier may have been ended by what ended those before. */
const SHORTEST_LIFE = 1000;

/** Milliseconds until the next one is started, by how many in a row ended early; after that only with the next call. */
const DELAYS = [0, 50, 100, 200, 400, 800];

class ProjectRelay implements Relay {
  readonly #paths: RelayPaths;
  readonly #readiness: Readiness;
  readonly #complain: (text: string) => void;
  /** Calls change the same sockets, so they run one after the other. */
  readonly #turns = new Queue(1);
  #held = new Map<string, Held>();
  #connection: RelayConnection | undefined;
  #hasEnded = false;
  #shortLives = 0;
  #revival: NodeJS.Timeout | undefined;

  constructor(paths: RelayPaths, readiness: Readiness, complain: (text: string) => void) {
    this.#paths = paths;
    this.#readiness = readiness;
    this.#complain = complain;
  }

  adopt(sockets: readonly HostSocket[]): Promise<void> {
    return this.#turn(async () => {
      const found = this.#connection ?? (await this.#find());
      const wanted = new Set(sockets.map(keyOf));
      const others = [...this.#held.keys()].filter((key) => !wanted.has(key));
      if (found) await this.#release(found, others);
    });
  }

  reserve(sockets: readonly HostSocket[]): Promise<readonly RefusedSocket[]> {
    return this.#turn(async () =>
      sockets.length === 0 ? [] : this.#reserve(await this.#connected(), sockets),
    );
  }

  open(entries: readonly RelayEntry[], pid: number): Promise<readonly RefusedSocket[]> {
    return this.#turn(async () => {
      if (entries.length === 0) return [];
      const connection = await this.#connected();
      const refused = await this.#reserve(connection, entries);
      const opened = entries.flatMap(({ to, ...socket }) => {
        const held = this.#held.get(keyOf(socket));
        return held && !isSame(held.service, { to, pid }) ? [{ held, service: { to, pid } }] : [];
      });
      const answers = await connection.ask(
        opened.map(({ held, service }) => openRow(held.descriptor, service)),
      );
      return [
        ...refused,
        ...opened.flatMap(({ held, service }, index) => {
          const { result } = answers[index]!;
          // ESRCH: the process has ended already.
          held.service = result === 0 ? service : undefined;
          return result === 0 || result === -ESRCH ? [] : [{ ...held.socket, errno: -result }];
        }),
      ];
    });
  }

  close(sockets: readonly HostSocket[]): Promise<void> {
    return this.#turn(async () => {
      const closed = sockets.flatMap((socket) => this.#held.get(keyOf(socket)) ?? []);
      for (const held of closed) held.service = undefined;
      await this.#connection?.ask(closed.map(({ descriptor }) => ({ call: 'close', descriptor })));
    });
  }

  release(sockets: readonly HostSocket[]): Promise<void> {
    return this.#turn(async () => {
      const keys = sockets.map(keyOf).filter((key) => this.#held.has(key));
      if (this.#connection) await this.#release(this.#connection, keys);
      else for (const key of keys) this.#held.delete(key);
    });
  }

  end(): void {
    this.#hasEnded = true;
    clearTimeout(this.#revival);
    this.#held.clear();
    this.#connection?.end();
    this.#connection = undefined;
  }

  // If the relay is killed meanwhile, the next one is told everything.
  #turn<Result>(task: () => Promise<Result>): Promise<Result> {
    return this.#turns.run(async () => {
      try {
        return await task();
      } catch (error) {
        if (!(error instanceof RelayGone) || this.#hasEnded) throw error;
        this.#connection = undefined;
        return await task();
      }
    });
  }

  async #connected(): Promise<RelayConnection> {
    return this.#connection ?? (await this.#find()) ?? (await this.#start());
  }

  async #find(): Promise<RelayConnection | undefined> {
    const connection = await findRelay(this.#paths, this.#readiness);
    if (!connection) return undefined;
    const held = await heldBy(connection);
    this.#held = new Map(held.map((one) => [keyOf(one.socket), one]));
    return this.#keep(connection);
  }

  async #start(): Promise<RelayConnection> {
    const connection = this.#keep(await startRelay(this.#paths, this.#readiness));
    const before = [...this.#held.values()];
    this.#held.clear();
    for (const refused of await this.#reserve(
      connection,
      before.map(({ socket }) => socket),
    ))
      this.#complain(
        `${refused.address}:${refused.port}/${refused.protocol} is lost: ${errnoName(refused.errno)}`,
      );
    const open = before.flatMap(({ socket, service }) => {
      const held = this.#held.get(keyOf(socket));
      return held && service ? [{ held, service }] : [];
    });
    const answers = await connection.ask(open.map(({ held, service }) => openRow(held.descriptor, service)));
    for (const [index, { held, service }] of open.entries())
      held.service = answers[index]?.result === 0 ? service : undefined;
    return connection;
  }

  #keep(connection: RelayConnection): RelayConnection {
    this.#connection = connection;
    const start = monotonic();
    void connection.ended.then(() => {
      if (this.#connection === connection) this.#connection = undefined;
      if (this.#hasEnded || this.#held.size === 0) return;
      this.#complain('the relay of published ports was killed');
      this.#revive(monotonic() - start);
    });
    return connection;
  }

  /** `life`: milliseconds. */
  #revive(life: number): void {
    if (this.#revival || this.#hasEnded) return;
    this.#shortLives = life < SHORTEST_LIFE ? this.#shortLives + 1 : 0;
    const delay = DELAYS[this.#shortLives];
    if (delay === undefined) {
      this.#complain('it is started again when a container starts or ends');
      return;
    }
    this.#revival = setTimeout(() => {
      this.#revival = undefined;
      this.#turn(() => this.#connected()).catch((error: Error) => {
        this.#complain(error.message);
        this.#revive(0);
      });
    }, delay);
  }

  /** Reserves what is not held yet. */
  async #reserve(
    connection: RelayConnection,
    sockets: readonly HostSocket[],
  ): Promise<readonly RefusedSocket[]> {
    const missing = new Map(
      sockets
        .filter((socket) => !this.#held.has(keyOf(socket)))
        .map(({ protocol, address, port }) => ({ protocol, address, port }))
        .map((socket) => [keyOf(socket), socket]),
    );
    const answers = await connection.ask(
      [...missing.values()].map((socket) => ({ call: 'reserve', socket })),
    );
    return [...missing].flatMap(([key, socket], index) => {
      const { result } = answers[index]!;
      if (result < 0) return [{ ...socket, errno: -result }];
      this.#held.set(key, { socket, descriptor: result, service: undefined });
      return [];
    });
  }

  async #release(connection: RelayConnection, keys: readonly string[]): Promise<void> {
    const rows = keys.map((key): Row => ({ call: 'release', descriptor: this.#held.get(key)!.descriptor }));
    for (const key of keys) this.#held.delete(key);
    await connection.ask(rows);
  }
}

const ESRCH = 3;

const openRow = (descriptor: number, { to, pid }: Service): Row => ({
  call: 'open',
  descriptor,
  target: to,
  pid,
});

/** All sockets of a relay. */
const heldBy = async (connection: RelayConnection): Promise<readonly Held[]> => {
  const held: Held[] = [];
  for (let descriptor = 0; ; ) {
    const [answer] = await connection.ask([{ call: 'next', descriptor }]);
    const socket = answer && answer.result > 0 ? socketOf(answer) : undefined;
    if (!answer || !socket) return held;
    const { result, pid } = answer;
    const target = targetOf(answer);
    const service = target && pid !== 0 ? { to: target, pid } : undefined;
    held.push({ socket, descriptor: result, service });
    descriptor = result;
  }
};

const isSame = (one: Service | undefined, { to, pid }: Service): boolean =>
  one !== undefined &&
  one.pid === pid &&
  one.to.port === to.port &&
  plain(one.to.address) === plain(to.address);

const keyOf = oncePer(
  ({ protocol, address, port }: HostSocket): string => `${protocol} ${plain(address)} ${port}`,
);

/** One text of an address; IPv6 has several. */
const plain = (address: string): string => {
  if (!address.includes(':')) return address;
  const known = PLAIN.get(address);
  if (known !== undefined) return known;
  const text = Buffer.from(addressBytes(address)).toString('hex');
  PLAIN.set(address, text);
  return text;
};

/** A project publishes at a few addresses, and mostly at `::`. */
const PLAIN = new Map<string, string>();
