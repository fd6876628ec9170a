import { readDeviceRule } from '../../scalars/devices.ts';
import { list, text } from '../kinds.ts';
import { uniqueText } from '../merge-rules.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<readonly string[]> = {
  ...list(text(readDeviceRule)),
  merge: uniqueText,
  description: 'Devices of which nodes may be made and used, such as `c 1:3 rwm`.',
  model: (rules) => ({ deviceRules: rules.length > 0 ? rules : undefined }),
};
