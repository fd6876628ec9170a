import test from 'ava';
import { Problem } from '../../../src/base/diagnostic.ts';
import { refusalOf } from '../../../src/images/registry/refusals.ts';

const refused = (host: string) => {
  const error = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
  const problem = refusalOf(error, { image: `${host}/app:1`, host, account: undefined });
  return problem instanceof Problem ? problem.diagnostics[0] : undefined;
};

// Red without: causeOf of refusals.ts.
test('a host that is not found is a wrong name, and Docker Hub is out of reach', (t) => {
  t.like(refused('ghcr.example'), {
    message: 'there is no host ghcr.example',
    help: 'check the name before the first slash of the image',
  });
  t.regex(refused('docker.io')?.help ?? '', /^check the network of this machine/);
});
