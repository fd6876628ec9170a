import { type Measured, median } from './rounds.ts';

/** The figures themselves, and then what they are beside each other. With `all`, also those that are missing. */
export function tableLines({ figures, failures }: Measured, all: boolean): readonly string[] {
  return [
    ...[...figures].map(([name, values]) => {
      const unit = name.endsWith('MB') ? '' : ' ms';
      const [middle, low, high] = [median(values), Math.min(...values), Math.max(...values)].map((value) =>
        value.toFixed(1),
      );
      return `${name.padEnd(20)} ${middle!.padStart(9)}${unit.padEnd(4)} (${low} … ${high})`;
    }),
    ...[...failures].map(
      ([name, reason]) => `${name.padEnd(20)} not measured: ${reason.trim().split('\n')[0]}`,
    ),
    '',
    ...ratios(figures)
      .filter(({ value }) => all || Number.isFinite(value))
      .map(({ title, value, goal }) => {
        const text = Number.isFinite(value) ? value.toFixed(2).padStart(7) : 'not measured';
        return `${title.padEnd(62)} ${text}  (${goal})`;
      }),
  ];
}

type Ratio = { readonly title: string; readonly value: number; readonly goal: string };

function ratios(measured: Measured['figures']): readonly Ratio[] {
  const get = (name: string): number => median(measured.get(name) ?? [Number.NaN]);
  const slope = (name: (size: number) => string): number => (get(name(100)) - get(name(10))) / 90;
  const node = get('node');
  const limit = slope((size) => `limit ${size} up`);
  return [
    {
      title: 'one more service, first start to last execve, × limit',
      value: slope((n) => `up ${n} starts`) / limit,
      goal: 'at most 1',
    },
    {
      title: 'one more service, whole `up -d`, × limit',
      value: slope((n) => `up ${n} whole`) / limit,
      goal: 'at most 1.6',
    },
    {
      title: '`up -d` of 100, × (limit 100 + 5 node)',
      value: get('up 100 whole') / (get('limit 100 up') + 5 * node),
      goal: 'at most 1',
    },
    {
      title: '`down` of 100, × (2 limit + 2 node)',
      value: get('down 100') / (2 * get('limit 100 down') + 2 * node),
      goal: 'at most 1',
    },
    { title: '`ps` with 1 service, × node', value: get('ps 1') / node, goal: 'at most 1.6' },
    { title: '`ps` with 100 services, × node', value: get('ps 100') / node, goal: 'at most 2.5' },
    { title: '`--help`, × node', value: get('help') / node, goal: 'at most 1.6' },
    { title: '`config -q` with 1 service, × node', value: get('config 1') / node, goal: 'at most 1.7' },
    {
      title: 'a file of 500 services: our part, × parsing it',
      value: (get('load 500') - get('parse 500')) / get('parse 500'),
      goal: 'at most 1',
    },
    {
      title: '`config -q` of 500 services, × node',
      value: get('config of 500') / node,
      goal: 'at most 14',
    },
    {
      title: 'one of 5,000 services in a file, × one of 500',
      value: get('load 5000') / get('load 500') / 10,
      goal: 'at most 1.2',
    },
    {
      title: 'the slowest hostile file, ms',
      value: Math.max(
        ...[...measured].filter(([name]) => name.startsWith('hostile ')).map(([name]) => get(name)),
      ),
      goal: 'at most 1000',
    },
    { title: '`exec true`, × node', value: get('exec 1') / node, goal: 'at most 2.5' },
    { title: 'supervisor with 1 service, MB', value: get('supervisor 1 MB'), goal: 'at most 70' },
    {
      title: 'supervisor, KB for each more',
      value: ((get('supervisor 100 MB') - get('supervisor 1 MB')) / 99) * 1024,
      goal: 'at most 100',
    },
    {
      title: '`up -d` of 50 with docker-compose, × ours',
      value: get('docker-compose 50 up') / get('up 50 whole'),
      goal: 'at least 30',
    },
    {
      title: 'longest `_ping` while a layer of 100,000 files is removed, ms',
      value: get('removal ping'),
      goal: 'below 200',
    },
    {
      title: '`up -d` with a first copy of 50,000 files, × (cp -a and sync -f)',
      value: get('copy up') / get('cp and sync'),
      goal: 'at most 2',
    },
    {
      title: 'longest `_ping` during that copy, ms',
      value: get('copy ping'),
      goal: 'below 200',
    },
    { title: 'supervisor while a log of 1 GB is read, MB', value: get('log MB'), goal: 'below 100' },
    { title: '`logs --tail 10` of a log of 1 GB, × node', value: get('log tail') / node, goal: 'at most 2' },
    ...(measured.has('up 1000 starts')
      ? [
          {
            title: 'one of 1,000 services, first start to last execve, × one of 100',
            value: get('up 1000 starts') / 1000 / (get('up 100 starts') / 100),
            goal: 'at most 3',
          },
        ]
      : []),
  ];
}
