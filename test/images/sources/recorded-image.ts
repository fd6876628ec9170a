import { pathToFileURL } from 'node:url';
import { makeLayout } from '../make-layout.ts';
import { directory, file, link, type Member } from '../tar/archive.ts';

const MANY = Array.from({ length: 50 }, (_, index) => file(`old/${index}`, `${index}\n`.repeat(index)));

/** What an archive of a layer can have, as far as others write it to disk: from the bottom up. */
export const RECORDED_LAYERS: readonly (readonly Member[])[] = [
  [
    ...['etc', 'old'].map((path) => directory(path)),
    file('etc/motd', 'hello'),
    file('etc/gone', 'gone'),
    file('empty'),
    file('caf\xe9', 'not UTF-8'),
    file('n'.repeat(200), 'a long name'),
    link('hard', 'etc/motd', 'hardlink'),
    link('symbolic', 'etc/motd'),
    file('set-uid', 'x', { mode: 0o4755, uid: 1000, gid: 50 }),
    ...MANY,
  ],
  [],
  [
    file('etc/motd', 'goodbye'),
    file('etc/.wh.gone'),
    directory('old'),
    file('old/.wh..wh..opq'),
    file('old/new', 'x'),
  ],
  [],
];

if (import.meta.url === pathToFileURL(process.argv[1]!).href)
  makeLayout(process.argv[2]!, [{ name: 'app:1', layers: RECORDED_LAYERS, config: { Cmd: ['sh'] } }]);
