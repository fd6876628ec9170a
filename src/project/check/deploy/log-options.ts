import { didYouMean } from '../../../base/text/typo.ts';
import { isKeptLog } from '../../keys/service/logging.ts';
import { logOptionNames, readLogOption } from '../../scalars/log-options.ts';
import { quote } from '../../tree/wording.ts';
import { type Check, error } from '../checked.ts';

/** The options of the logging drivers `json-file` and `local`. */
export const logOptions: Check = ({ canonical, at }) =>
  Object.entries(canonical.services).flatMap(([service, { logging }]) =>
    Object.entries((isKeptLog(logging?.driver) && logging?.options) || {}).flatMap(([name, value]) => {
      const place = at('services', service, 'logging', 'options', name);
      const parsed = readLogOption(name, value);
      if (value === '') return [];
      if (!parsed) {
        const near = didYouMean(name, logOptionNames);
        const message = `${quote(name)} is no option of the logging driver ${quote(logging?.driver || 'json-file')}`;
        return [error('unknown-key', message, place, near ? { help: `did you mean ${quote(near)}?` } : {})];
      }
      if ('value' in parsed) return [];
      const { must, label, help } = parsed.flaw;
      const more = { ...(label && { label }), ...(help && { help }) };
      return [error('invalid-value', `${quote(name)} must ${must}`, place, more)];
    }),
  );
