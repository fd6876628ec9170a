import type { Service } from '../../../project/model/project.ts';
import { asksForDevices } from './requests.ts';

let parse: ((text: string) => unknown) | undefined;

/** Loads the parser if a service asks for specified devices. Loading it takes longer than the start of a container. */
export const loadYaml = async (services: readonly Service[]): Promise<void> => {
  if (parse === undefined && services.some(asksForDevices)) ({ parse } = await import('yaml'));
};

/** Throws for a text that is not YAML, and if `loadYaml` has not been called. */
export const parseYaml = (text: string): unknown => {
  if (!parse) throw new TypeError('the parser of YAML is not loaded');
  return parse(text);
};
