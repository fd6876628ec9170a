import test from 'ava';
import {
  familiarName,
  familiarText,
  readReference,
  referenceText,
  wantedOf,
} from '../../../src/base/images/reference.ts';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

for (const [text, normal, familiar] of [
  ['postgres', 'docker.io/library/postgres:latest', 'postgres:latest'],
  ['postgres:16', 'docker.io/library/postgres:16', 'postgres:16'],
  ['bitnami/redis:7', 'docker.io/bitnami/redis:7', 'bitnami/redis:7'],
  ['docker.io/postgres', 'docker.io/library/postgres:latest', 'postgres:latest'],
  ['index.docker.io/postgres', 'docker.io/library/postgres:latest', 'postgres:latest'],
  ['docker.io/library/a/b', 'docker.io/library/a/b:latest', 'library/a/b:latest'],
  ['localhost/app', 'localhost/app:latest', 'localhost/app:latest'],
  ['localhost:5000/app', 'localhost:5000/app:latest', 'localhost:5000/app:latest'],
  ['localhost:5000/app:1', 'localhost:5000/app:1', 'localhost:5000/app:1'],
  ['[::1]:5000/app', '[::1]:5000/app:latest', '[::1]:5000/app:latest'],
  ['GHCR/app', 'GHCR/app:latest', 'GHCR/app:latest'],
  ['ghcr.io/owner/app:v1.2_3-x', 'ghcr.io/owner/app:v1.2_3-x', 'ghcr.io/owner/app:v1.2_3-x'],
  ['a__b/c--d/e.f', 'docker.io/a__b/c--d/e.f:latest', 'a__b/c--d/e.f:latest'],
  [`postgres@${DIGEST}`, `docker.io/library/postgres@${DIGEST}`, `postgres@${DIGEST}`],
  [`postgres:16@${DIGEST}`, `docker.io/library/postgres:16@${DIGEST}`, `postgres:16@${DIGEST}`],
  [`localhost:5000/a@${DIGEST}`, `localhost:5000/a@${DIGEST}`, `localhost:5000/a@${DIGEST}`],
] as const)
  test(`${text.slice(0, 60)} is ${familiar.slice(0, 60)}`, (t) => {
    const read = readReference(text);
    if (!('reference' in read)) return t.fail(read.must);
    t.is(referenceText(read.reference), normal);
    t.is(familiarText(read.reference), familiar);
    // The normal form and the familiar one name the same image.
    for (const again of [normal, familiar]) t.deepEqual(readReference(again), read);
  });

for (const [text, must] of [
  ['', 'not be empty'],
  ['Postgres', 'be lower case'],
  ['ghcr.io/Owner/app', 'be lower case'],
  ['postgres:', 'have a valid tag'],
  ['postgres:-1', 'have a valid tag'],
  [`postgres:${'a'.repeat(129)}`, 'have a valid tag'],
  ['postgres@sha256:abc', 'have a valid digest'],
  [`postgres@sha512:${'0'.repeat(128)}`, 'have a valid digest'],
  [`postgres@${DIGEST.toUpperCase()}`, 'have a valid digest'],
  ['postgres@', 'have a valid digest'],
  ['/postgres', 'be the name of an image'],
  ['a//b', 'be the name of an image'],
  ['a/', 'be the name of an image'],
  ['a..b', 'be the name of an image'],
  ['a___b', 'be the name of an image'],
  ['.a', 'be the name of an image'],
  ['a b', 'be the name of an image'],
  ['https://docker.io/postgres', 'be the name of an image'],
  ['-host.io/a', 'be the name of an image'],
  ['../../etc', 'be the name of an image'],
  ['a\n', 'be the name of an image'],
  ['a'.repeat(256), 'have at most 255 characters'],
  ['0'.repeat(64), 'be a name'],
] as const)
  test(`${JSON.stringify(text.slice(0, 60))} must ${must}`, (t) => {
    const read = readReference(text);
    t.is('must' in read ? read.must : 'was read', must);
  });

test('a registry is asked for the digest, and the tag beside it is only shown', (t) => {
  const read = readReference(`ghcr.io/owner/app:1@${DIGEST}`);
  if (!('reference' in read)) return t.fail(read.must);
  t.is(wantedOf(read.reference), DIGEST);
  t.is(familiarName(read.reference), 'ghcr.io/owner/app');
});

for (const [text, expected] of [
  ['Postgres:16', 'postgres:16'],
  ['docker.io/Postgres', 'docker.io/postgres'],
  ['Aa.io/Aa:Aa', 'Aa.io/aa:Aa'],
] as const)
  test(`${text} in lower case is ${expected}`, (t) => {
    const read = readReference(text);
    t.is('must' in read ? read.label : undefined, `expected \`${expected}\``);
  });
