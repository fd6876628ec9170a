import { didYouMean } from '../../../base/text/typo.ts';
import { flaw } from '../../scalars/flaw.ts';
import { integer, map, mapping, orShort, replacingEach } from '../kinds.ts';
import { asInteger, emptyMapping } from '../long-forms.ts';
import type { Value } from '../value.ts';

const limit: Value = orShort(
  integer(-1),
  mapping(
    'ulimit',
    {
      soft: { ...integer(-1), description: 'The limit that applies.' },
      hard: { ...integer(-1), description: 'The upper bound for the soft limit.' },
    },
    ['soft', 'hard'],
  ),
);

/** Resource limits of a service or of a build, by name. */
export const ulimits: Value = {
  ...replacingEach(map({ ...limit, longForm: asInteger }, readUlimitName)),
  longForm: emptyMapping,
};

function readUlimitName(name: string) {
  if (names.includes(name)) return { value: name };
  const near = didYouMean(name, names);
  return flaw('be a resource limit', `there is no \`${name}\``, near && `did you mean \`${near}\`?`);
}

/** getrlimit(2), in small letters as Compose writes them. */
const names = [
  ...['core', 'cpu', 'data', 'fsize', 'locks', 'memlock', 'msgqueue', 'nice', 'nofile', 'nproc'],
  ...['rss', 'rtprio', 'rttime', 'sigpending', 'stack'],
];
