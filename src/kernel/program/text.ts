import type { Netlink } from '../netlink/message.ts';
import { bpfText } from './bpf.ts';
import { isName } from './encode.ts';
import type {
  BpfAttribute,
  BpfProgram,
  Call,
  Capabilities,
  CloneArguments,
  IoBuffer,
  Limit,
  LoopConfig,
  MountAttributes,
  NumberedPath,
  OpenHow,
  Program,
  Step,
  Timeout,
  Value,
} from './program.ts';
import { type SocketAddress, socketAddressText } from './socket-address.ts';
import { type Kind, SYSCALLS } from './syscalls.ts';

/** A call in the notation of strace(1): `mount("proc", "/proc", "proc", MS_NOSUID|MS_NODEV, NULL)`. */
export const callText = (action: Call | Step): string => {
  if (action.call === 'spawn') return `spawn(${action.descriptors.join(', ')})`;
  const values = action.args[Symbol.iterator]();
  const texts = (SYSCALLS[action.call].params as readonly Kind[]).flatMap((kind) => {
    if (kind === 'length') return [];
    const next = values.next();
    return next.done ? [] : [valueText(kind, next.value)];
  });
  return `${action.call}(${texts.join(', ')})`;
};

/** `callText` with the name of the result. */
export const stepText = (step: Step): string => callText(step) + (step.as ? ` = $${step.as}` : '');

/**
 * Every reason with its calls, numbered from 1: the output of `explain`. `origin` gives the place of what asks for a step.
 */
export const programText = (program: Program, origin: (from: string) => string | undefined): string => {
  const width = String(program.sections.reduce((sum, { steps }) => sum + steps.length, 0)).length;
  const lines: string[] = [];
  let number = 0;
  for (const { title, steps } of program.sections) {
    if (steps.length === 0) continue;
    lines.push(...(lines.length > 0 ? [''] : []), title);
    for (const group of withOneReason(steps)) {
      lines.push('', `  ${' '.repeat(width)}   # ${group[0]!.why}${askedBy(group, origin)}`);
      for (const [index, step] of group.entries()) {
        number++;
        const text = shortened(stepText(step), group[index - 1]);
        lines.push(
          `  ${String(number).padStart(width)} ${step.on === 'host' ? '▸' : ' '} ${text}${tolerance(step)}`,
        );
      }
    }
  }
  return lines.join('\n');
};

const withOneReason = (steps: readonly Step[]): readonly (readonly Step[])[] => {
  const groups: Step[][] = [];
  for (const step of steps) {
    const group = groups.at(-1);
    if (group?.[0]?.why === step.why) group.push(step);
    else groups.push([step]);
  }
  return groups;
};

// The execve(2) steps of a Program differ only in the path; arguments and environment are printed once.
const shortened = (text: string, before: Step | undefined): string => {
  if (before === undefined || before.call === 'spawn') return text;
  const repeated = callText(before).slice(`${before.call}(`.length, -1).split(', ').slice(1).join(', ');
  return repeated.length > 60 ? text.replace(repeated, '…') : text;
};

const tolerance = ({ tolerate, skip, shared }: Step): string => {
  if (shared) return '    (made once, then shared)';
  if (!tolerate) return '';
  return skip ? `    (${tolerate}: leave out the next ${skip})` : `    (${tolerate} is fine)`;
};

const askedBy = (group: readonly Step[], origin: (from: string) => string | undefined): string => {
  const place = group.flatMap(({ from }) => (from === undefined ? [] : (origin(from) ?? [])))[0];
  return place === undefined ? '' : `  [${place}]`;
};

const valueText = (kind: Kind, value: Value): string => {
  switch (kind) {
    case 'ioctl_argument':
      if (typeof value === 'object') return loopConfig(value as LoopConfig);
      if (isReference(value)) return `[${value}]`;
      return typeof value === 'string' && !value.startsWith('O_') ? quote(value) : String(value);
    case 'prctl_argument':
      return typeof value === 'string' && !isName(value) ? quote(value) : String(value ?? 0);
    case 'int':
    case 'fd':
      return String(value ?? 0);
    case 'address':
      return typeof value === 'number' && value > 0 ? `0x${value.toString(16)}` : String(value ?? 0);
    case 'mode':
      return octal(value as number);
    case 'device':
      return `makedev(${(value as readonly number[]).join(', ')})`;
    case 'string':
    case 'data':
      if (value === null) return 'NULL';
      if (typeof value === 'object') return quote(numberedPath(value as NumberedPath));
      return isReference(value) ? value : quote(value as string);
    case 'room':
      return '…';
    case 'strings':
      return `[${(value as readonly string[]).map(quote).join(', ')}]`;
    case 'handed_over':
    case 'gids':
      return `[${(value as readonly number[]).join(', ')}]`;
    case 'sockaddr':
      return `{${socketAddressText(value as SocketAddress)}}`;
    case 'netlink':
      return `{${(value as Netlink).text}}`;
    case 'iovec':
      return `[${(value as readonly IoBuffer[]).join(', ')}]`;
    case 'open_how':
      return openHow(value as OpenHow);
    case 'mount_attr':
      return mountAttributes(value as MountAttributes);
    case 'capability_header':
      return 'self';
    case 'capability_data':
      return capabilities(value as Capabilities);
    case 'rlimit':
      return `{${limits(value as Limit)}}`;
    case 'bpf_attr':
      return bpfText(value as BpfAttribute);
    case 'sock_fprog':
      return `{${(value as BpfProgram).text}}`;
    case 'sigaction':
      return 'SIG_DFL';
    case 'sigset':
      return value === '~[]' ? value : `[${(value as readonly string[]).join(', ')}]`;
    case 'clone_args':
      return cloneArguments(value as CloneArguments);
    case 'place':
      return value === null ? 'NULL' : `[${value}]`;
    case 'timeout':
      return value === null ? 'NULL' : `{${(value as Timeout).seconds} s}`;
    case 'length':
      return '';
    default:
      return (value as string) || '0';
  }
};

const isReference = (value: Value): value is `$${string}` =>
  typeof value === 'string' && /^\$[a-z]/.test(value);

const octal = (mode: number): string => `0${mode.toString(8)}`;

// Escapes as in C, so that a call stays on one line.
const quote = (value: string): string =>
  `"${value.replace(/[\\"]/g, '\\$&').replace(/[\0-\x1f]/g, (char) => ESCAPES[char] ?? `\\${char.charCodeAt(0).toString(8)}`)}"`;

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\r': '\\r' };

const openHow = ({ flags, mode, resolve }: OpenHow): string =>
  `{${[flags, mode === undefined ? [] : octal(mode), resolve].flat().join(', ')}}`;

const mountAttributes = ({ set, propagation }: MountAttributes): string =>
  `{${[set || [], propagation ?? []].flat().join(', ')}}`;

const capabilities = ({ effective, permitted, inheritable }: Capabilities): string => {
  const set = (names: readonly string[]): string => (names.length === 0 ? '0' : names.join('|'));
  const same = set(effective) === set(permitted);
  const parts = same
    ? [`effective=permitted=${set(effective)}`]
    : [`effective=${set(effective)}`, `permitted=${set(permitted)}`];
  return `{${parts.join(', ')}, inheritable=${set(inheritable)}}`;
};

const cloneArguments = ({ flags, exitSignal, parentTid }: CloneArguments): string =>
  `{${flags}, ${exitSignal}, [${parentTid}]}`;

const numberedPath = ({ path, number }: NumberedPath): string => `${path}${number}`;

const loopConfig = ({ file, flags }: LoopConfig): string => `{fd=${file}, lo_flags=${flags}}`;

const limits = ({ soft, hard }: Limit): string =>
  [soft, hard].map((value) => (value < 0 ? 'RLIM_INFINITY' : String(value))).join(', ');
