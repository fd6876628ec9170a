import test from 'ava';
import { problems, service, web } from '../support.ts';

test('one number for both limits, or each by itself', (t) => {
  const { ulimits } = service(t, web('ulimits:\n  nproc: 100\n  nofile: {soft: 10, hard: "20"}\n  core: -1'));
  t.deepEqual(ulimits, {
    nproc: { soft: 100, hard: 100 },
    nofile: { soft: 10, hard: 20 },
    core: { soft: -1, hard: -1 },
  });
});

test('a limit that does not exist', (t) => {
  t.deepEqual(problems(web('ulimits: {files: 1}')), ['error invalid-value 4:15 files']);
});

test('the soft limit is not above the hard one', (t) => {
  t.deepEqual(problems(web('ulimits: {nofile: {soft: 20, hard: 10}}')), ['error conflicting-keys 4:30 20']);
  t.deepEqual(problems(web('ulimits: {nofile: {soft: -1, hard: 10}}')), ['error conflicting-keys 4:30 -1']);
  t.deepEqual(problems(web('ulimits: {nofile: {soft: 20, hard: -1}}')), []);
});

test('both limits are needed', (t) => {
  t.deepEqual(problems(web('ulimits: {nofile: {soft: 20}}')), ['error missing-key 4:23 {soft: 20}']);
});
