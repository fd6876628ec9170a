import * as z from 'zod';
import { readIp } from '../scalars/addresses.ts';
import { readPorts, readProtocol, readPublished, readTarget } from '../scalars/ports.ts';
import { choice, grammar, list, mapping, scalar, text } from './fields.ts';

/** Builds the schema of `ports`. */
export function portsSchema() {
  return list(z.union([scalar(readPorts), longSchema()]));
}

function longSchema() {
  return mapping(
    'port',
    {
      target: scalar(readTarget).describe('Port of the container.'),
      published: scalar(readPublished).describe('Port of the host, or a range to choose from.'),
      host_ip: grammar(text(), readAnyIp).describe('Address of the host, all of them by default.'),
      protocol: grammar(text(), readProtocol).describe('Protocol: tcp, udp or sctp; tcp by default.'),
      mode: choice('ingress', 'host').describe('Way of publishing, the same on one machine.'),
      name: text().describe('Name of the port, for people.'),
      app_protocol: text().describe('Protocol above that of the port, such as `http`, for people.'),
    },
    ['target'],
  );
}

/** `${ADDRESS:-}` that is not set: as if the key were not there. */
function readAnyIp(value: string) {
  return value === '' ? { value } : readIp(value);
}
