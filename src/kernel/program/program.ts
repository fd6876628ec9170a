import type { Netlink } from '../netlink/message.ts';
import type { Errno } from './errno.ts';
import type { SocketAddress } from './socket-address.ts';
import type { Kind, SYSCALLS, SyscallName } from './syscalls.ts';

/**
 * A container is a list of system calls. A Program is that list as plain data: each call with its arguments, its
 * process, its reason and its undo call. `text.ts` prints it and the runners execute it; neither changes it.
 */
export type Program = {
  /** The container's short name, such as `web-1`. */
  readonly name: string;
  readonly sections: readonly Section[];
};

export type Section = { readonly title: string; readonly steps: readonly Step[] };

export type Step = (Call | Spawn) & {
  /** Made by the supervisor, or by the process that is to become the container's PID 1. */
  readonly on: 'host' | 'container';
  /** The reason in one line, present tense: what would be missing or unsafe without the step. */
  readonly why: string;
  /** The key of the service that asks for it, or the target of the mount. */
  readonly from?: string;
  /** A name for the result; a later step takes it as `$name`. */
  readonly as?: string;
  /** An errno that is not a failure. With `skip`, it also leaves out that many of the following steps. */
  readonly tolerate?: Errno;
  readonly skip?: number;
  /** The descriptor stays open after the start and is handed to the caller. */
  readonly keep?: true;
  /** Made once: later Programs with the same call take the descriptor of the first one. */
  readonly shared?: true;
  /** Made by the supervisor, last first, when a later step fails. */
  readonly undo?: Call;
};

export type Call = { readonly call: SyscallName; readonly args: readonly Value[] };

/**
 * The creation of the process by the runner, in the namespaces that the host steps before it have prepared.
 * The process gets these descriptors in this order, numbered from 0. In its own steps, `$sync` is the position here.
 */
export type Spawn = { readonly call: 'spawn'; readonly descriptors: readonly Ref[] };

/** A value that exists only at run time: a descriptor, a PID. */
export type Ref = `$${string}`;

export type Value =
  | number
  | string
  | null
  | readonly string[]
  | readonly number[]
  | readonly IoBuffer[]
  | OpenHow
  | MountAttributes
  | Capabilities
  | Limit
  | Netlink
  | BpfAttribute
  | BpfProgram
  | NumberedPath
  | LoopConfig
  | CloneArguments
  | SocketAddress
  | Timeout;

/** Space for n bytes, or the 32 bits that a later step takes as `$name`. */
export type IoBuffer = number | Ref;
export type OpenHow = { readonly flags: string; readonly mode?: number; readonly resolve: string };
export type MountAttributes = { readonly set: string; readonly propagation?: string };
/** Names of capabilities(7). */
export type Capabilities = {
  readonly effective: readonly string[];
  readonly permitted: readonly string[];
  readonly inheritable: readonly string[];
};
/** In the notation of strace(1): all signals, or a list. */
export type SignalSet = '~[]' | readonly NodeJS.Signals[];
/** Instructions of bpf(2) as bytes, and a text that says what they do. */
export type BpfProgram = { readonly text: string; readonly bytes: Uint8Array };
/** The parts of union bpf_attr of BPF_PROG_LOAD and BPF_PROG_ATTACH. */
export type BpfAttribute =
  | {
      readonly type: 'BPF_PROG_TYPE_CGROUP_DEVICE';
      readonly program: BpfProgram;
      /** Memory for the messages of the verifier. */
      readonly log?: { readonly address: number; readonly length: number };
    }
  | {
      readonly type: 'BPF_CGROUP_DEVICE';
      readonly program: Ref;
      /** The descriptor of a cgroup. */
      readonly target: number;
      readonly flags: 'BPF_F_ALLOW_OVERRIDE' | 'BPF_F_ALLOW_MULTI';
    };
/** The parts of struct clone_args; the kernel writes the PID of the child for the later step that takes it. */
export type CloneArguments = {
  readonly flags: string;
  readonly exitSignal: NodeJS.Signals;
  readonly parentTid: Ref;
};
export type Timeout = { readonly seconds: number };
/** A path that ends in the result of an earlier step: `/dev/loop$free`. */
export type NumberedPath = { readonly path: string; readonly number: Ref };
/** The argument of LOOP_CONFIGURE of loop(4): the descriptor of the file behind the device. */
export type LoopConfig = { readonly file: Ref; readonly flags: string };
/** -1 is RLIM_INFINITY. */
export type Limit = { readonly soft: number; readonly hard: number };

/** `call('mount', 'proc', 'proc', 'proc', 'MS_NOSUID', null)`. Lengths are derived; omitted last numbers are 0. */
export const call = <Name extends SyscallName>(name: Name, ...args: Arguments<Name>): Call => ({
  call: name,
  args: args as readonly Value[],
});

type Details = Partial<Pick<Step, 'from' | 'as' | 'tolerate' | 'skip' | 'keep' | 'shared' | 'undo'>>;

/** Whether the result of a step with a name is a descriptor, which is closed after the start. */
export const opensDescriptor = ({ call, args }: Call): boolean =>
  call !== 'ioctl' || args[1] !== 'LOOP_CTL_GET_FREE';

/** A step that the supervisor makes. */
export const onHost = (why: string, action: Call | Spawn, details?: Details): Step => ({
  on: 'host',
  why,
  ...action,
  ...details,
});

/** A step that the container's first process makes before it becomes the user's command. */
export const inside = (why: string, { call, args }: Call, details?: Details): Step =>
  details ? { on: 'container', why, call, args, ...details } : { on: 'container', why, call, args };

export const stepsOf = ({ sections }: Program): readonly Step[] =>
  inOrder(sections.map(({ steps }) => steps));

/** Concatenates steps. V8 copies whole arrays in concat(), but visits each element in flat(). */
export const inOrder = (parts: readonly (readonly Step[])[]): readonly Step[] =>
  ([] as readonly Step[]).concat(...parts);

type ValueOf<K extends Kind> = K extends 'ioctl_argument'
  ? number | string | LoopConfig
  : K extends 'int' | 'address' | 'prctl_argument'
    ? number | string
    : K extends 'fd'
      ? number | 'AT_FDCWD' | Ref
      : K extends 'string'
        ? string | NumberedPath | null
        : K extends 'mode' | 'room'
          ? number
          : K extends 'device'
            ? readonly [major: number, minor: number]
            : K extends 'strings'
              ? readonly string[]
              : K extends 'gids' | 'handed_over'
                ? readonly number[]
                : K extends 'iovec'
                  ? readonly IoBuffer[]
                  : K extends 'netlink'
                    ? Netlink
                    : K extends 'sockaddr'
                      ? SocketAddress
                      : K extends 'open_how'
                        ? OpenHow
                        : K extends 'mount_attr'
                          ? MountAttributes
                          : K extends 'capability_data'
                            ? Capabilities
                            : K extends 'rlimit'
                              ? Limit
                              : K extends 'bpf_attr'
                                ? BpfAttribute
                                : K extends 'sock_fprog'
                                  ? BpfProgram
                                  : K extends 'clone_args'
                                    ? CloneArguments
                                    : K extends 'timeout'
                                      ? Timeout | null
                                      : K extends 'place'
                                        ? Ref | null
                                        : K extends 'capability_header' | 'sigaction'
                                          ? null
                                          : K extends 'sigset'
                                            ? SignalSet
                                            : string;

// Lengths are derived and trailing numbers may be omitted, so neither is a required argument.
type ArgumentsOf<Params extends readonly Kind[]> = Params extends readonly [
  'length',
  ...infer Rest extends readonly Kind[],
]
  ? ArgumentsOf<Rest>
  : Params extends readonly [infer First extends Kind, ...infer Rest extends readonly Kind[]]
    ? readonly Kind[] extends Rest
      ? never
      : Params extends readonly ('int' | 'address')[]
        ? [] | [ValueOf<First>, ...ArgumentsOf<Rest>]
        : [ValueOf<First>, ...ArgumentsOf<Rest>]
    : [];

type Arguments<Name extends SyscallName> = ArgumentsOf<(typeof SYSCALLS)[Name]['params']>;
