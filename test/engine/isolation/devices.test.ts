import test from 'ava';
import { type DeviceVerdict, deviceFacts } from '../../../src/engine/isolation/device-facts.ts';
import { parseDeviceList, ruleVerdict, withAbsent } from '../../../src/engine/isolation/device-list.ts';
import { programVerdict } from '../../../src/engine/isolation/device-program.ts';
import type { DeviceNumber } from '../../../src/engine/isolation/facts.ts';

const device = (type: 'c' | 'b', major: number, minor: number, name = '') => ({ type, major, minor, name });
const nothing: DeviceNumber = device('c', 1, 3);
const disk = device('b', 8, 0, 'sda');
const kvm = device('c', 10, 232, 'kvm');
const machine = [device('c', 1, 3, 'null'), device('c', 136, 4), device('c', 5, 2, 'ptmx'), disk, kvm];

const instruction = (opcode: number, registers: number, offset = 0, immediate = 0): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt8(opcode);
  bytes.writeUInt8(registers, 1);
  bytes.writeInt16LE(offset, 2);
  bytes.writeInt32LE(immediate, 4);
  return bytes;
};

/** Allows a device of a type and major number to be read, and nothing else: as runc and systemd write it. */
const readOnly = (type: number, major: number): Buffer =>
  Buffer.concat([
    instruction(0x61, 0x12, 0), // r2 = access and type
    instruction(0xbc, 0x23), // w3 = w2
    instruction(0x54, 0x02, 0, 0xffff), // w2 &= 0xffff
    instruction(0x74, 0x03, 0, 16), // w3 >>= 16
    instruction(0x61, 0x14, 4), // r4 = major
    instruction(0x55, 0x02, 5, type), // if r2 != type skip
    instruction(0x56, 0x04, 4, major), // if w4 != major skip
    instruction(0x57, 0x03, 0, ~2), // r3 &= ~read
    instruction(0x55, 0x03, 2, 0), // if r3 != 0 skip
    instruction(0xb7, 0x00, 0, 1), // r0 = 1
    instruction(0x95, 0x00), // exit
    instruction(0xb7, 0x00, 0, 0), // r0 = 0
    instruction(0x95, 0x00), // exit
  ]);

const allowAll = Buffer.concat([instruction(0xb7, 0, 0, 1), instruction(0x95, 0)]);
const callsHelper = Buffer.concat([instruction(0x85, 0, 0, 14), instruction(0x95, 0)]);

test('a program is read as the kernel runs it', (t) => {
  const verdict = programVerdict([readOnly(1, 8)]);
  t.true(verdict(disk, 'r'));
  t.false(verdict(disk, 'w'));
  t.false(verdict(disk, 'm'));
  t.false(verdict({ ...disk, type: 'c' }, 'r'));
  t.false(verdict({ ...disk, major: 9 }, 'r'));
});

test('all of several programs must allow a device, and without any everything is allowed', (t) => {
  t.false(programVerdict([allowAll, readOnly(1, 8)])(kvm, 'r'));
  t.true(programVerdict([allowAll, readOnly(1, 8)])(disk, 'r'));
  t.true(programVerdict([])(kvm, 'w'));
});

test('a program with an instruction that is not understood has no verdict', (t) => {
  t.is(programVerdict([allowAll, callsHelper])(disk, 'r'), undefined);
  t.is(programVerdict([Buffer.alloc(0)])(disk, 'r'), undefined);
  t.is(deviceFacts(programVerdict([callsHelper]), machine).access, 'unknown');
});

test('devices beyond the default ones are named, with the access', (t) => {
  const allowed = (allows: DeviceVerdict) => deviceFacts(allows, machine);
  t.deepEqual(allowed(programVerdict([readOnly(1, 8)])), {
    access: 'some',
    beyond: [{ ...disk, access: 'r' }],
  });
  t.deepEqual(allowed(programVerdict([allowAll])), { access: 'all', beyond: [] });
  t.deepEqual(
    allowed(({ type, major }) => type === 'c' && major !== 10),
    { access: 'default', beyond: [] },
  );
  t.deepEqual(allowed(ruleVerdict([{ type: 'c', major: 10, access: 'wm' }])).beyond, [
    { ...kvm, access: 'w' },
  ]);
});

test('devices.list of version 1', (t) => {
  const list = ruleVerdict(parseDeviceList('c 1:3 rwm\nb *:* m\nc 10:* r\n'));
  t.true(list(nothing, 'w'));
  t.true(list(disk, 'm'));
  t.false(list(disk, 'r'));
  t.true(list(kvm, 'r'));
  t.is(deviceFacts(ruleVerdict(parseDeviceList('a *:* rwm\n')), machine).access, 'all');
  t.is(deviceFacts(ruleVerdict(parseDeviceList('')), machine).access, 'default');
});

test('a rule about a device that is not there counts as one device', (t) => {
  const names = (...rules: readonly string[]) => withAbsent(machine, rules).slice(machine.length);
  t.deepEqual(names('c 188:* rwm', 'c 188:* rwm', 'c 10:* r', 'b 8:0 w', 'a *:* rwm'), [
    { type: 'c', major: 188, minor: 0, name: '188:*' },
  ]);
});
