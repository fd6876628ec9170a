/**
 * The instructions that the programs of the relay and the guardian consist of: few enough to encode for each
 * architecture in one page, and simple enough that the lowering never needs more than two registers.
 */

/**
 * `a` and `b` are for values, `p0` … `p5` and `number` for system calls, `base` for the address of the memory. A system
 * call keeps all but `a`, `b` and `number`, and leaves its result in `a`.
 */
export type Register = 'a' | 'b' | 'number' | 'base' | 'p0' | 'p1' | 'p2' | 'p3' | 'p4' | 'p5';

export type Comparison = '==' | '!=' | '<' | '>=' | '>' | '<=';

export type Operator = '+' | '-' | '*' | '&' | '|';

export type Width = 4 | 8;

export type Operation =
  /** A signed number of 32 bits, extended to 64. */
  | { readonly do: 'set'; readonly to: Register; readonly value: number }
  /** From memory; 4 bytes are extended with their sign. */
  | {
      readonly do: 'load';
      readonly to: Register;
      readonly from: Register;
      readonly at: number;
      readonly bytes: Width;
    }
  | {
      readonly do: 'store';
      readonly from: Register;
      readonly to: Register;
      readonly at: number;
      readonly bytes: Width;
    }
  | { readonly do: 'move'; readonly to: Register; readonly from: Register }
  /** The address of the memory plus an offset. */
  | { readonly do: 'address'; readonly to: Register; readonly at: number }
  /** a = the stack pointer: at the first instruction, the address of the number of arguments, then theirs. */
  | { readonly do: 'stack' }
  /** a = a operator b. */
  | { readonly do: 'compute'; readonly operator: Operator }
  /** a = a shifted by a number of bits; to the right, zeros come in. */
  | { readonly do: 'shift'; readonly to: 'left' | 'right'; readonly by: number }
  /** Compares a with b, signed, and continues at the label if the comparison holds. */
  | { readonly do: 'branch'; readonly when: Comparison; readonly label: string }
  | { readonly do: 'jump'; readonly label: string }
  | { readonly do: 'call'; readonly label: string }
  /** The first and the last instructions of a routine. */
  | { readonly do: 'enter' }
  | { readonly do: 'return' }
  | { readonly do: 'syscall' }
  /** A name for the next instruction. */
  | { readonly do: 'label'; readonly label: string };

/** The offset of a label from the first instruction. */
export type Labels = (label: string) => number;
