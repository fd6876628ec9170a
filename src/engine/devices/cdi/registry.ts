import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { namesIfThere } from '../../directories/read-if-there.ts';
import { type Specification, type SpecifiedDevice, specificationProblem } from './specification.ts';
import { parseYaml } from './yaml.ts';

/** The devices that the specifications of this machine describe. */
export type Registry = {
  /** By qualified name, such as `vendor.com/class=name`. Several are a conflict: their files are in one directory. */
  readonly devices: ReadonlyMap<string, readonly Described[]>;
  /** Files without a valid specification: `/etc/cdi/a.json: .kind is no kind …`. */
  readonly faults: readonly string[];
};

export type Described = {
  /** The file. */
  readonly path: string;
  readonly specification: Specification;
  readonly device: SpecifiedDevice;
};

/** Later directories take precedence. */
export const cdiDirectories = (
  environment: Readonly<Record<string, string | undefined>> = process.env,
): readonly string[] =>
  environment.TSCOMPOSE_CDI_DIRS?.split(':').filter(Boolean) ?? ['/etc/cdi', '/var/run/cdi'];

/** Reads all specifications, `*.json` and `*.yaml`. */
export const readRegistry = (directories = cdiDirectories()): Registry => {
  const devices = new Map<string, readonly Described[]>();
  const faults: string[] = [];
  for (const directory of directories) {
    const here = new Map<string, readonly Described[]>();
    for (const name of namesIfThere(directory).toSorted()) {
      if (!/\.(json|yaml)$/.test(name)) continue;
      const path = join(directory, name);
      const specification = readSpecification(path);
      if (typeof specification === 'string') faults.push(`${path}: ${specification}`);
      else
        for (const device of specification.devices) {
          const qualified = `${specification.kind}=${device.name}`;
          here.set(qualified, [...(here.get(qualified) ?? []), { path, specification, device }]);
        }
    }
    for (const [name, described] of here) devices.set(name, described);
  }
  return { devices, faults };
};

/** The specification in a file, or what is wrong with it. */
const readSpecification = (path: string): Specification | string => {
  try {
    const text = readFileSync(path, 'utf8');
    const value = path.endsWith('.json') ? JSON.parse(text) : parseYaml(text);
    return specificationProblem(value) ?? (value as Specification);
  } catch (error) {
    if (error instanceof TypeError) throw error;
    return (error as Error).message.split('\n')[0]!;
  }
};
