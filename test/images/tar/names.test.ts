import test from 'ava';
import { type Place, placeOf } from '../../../src/images/tar/names.ts';

const A255 = 'a'.repeat(255);

for (const [path, place] of [
  ['./', { kind: 'root' }],
  ['/', { kind: 'root' }],
  ['./etc/passwd', { kind: 'entry', parents: ['etc'], name: 'passwd' }],
  ['/etc//./passwd/', { kind: 'entry', parents: ['etc'], name: 'passwd' }],
  ['usr/bin/../lib', { kind: 'entry', parents: ['usr'], name: 'lib' }],
  [A255, { kind: 'entry', parents: [], name: A255 }],
  ['etc/.wh.passwd', { kind: 'whiteout', parents: ['etc'], name: 'passwd' }],
  ['.wh...', 'is a whiteout of no name'],
  ['.wh.a..', { kind: 'whiteout', parents: [], name: 'a..' }],
  ['etc/.wh..wh..opq', { kind: 'opaque', parents: ['etc'] }],
  ['.wh..wh.plnk/1.2', { kind: 'ignored' }],
  ['.wh..wh.aufs', { kind: 'ignored' }],
  ['.wh.', 'is a whiteout of no name'],
  ['.wh..', 'is a whiteout of no name'],
  ['.wh.a/b', 'lies below a whiteout'],
  ['../etc', 'leads out of the root'],
  ['a/../../etc', 'leads out of the root'],
  ['a\0b', 'has a NUL in it'],
  [`${A255}a/b`, 'has a name of 256 bytes; 255 are the most'],
] as const)
  test(`the path ${path.length > 50 ? `of ${path.length} bytes` : JSON.stringify(path)} is read`, (t) =>
    t.deepEqual(placeOf(path), place as Place | string));
