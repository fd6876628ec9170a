import type { Comparison, Operation, Operator, Register, Width } from './machine/instruction.ts';

/**
 * A small language: statements are data, variables are words at the begin of the memory, and all of them are global.
 * `lower` turns statements into the operations that each architecture encodes.
 */

/** A place in memory: at an offset from the address in a variable. */
export type Field = { readonly of: string; readonly at: number; readonly bytes: Width };

/** The address at an offset in the memory. */
export type Address = { readonly address: number };

/** A number, a variable, a field or an address. */
export type Leaf = number | string | Field | Address;

/** `[left, operator, right]`; only the left operand may consist of others. Shifts are by a number. */
export type Value = Leaf | readonly [Value, Operator, Leaf] | readonly [Value, '<<' | '>>', number];

export type Condition = readonly [Value, Comparison, Leaf];

export type Statement =
  | { readonly do: 'set'; readonly to: string | Field; readonly value: Value }
  /** A system call, by its number; a negative result is an error. */
  | { readonly do: 'ask'; readonly to: string; readonly number: number; readonly args: readonly Value[] }
  | {
      readonly do: 'when';
      readonly condition: Condition;
      readonly then: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  | { readonly do: 'repeat'; readonly body: readonly Statement[] }
  /** Ends the innermost `repeat`. */
  | { readonly do: 'leave' }
  /** Begins the next round of the innermost `repeat`. */
  | { readonly do: 'again' }
  /** Runs a routine after its variables are set. */
  | { readonly do: 'run'; readonly routine: string }
  /** Ends the routine. */
  | { readonly do: 'back' }
  /** The stack pointer; outside of routines it is as execve(2) has left it. */
  | { readonly do: 'stack'; readonly to: string }
  /** The address of the memory, for all that follows. */
  | { readonly do: 'base'; readonly value: Value };

export const set = (to: string | Field, value: Value): Statement => ({ do: 'set', to, value });

export const when = (
  condition: Condition,
  then: readonly Statement[],
  otherwise: readonly Statement[] = [],
): Statement => ({ do: 'when', condition, then, otherwise });

export const repeat = (...body: readonly Statement[]): Statement => ({ do: 'repeat', body });

/** Stores a text and a zero at an offset from the address in a variable. */
export const put = (of: string, at: number, text: string): readonly Statement[] => {
  const bytes = Buffer.from(`${text}${'\0'.repeat(4 - (text.length % 4))}`);
  return Array.from({ length: bytes.length / 4 }, (_, index) =>
    set({ of, at: at + 4 * index, bytes: 4 }, bytes.readInt32LE(4 * index)),
  );
};

export const leave: Statement = { do: 'leave' };

export const again: Statement = { do: 'again' };

export const back: Statement = { do: 'back' };

/** Runs a routine, with values for its variables. */
export const run = (
  routine: string,
  variables: Readonly<Record<string, Value>> = {},
): readonly Statement[] => [
  ...Object.entries(variables).map(([name, value]) => set(name, value)),
  { do: 'run', routine },
];

export type Program = {
  readonly main: readonly Statement[];
  readonly routines: Readonly<Record<string, readonly Statement[]>>;
};

/** The labels of the innermost `repeat`. */
type Around = { readonly begin: string; readonly end: string };

type Operations = readonly Operation[];

/** `variables`: the number of bytes at the begin of the memory that are for variables. */
export const lower = ({ main, routines }: Program, variables: number): Operations => {
  const slots = new Map<string, number>();
  let labels = 0;

  const slotOf = (name: string): number => {
    const slot = slots.get(name) ?? slots.size * 8;
    slots.set(name, slot);
    if (slot + 8 > variables) throw new Error('too many variables');
    return slot;
  };
  const label = (): string => `.${labels++}`;

  const load = (to: Register, value: Leaf): Operations => {
    if (typeof value === 'number') return [{ do: 'set', to, value }];
    if (typeof value === 'string') return [{ do: 'load', to, from: 'base', at: slotOf(value), bytes: 8 }];
    if ('address' in value) return [{ do: 'address', to, at: value.address }];
    const pointer = to === 'b' ? 'b' : 'a';
    const { of, at, bytes } = value;
    return [...load(pointer, of), { do: 'load', to, from: pointer, at, bytes }];
  };

  /** The value in `a`. */
  const evaluate = (value: Value): Operations => {
    if (!isCompound(value)) return load('a', value);
    const left = evaluate(value[0]);
    if (isShift(value))
      return [...left, { do: 'shift', to: value[1] === '<<' ? 'left' : 'right', by: value[2] }];
    return [...left, ...load('b', value[2]), { do: 'compute', operator: value[1] }];
  };

  /** Stores `a`. */
  const store = (to: string | Field): Operations =>
    typeof to === 'string'
      ? [{ do: 'store', from: 'a', to: 'base', at: slotOf(to), bytes: 8 }]
      : [...load('b', to.of), { do: 'store', from: 'a', to: 'b', at: to.at, bytes: to.bytes }];

  const argument = (value: Value, index: number): Operations => {
    const to = `p${index}` as Register;
    return isCompound(value) ? [...evaluate(value), { do: 'move', to, from: 'a' }] : load(to, value);
  };

  const all = (statements: readonly Statement[], around?: Around): Operations =>
    statements.flatMap((statement) => one(statement, around));

  const one = (statement: Statement, around?: Around): Operations => {
    switch (statement.do) {
      case 'set':
        return [...evaluate(statement.value), ...store(statement.to)];
      case 'ask':
        return [
          ...statement.args.flatMap(argument),
          { do: 'set', to: 'number', value: statement.number },
          { do: 'syscall' },
          ...store(statement.to),
        ];
      case 'when': {
        const [otherwise, end] = [label(), label()];
        const [left, comparison, right] = statement.condition;
        return [
          ...evaluate(left),
          ...load('b', right),
          { do: 'branch', when: OPPOSITES[comparison], label: otherwise },
          ...all(statement.then, around),
          ...(statement.otherwise.length > 0 ? [{ do: 'jump', label: end } as const] : []),
          { do: 'label', label: otherwise },
          ...all(statement.otherwise, around),
          { do: 'label', label: end },
        ];
      }
      case 'repeat': {
        const inner = { begin: label(), end: label() };
        return [
          { do: 'label', label: inner.begin },
          ...all(statement.body, inner),
          { do: 'jump', label: inner.begin },
          { do: 'label', label: inner.end },
        ];
      }
      case 'leave':
      case 'again':
        if (!around) throw new Error(`${statement.do} outside of repeat`);
        return [{ do: 'jump', label: statement.do === 'leave' ? around.end : around.begin }];
      case 'run':
        return [{ do: 'call', label: statement.routine }];
      case 'back':
        return [{ do: 'return' }];
      case 'stack':
        return [{ do: 'stack' }, ...store(statement.to)];
      case 'base':
        return [...evaluate(statement.value), { do: 'move', to: 'base', from: 'a' }];
    }
  };

  return [
    ...all(main),
    ...Object.entries(routines).flatMap(
      ([name, body]): Operations => [
        { do: 'label', label: name },
        { do: 'enter' },
        ...all(body),
        { do: 'return' },
      ],
    ),
  ];
};

const OPPOSITES: Readonly<Record<Comparison, Comparison>> = {
  '==': '!=',
  '!=': '==',
  '<': '>=',
  '>=': '<',
  '>': '<=',
  '<=': '>',
};

const isCompound = (value: Value): value is Exclude<Value, Leaf> => Array.isArray(value);

const isShift = (value: Exclude<Value, Leaf>): value is readonly [Value, '<<' | '>>', number] =>
  value[1] === '<<' || value[1] === '>>';
