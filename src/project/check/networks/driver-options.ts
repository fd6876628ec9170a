import { driverOptionNames, readDriverOption } from '../../scalars/driver-options.ts';
import { quote } from '../../tree/wording.ts';
import { type Check, duplicates, error } from '../checked.ts';

/** No two networks have one bridge. */
export const bridgeNames: Check = ({ canonical, at }) =>
  duplicates(
    Object.entries(canonical.networks ?? {}).flatMap(([key, { driver_opts: options = {} }]) => {
      const name = options[driverOptionNames.bridge];
      return name ? [{ key, name, isGiven: true }] : [];
    }),
  ).map(({ key, name, owner }) => {
    const placeOf = (network: string) => at('networks', network, 'driver_opts', driverOptionNames.bridge);
    return error('duplicate-name', `two networks have the bridge ${quote(name)}`, placeOf(key), {
      label: `bridge of ${key}`,
      labels: [{ at: placeOf(owner), text: `bridge of ${owner}` }],
    });
  });

/** The values of options of the driver `bridge`. */
export const driverOptions: Check = ({ canonical, at }) =>
  Object.entries(canonical.networks ?? {}).flatMap(([network, { driver_opts: options = {}, external }]) =>
    Object.entries(external ? {} : options).flatMap(([name, value]) => {
      const parsed = readDriverOption(name, value);
      if (!parsed || 'value' in parsed) return [];
      const { must, label, help } = parsed.flaw;
      return [
        error('invalid-value', `${quote(name)} must ${must}`, at('networks', network, 'driver_opts', name), {
          ...(label && { label }),
          ...(help && { help }),
        }),
      ];
    }),
  );
