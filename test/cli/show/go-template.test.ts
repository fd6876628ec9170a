import test from 'ava';
import { goTemplate } from '../../../src/cli/show/go-template.ts';

const image = {
  Id: 'sha256:1',
  Size: 7,
  Config: { User: 'web', Env: ['A=1', 'B=2'], Labels: { 'org.example.tier': 'front' }, Cmd: null },
};

const printed = (template: string) => goTemplate(template, Object.keys(image)).render(image);

for (const [template, expected] of [
  ['{{.Id}} has {{ .Size }}', 'sha256:1 has 7'],
  ['{{.Config.User}}', 'web'],
  ['{{upper .Config.User}} {{json .Config.Env}} {{json .Config.Cmd}}', 'WEB ["A=1","B=2"] null'],
  ['{{index .Config.Labels "org.example.tier"}}', 'front'],
  ['{{ index .Config "Labels" "org.example.tier" }}', 'front'],
  ['{{index .Config.Env 1}}', 'B=2'],
  ['<{{.Config.Domain.Name}}{{index .Config.Labels "none"}}{{.Config.constructor}}>', '<>'],
] as const)
  test(`${template} is ${expected}`, (t) => {
    t.is(printed(template), expected);
  });

for (const template of [
  '{{.Name}}',
  '{{.Name.First}}',
  '{{index .Name "a"}}',
  '{{index .Config}}',
  '{{.}}',
  '{{.Config.}}',
  '{{range .Config.Env}}',
])
  test(`${template} is refused with the fields that there are`, (t) => {
    t.throws(() => printed(template), { instanceOf: TypeError, message: /a field among Id, Size, Config/ });
  });

test('the header of a column below a field names the whole path', (t) => {
  t.is(
    goTemplate('table {{.Id}}\\t{{.Config.WorkingDir}}', ['Id', 'Config']).header,
    'ID\tCONFIG WORKING DIR',
  );
});
