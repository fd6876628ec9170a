import test from 'ava';
import { isOpen, rulesOf, rulesText } from '../../../src/container/devices/rules.ts';
import type { OciDeviceRule } from '../../../src/container/oci.ts';

/** `allow c 1:3 rwm`. */
const rule = (text: string): OciDeviceRule => {
  const [, said, type, major, minor, access] = /^(\w+) ([acb]) ([\d*]+):([\d*]+) ([rwm]+)$/.exec(text)!;
  return {
    allow: said === 'allow',
    type: type as OciDeviceRule['type'],
    ...(major === '*' ? {} : { major: Number(major) }),
    ...(minor === '*' ? {} : { minor: Number(minor) }),
    access: access!,
  };
};

const DENY_ALL = 'deny a *:* rwm';

/** The order of rules matters as in the kernel's controller of version 1. */
const cases: readonly (readonly [title: string, list: readonly string[], comesTo: string])[] = [
  ['no rule at all', [], 'allow all'],
  ['everything denied', [DENY_ALL], 'deny all'],
  ['single devices', [DENY_ALL, 'allow c 1:3 rwm', 'allow b 7:* r'], 'deny all, allow c 1:3 rwm, b 7:* r'],
  [
    'access to one device adds up',
    [DENY_ALL, 'allow c 1:3 r', 'allow c 1:3 wm'],
    'deny all, allow c 1:3 rwm',
  ],
  [
    'a wildcard is an exception of its own',
    [DENY_ALL, 'allow c 1:3 r', 'allow c 1:* w'],
    'deny all, allow c 1:3 r, c 1:* w',
  ],
  ['access is taken away again', [DENY_ALL, 'allow c 1:3 rwm', 'deny c 1:3 w'], 'deny all, allow c 1:3 rm'],
  ['all of it', [DENY_ALL, 'allow c 1:3 r', 'deny c 1:3 rw'], 'deny all'],
  ['what was denied before all was allowed', [DENY_ALL, 'allow c 1:3 r', 'allow a *:* rwm'], 'allow all'],
  ['a rule of all types is about all numbers and any access', [DENY_ALL, 'allow a 7:* r'], 'allow all'],
  ['single devices denied', ['deny c 1:3 rw', 'allow c 1:3 r'], 'allow all, deny c 1:3 w'],
  [
    'rules before a rule of all types are forgotten',
    ['deny c 1:3 rw', DENY_ALL, 'allow c 1:5 r'],
    'deny all, allow c 1:5 r',
  ],
];

for (const [title, list, comesTo] of cases)
  test(`rules: ${title}`, (t) => {
    const rules = rulesOf(list.map(rule));
    t.is(rulesText(rules), comesTo);
    t.is(isOpen(rules), comesTo === 'allow all');
  });
