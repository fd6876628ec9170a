import { tmpdir } from 'node:os';
import test from 'ava';
import { findings, loadText, web } from '../../support.ts';

const volumes = (...each: readonly string[]): string =>
  `${web(`volumes: [${each.map((one) => `${one.split(':')[0]}:/${one.split(':')[0]}`).join(', ')}]`)}volumes:\n${each.map((one) => `  ${one}\n`).join('')}`;

const found = (text: string, hasVolume?: (name: string) => boolean) => {
  const loaded = loadText(text, { cwd: tmpdir(), projectName: 'p', checkFiles: true, hasVolume });
  const helps = loaded.diagnostics.map(({ help }) => help);
  return [findings(loaded.diagnostics, loaded), helps] as const;
};

const NOWHERE = '/nowhere-at-all';

test('options that mount(2) is sure to refuse are errors, all at once', (t) => {
  // Red without: checkVolumeDevices in host-paths.ts; each of the answers of flawOfDevice.
  const [places, helps] = found(
    volumes(
      'a: {driver_opts: {type: none, o: bind, device: ./gone}}',
      `b: {driver_opts: {type: none, o: "ro,rbind", device: ${NOWHERE}}}`,
      `c: {driver: local, driver_opts: {type: none, o: bind, device: .${NOWHERE}}}`,
      'd: {driver_opts: {type: tmpf, device: tmpfs}}',
      'e: {driver: local, driver_opts: {type: none, o: "bind,ro", device: ./gone}}',
      'f: {driver_opts: {type: none, o: ro, device: /tmp}}',
      'g: {driver_opts: {type: bind, device: /tmp}}',
      `h: {driver_opts: {type: ext4, device: /dev${NOWHERE}}}`,
    ),
  );
  t.deepEqual(places, [
    'error volume-not-mounted 6:7 driver_opts',
    'error volume-not-mounted 7:7 driver_opts',
    'error volume-not-mounted 8:22 driver_opts',
    'error volume-not-mounted 9:7 driver_opts',
    'error volume-not-mounted 10:22 driver_opts',
    'error volume-not-mounted 11:7 driver_opts',
    'error volume-not-mounted 12:7 driver_opts',
    'error volume-not-mounted 13:7 driver_opts',
  ]);
  const relative =
    '`device` must be an absolute path, or set `driver: local` and `o: bind` for one relative to the file';
  t.deepEqual(helps, [
    relative,
    `create the directory: \`mkdir -p ${NOWHERE}\``,
    `create the directory: \`mkdir -p ${tmpdir()}${NOWHERE}\``,
    'did you mean `type: tmpfs`?',
    relative,
    'write `o: bind` beside it',
    'write `o: bind` beside it',
    '`lsblk` lists the block devices of this machine',
  ]);
});

test('what only the kernel can tell is left to it, and so are existing volumes and those that nothing mounts', (t) => {
  const [places] = found(
    volumes(
      'a: {driver_opts: {type: none, o: bind, device: /tmp}}',
      'b: {driver_opts: {type: nfs, o: addr=::1, device: ":/gone"}}',
      'c: {driver_opts: {type: zfs, device: pool}}',
      'd: {driver_opts: {type: tmpfs, device: gone}}',
      'e: {driver_opts: {type: ext4, device: /dev/null}}',
      'f: {driver_opts: {type: 9p, o: trans=virtio, device: gone}}',
    ),
  );
  t.deepEqual(places, []);
  const gone = `driver_opts: {type: none, o: bind, device: ${NOWHERE}}`;
  const unused = `${web('tty: true')}volumes: {a: {${gone}}}\n`;
  t.deepEqual(found(unused)[0], []);
  const both = volumes(`a: {${gone}}`, `b: {name: own, ${gone}}`);
  // Red without: hasVolume in checkVolumeDevices; its two names.
  t.deepEqual(
    found(both, (name) => name === 'p_a' || name === 'own'),
    [[], []],
  );
  t.is(found(both, (name) => name === 'a')[0].length, 2);
});
