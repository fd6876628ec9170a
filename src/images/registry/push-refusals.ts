import { Problem } from '../../base/diagnostic.ts';
import { Denied } from './credentials/tokens.ts';
import { refusalOf, type Subject } from './refusals.ts';
import { StatusError } from './retries.ts';

/** The error of a push for people; what can go wrong in a pull as well has the same text. */
export const pushRefusalOf = (error: unknown, subject: Subject): unknown => {
  if (error instanceof Denied) return denied(subject, error.message);
  if (!(error instanceof StatusError)) return refusalOf(error, subject);
  const { status, said } = error;
  if (status === 401 || status === 403) return denied(subject, said);
  if (status === 404 || status === 405)
    return new Problem({
      severity: 'error',
      code: 'registry-failed',
      message:
        status === 404
          ? `${subject.host} has no repository for \`${subject.image}\``
          : `${subject.host} accepts no pushes`,
      facts: factsOf(subject, said),
      help:
        status === 404
          ? 'create it there first, or check the name'
          : 'it may be a mirror: name the registry itself in `image:`',
    });
  if (status === 413)
    return new Problem({
      severity: 'error',
      code: 'registry-failed',
      message: `a layer of \`${subject.image}\` is too large for ${subject.host}`,
      facts: factsOf(subject, said),
      help: 'raise the limit of the registry or of the proxy before it (nginx: `client_max_body_size 0`)',
    });
  return refusalOf(error, subject);
};

/** Registries say “denied” also for namespaces that do not exist. */
const denied = (subject: Subject, said: string | undefined): Problem => {
  const login = `\`docker login ${subject.host}\` or \`podman login ${subject.host}\``;
  return new Problem({
    severity: 'error',
    code: 'registry-denied',
    message: `${subject.account ?? 'anonymous users'} may not push \`${subject.image}\``,
    facts: factsOf(subject, said),
    help:
      subject.account === undefined
        ? `log in first: ${login}; or give \`image:\` the name of a registry of yours, such as \`registry.example/team/app\``
        : `check that this account may write there, or log in as another one: ${login}`,
  });
};

const factsOf = ({ image, host, account }: Subject, said: string | undefined) =>
  [
    ['image', image],
    ['registry', host],
    ['as', account ?? 'anonymous'],
    ...(said ? [['it says', said] as const] : []),
  ] as const;
