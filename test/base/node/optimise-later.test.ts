import { Script } from 'node:vm';
import test from 'ava';
import { optimisingLater } from '../../../src/base/node/optimise-later.ts';

// V8 takes compiled code only with the flags that it was compiled with, and has the same file only once.
test.serial('another budget holds while the work is done, and not afterwards', (t) => {
  const source = '(() => 1)()';
  const cachedData = new Script(source).createCachedData();
  let files = 0;
  const isRejected = () => new Script(source, { cachedData, filename: `${files++}.js` }).cachedDataRejected;
  t.false(isRejected());
  t.true(optimisingLater(isRejected));
  t.false(isRejected());
  t.throws(() =>
    optimisingLater(() => {
      throw new Error('the work fails');
    }),
  );
  t.false(isRejected());
});
