import test from 'ava';
import { placeOf } from './files.ts';

type Declare = (...words: readonly unknown[]) => unknown;

let place = '';

/** The tests that are declared from now on are of this file. */
export function declareOf(file: string): void {
  place = placeOf(file);
}

/** Titles begin with the file, as two files may have the same. */
const titled = (declare: Declare): Declare =>
  new Proxy(declare, {
    apply: (_, self, [title, ...rest]: readonly unknown[]) =>
      declare.call(self, typeof title === 'string' ? `${place} › ${title}` : title, ...rest),
    get: (_, name) => {
      if (name === 'beforeEach' || name === 'afterEach')
        throw new Error(`${place}: ${name} would be for the tests of other files as well; use a function`);
      if (name === 'serial') return titled(declare);
      const value: unknown = Reflect.get(declare, name) ?? Reflect.get(test, name);
      return typeof value === 'function' && name !== 'macro' ? titled(value as Declare) : value;
    },
  });

/** ava's `test`, one after the other: what a test makes of this process is nothing to the next. */
export default titled(test.serial as Declare);
