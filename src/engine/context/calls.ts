/** The calls that change the project, in progress or waiting for their turn, and the ways to cancel them. */
export type Calls = {
  /** Adds a call. Its signal is aborted with a `Cancellation`. */
  readonly begin: (call: Begun) => { readonly signal: AbortSignal; readonly end: () => void };
  /** Cancels a call for its own caller. No effect on a call that is over. */
  readonly cancel: (id: string) => void;
  /** Cancels the calls that start any of these services (empty: all), in favour of a command that stops them. */
  readonly takeOver: (command: string, services: readonly string[]) => void;
};

export type Begun = {
  /** Chosen by the caller, which needs it to cancel. */
  readonly id?: string | undefined;
  /** The services that the call starts (empty: all); undefined if it starts none. */
  readonly starts?: readonly string[] | undefined;
};

/** The reason of an aborted signal. */
export type Cancellation = {
  /** The command that takes over; undefined if the caller itself has cancelled. */
  readonly command?: string;
  /** Whether that command stops the containers of a service itself. */
  readonly takesOver: (service: string) => boolean;
};

export const openCalls = (): Calls => {
  const calls = new Set<Begun & { readonly controller: AbortController }>();
  return {
    begin: (begun) => {
      const controller = new AbortController();
      const call = { ...begun, controller };
      calls.add(call);
      return { signal: controller.signal, end: () => void calls.delete(call) };
    },
    cancel: (id) => {
      for (const call of calls) if (call.id === id) call.controller.abort(BY_CALLER);
    },
    takeOver: (command, services) => {
      const takesOver = (service: string): boolean => services.length === 0 || services.includes(service);
      for (const { starts, controller } of calls)
        if (starts && (starts.length === 0 || services.length === 0 || starts.some(takesOver)))
          controller.abort({ command, takesOver } satisfies Cancellation);
    },
  };
};

const BY_CALLER: Cancellation = { takesOver: () => false };

/** Undefined while the call is not cancelled. */
export const cancellationOf = (signal: AbortSignal): Cancellation | undefined =>
  signal.aborted ? (signal.reason as Cancellation) : undefined;

/** Whether another command stops the containers of this service in place of the cancelled call. */
export const isTakenOver = (signal: AbortSignal, service: string): boolean =>
  cancellationOf(signal)?.takesOver(service) ?? false;
