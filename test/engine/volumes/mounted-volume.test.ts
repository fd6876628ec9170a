import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { lockMounted } from '../../../src/engine/volumes/mounted-volume.ts';
import { lockVolume, type VolumeLock } from '../../../src/engine/volumes/volume-lock.ts';
import { eventually } from '../../scenarios/harness/eventually.ts';
import { inState, plain } from './support.ts';

/** Takes the place of a mount(2) whose server does not answer. */
const HANGS = `import { renameSync, writeFileSync } from 'node:fs';
writeFileSync(process.argv[3] + '.new', String(process.pid));
renameSync(process.argv[3] + '.new', process.argv[3] + '.pid');
setInterval(() => {}, 1e6);
`;

// Red without: `signal` in own-process.ts; throwIfAborted in turnToMount; lock.release() in lockMounted.
test(
  'a signal ends the wait for a server that does not answer, and for the turn to mount',
  inState(async (t, state, store) => {
    const entry = join(state, 'hangs.mjs');
    writeFileSync(entry, HANGS);
    const options = { type: 'nfs', device: ':/export', o: 'addr=127.0.0.1' };
    const volume = await store.create(plain('data', { options }));
    const controller = new AbortController();
    const { signal } = controller;
    const first = t.throwsAsync(lockMounted(store, volume, { signal, entry }));
    const pid = await eventually('the process waits', () =>
      Number(readFileSync(`${store.data('data')}.pid`, 'utf8')),
    );
    const other = await store.create(plain('other', { options }));
    const turn = lockVolume(`${store.directory('other')}/mounting`, 'exclusive') as VolumeLock;
    const second = t.throwsAsync(lockMounted(store, other, { signal, entry }));
    const reason = new Error('interrupted');
    controller.abort(reason);
    t.is(await first, reason);
    t.is(await second, reason);
    turn.release();
    await eventually('the process has ended', () => !existsSync(`/proc/${pid}`));
    await store.remove('data');
    t.is(store.find('data'), undefined);
  }),
);
