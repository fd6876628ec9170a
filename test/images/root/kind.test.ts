import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import test from 'ava';
import { Problem } from '../../../src/base/diagnostic.ts';
import { rootKind } from '../../../src/images/root/kind.ts';
import { probeKind } from '../../../src/images/root/probe.ts';
import { withStore } from '../with-store.ts';

test(
  'the kind of roots is probed once and written down, for this boot and this file system alone',
  withStore(async (t, { store }) => {
    const kind = probeKind(store.ingest, undefined);
    t.is(rootKind(store, undefined), kind);
    // A directory for each layer is probed each time.
    t.is(existsSync(store.rootKind), kind !== 'directory');
    if (kind === 'directory') return;
    const note = readFileSync(store.rootKind, 'utf8');
    const other = kind === 'erofs' ? 'erofs-loop' : 'erofs';
    writeFileSync(store.rootKind, note.replace(` ${kind}\n`, ` ${other}\n`));
    t.is(rootKind(store, undefined), other);
    // What was written before another boot, and what was cut, says nothing.
    for (const wrong of [note.replace(/^./, (digit) => (digit === '0' ? '1' : '0')), note.slice(0, -1), '']) {
      writeFileSync(store.rootKind, wrong);
      t.is(rootKind(store, undefined), kind);
      t.is(readFileSync(store.rootKind, 'utf8'), note);
    }
  }),
);

test(
  'a forced kind is tried each time and not written down',
  withStore(async (t, { store }) => {
    t.is(rootKind(store, 'directory'), 'directory');
    t.throws(() => rootKind(store, 'zip'), { instanceOf: Problem });
    t.false(existsSync(store.rootKind));
  }),
);
