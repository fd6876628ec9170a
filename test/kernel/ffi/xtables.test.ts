import { execFileSync } from 'node:child_process';
import test from 'ava';
import { filterTable } from '../../../src/kernel/ffi/xtables-socket.ts';
import { inOwnNetwork } from '../../engine/networks/own-network.ts';

const asRoot = process.geteuid?.() === 0 ? test.serial : test.serial.skip;

for (const [family, program] of [
  ['ip', 'iptables-legacy'],
  ['ip6', 'ip6tables-legacy'],
] as const)
  asRoot(`${program}: policies, chains and interfaces of rules are found`, (t) => {
    inOwnNetwork(t);
    const iptables = (...words: readonly string[]): void => void execFileSync(program, [...words]);
    t.is(filterTable(family), undefined, 'looking makes no table');
    iptables('-N', 'OURS');
    t.deepEqual(filterTable(family), { drops: false, chains: ['OURS'], rules: filterTable(family)!.rules });
    iptables('-P', 'FORWARD', 'DROP');
    iptables('-A', 'FORWARD', '-j', 'OURS');
    iptables('-A', 'OURS', '-i', 'tsc+', '-j', 'ACCEPT');
    iptables('-A', 'OURS', '-o', 'eth0', '-p', 'tcp', '--dport', '80', '-j', 'REJECT');
    const { drops, rules } = filterTable(family)!;
    t.true(drops);
    t.deepEqual(
      rules.filter(({ input, output }) => input !== '' || output !== ''),
      [
        { input: 'tsc+', output: '', target: 'accept' },
        { input: '', output: 'eth0', target: 'drop' },
      ],
    );
  });
