/** A socket of the host. `address`: IPv4 or IPv6, `0.0.0.0` or `::` for all; `::` does not include IPv4. */
export type HostSocket = {
  readonly protocol: 'tcp' | 'udp';
  readonly address: string;
  readonly port: number;
};

/** A socket of the host whose connections and datagrams go to a socket of a container: never to its loopback. */
export type RelayEntry = HostSocket & { readonly to: { readonly address: string; readonly port: number } };

/** A socket that the kernel refused: EADDRINUSE, EACCES (a privileged port), EADDRNOTAVAIL. */
export type RefusedSocket = HostSocket & { readonly errno: number };

/** The published ports of a project that a process of their own serves. It outlives the supervisor. */
export type Relay = {
  /** Takes over the relay of an earlier supervisor, if one runs, and closes its other sockets. */
  readonly adopt: (sockets: readonly HostSocket[]) => Promise<void>;
  /**
   * Binds sockets without listening: a later program gets EADDRINUSE, a client ECONNREFUSED. Those that are reserved
   * already stay. Returns the refused ones, in their order.
   */
  readonly reserve: (sockets: readonly HostSocket[]) => Promise<readonly RefusedSocket[]>;
  /**
   * Serves entries until this process of the host has ended, even if no supervisor runs then. Entries without a
   * reservation get one.
   */
  readonly open: (entries: readonly RelayEntry[], pid: number) => Promise<readonly RefusedSocket[]>;
  /** Stops listening and resets the connections; the reservations stay. */
  readonly close: (sockets: readonly HostSocket[]) => Promise<void>;
  /** Closes the sockets. */
  readonly release: (sockets: readonly HostSocket[]) => Promise<void>;
  /** Ends the process. */
  readonly end: () => void;
};
