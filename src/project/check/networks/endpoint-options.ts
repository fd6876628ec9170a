import type { CanonicalAttachment } from '../../model/canonical.ts';
import { endpointOptionNames, readEndpointOption } from '../../scalars/network/endpoint-options.ts';
import { quote } from '../../tree/wording.ts';
import { type Check, type Checked, error } from '../checked.ts';

/** The name that a service gives its interface on a network, and the key, below the network, that holds it. */
export function writtenInterfaceName({ interface_name: name, driver_opts: options }: CanonicalAttachment) {
  if (name) return { name, path: ['interface_name'] };
  const option = options?.[endpointOptionNames.interfaceName];
  return option ? { name: option, path: ['driver_opts', endpointOptionNames.interfaceName] } : undefined;
}

/** The values of options for interfaces; a name that two keys give is one name. */
export const endpointOptions: Check = (project) =>
  Object.entries(project.canonical.services).flatMap(([service, { networks }]) =>
    Object.entries(networks ?? {}).flatMap(([network, attachment]) =>
      Object.entries(attachment?.driver_opts ?? {}).flatMap(([name, value]) => {
        const place = project.at('services', service, 'networks', network, 'driver_opts', name);
        const parsed = readEndpointOption(name, value);
        if (parsed && 'flaw' in parsed) {
          const { must, label, help } = parsed.flaw;
          return [
            error('invalid-value', `${quote(name)} must ${must}`, place, {
              ...(label && { label }),
              ...(help && { help }),
            }),
          ];
        }
        return name === endpointOptionNames.interfaceName
          ? twoNames(project, service, network, attachment!, value)
          : [];
      }),
    ),
  );

function twoNames(
  { at }: Checked,
  service: string,
  network: string,
  { interface_name: name }: CanonicalAttachment,
  option: string,
) {
  if (!name || name === option) return [];
  const place = (...path: string[]) => at('services', service, 'networks', network, ...path);
  const message = `the interface of ${quote(service)} on ${quote(network)} has two names`;
  const labels = [{ at: place('interface_name'), text: 'the other name' }];
  return [
    error('conflicting-keys', message, place('driver_opts', endpointOptionNames.interfaceName), {
      labels,
      help: 'remove one of the two',
    }),
  ];
}
