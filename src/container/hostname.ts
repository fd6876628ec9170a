import { call, inside, type Step } from '../kernel/program/program.ts';
import type { Container } from './facts.ts';
import { hasOwn } from './namespaces.ts';

/** Sets the host name and the NIS domain name, in a UTS namespace of its own: otherwise the host would be renamed. */
export const hostnameSteps = (container: Container): readonly Step[] =>
  hasOwn(container, 'uts') ? ownNameSteps(container) : [];

const ownNameSteps = ({ config }: Container): readonly Step[] => [
  inside('the host name of the container', call('sethostname', config.hostname), { from: 'hostname' }),
  ...(config.domainname === undefined
    ? []
    : [
        inside('the NIS domain name of the container', call('setdomainname', config.domainname), {
          from: 'domainname',
        }),
      ]),
];
