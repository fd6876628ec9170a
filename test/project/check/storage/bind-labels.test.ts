import test from 'ava';
import type { Checked } from '../../../../src/project/check/checked.ts';
import { checkBindLabels } from '../../../../src/project/check/storage/bind-labels.ts';
import { loadText, web } from '../../support.ts';

const text = web(
  'volumes: ["./a:/a:z", "./b:/b", {type: bind, source: ./c, target: /c, bind: {selinux: Z}}, "./d:/d:ro,Z"]',
);

const found = (isOn: boolean) => {
  const { canonical, diagnostics } = loadText(text);
  const at = (...path: readonly (string | number)[]) =>
    path.join('.') as unknown as ReturnType<Checked['at']>;
  return [diagnostics, checkBindLabels({ canonical, at } as unknown as Checked, isOn)] as const;
};

// Red without: isSELinuxOn in bind-labels.ts; the warning.
test('labels are silent where SELinux is off, and one warning each where it is on', (t) => {
  t.deepEqual(found(false), [[], []]);
  const [, warnings] = found(true);
  t.deepEqual(
    warnings.map(({ severity, message, at, help }) => [severity, message, `${at}`, help?.split(' ').at(-1)]),
    [
      ['z', 0, 'a'],
      ['Z', 2, 'c'],
      ['Z', 3, 'd'],
    ].map(([label, index, source]) => [
      'warning',
      `\`${label}\` changes no label of SELinux`,
      `services.web.volumes.${index}.bind.selinux`,
      `/project/${source}\``,
    ]),
  );
});
