import test from 'ava';
import { testServiceKey } from '../key-tests.ts';
import { service, web } from '../support.ts';

testServiceKey('cgroup_parent', {
  forms: [
    ['jobs', 'jobs'],
    ['/jobs/night', '/jobs/night'],
  ],
  faults: [
    ['../jobs', 'invalid-value 4:20 ../jobs'],
    ['jobs/../..', 'invalid-value 4:20 jobs/../..'],
    ['jobs//night', 'invalid-value 4:20 jobs//night'],
    ['jobs/cgroup.procs', 'invalid-value 4:20 jobs/cgroup.procs'],
    ['tscompose/app', 'invalid-value 4:20 tscompose/app'],
    ['[jobs]', 'invalid-type 4:20 [jobs]'],
  ],
});

test('a path below the root of every hierarchy', (t) => {
  t.is(service(t, web('cgroup_parent: /jobs/night/')).cgroupParent, 'jobs/night');
  t.is(service(t, web('cgroup_parent: /')).cgroupParent, undefined);
});
