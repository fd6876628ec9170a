import type { Grant } from '../../src/project/model/project.ts';

/** A secret from a variable, with the defaults of the short form. */
export const token: Grant = {
  from: 'services.web.secrets[0]',
  kind: 'secret',
  key: 'token',
  target: '/run/secrets/token',
  uid: 0,
  gid: 0,
  mode: 0o444,
  source: { kind: 'environment', variable: 'TOKEN' },
};
