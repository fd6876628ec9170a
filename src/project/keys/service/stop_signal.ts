import { orEmpty, parsedValue } from '../../scalars/flaw.ts';
import { readSignal } from '../../scalars/names.ts';
import { scalar } from '../kinds.ts';
import { asText } from '../long-forms.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<string> = {
  ...scalar(orEmpty(readSignal)),
  longForm: asText,
  description: 'Signal that asks the service to stop, SIGTERM by default.',
  model: (signal) => ({ stopSignal: parsedValue(readSignal(signal)) }),
};
