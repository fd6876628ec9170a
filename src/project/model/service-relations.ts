import * as z from 'zod';
import { readAlias } from '../scalars/names.ts';
import { boolean, flawIssue, grammar, list, mapping, text, unsupported } from './fields.ts';
import { unsupportedAttachmentKeys } from './unsupported.ts';

/** Builds the schema of `networks` of a service: a list of names, or names with what is special there. */
export function attachmentsSchema() {
  const attachment = mapping('attachment', {
    aliases: list(grammar(text(), readAlias)).describe('Further names of the service in this network.'),
    ...Object.fromEntries(
      Object.entries(unsupportedAttachmentKeys).map(([key, what]) => [key, unsupported(what)]),
    ),
  });
  return z.union([z.array(text()), z.record(z.string(), z.union([attachment, z.null()])), z.null()]);
}

/** Builds the schema of `depends_on`: a list of services, or services with what to wait for. */
export function dependenciesSchema() {
  const dependency = mapping(
    'dependency',
    {
      condition: conditionSchema().describe('What to wait for; only `service_started` for now.'),
      restart: unsupported('restarting this service together with the other', [false]),
      required: boolean().describe('Whether the other service must exist, true by default.'),
    },
    ['condition'],
  );
  return z.union([z.array(text()), z.record(z.string(), dependency), z.null()]);
}

function conditionSchema() {
  const conditions = ['service_started', 'service_healthy', 'service_completed_successfully'] as const;
  return z.enum(conditions).check(({ value, issues }) => {
    if (value === 'service_started') return;
    issues.push(
      flawIssue({ must: `not be \`${value}\``, code: 'unsupported-key', severity: 'warning' }, value),
    );
  });
}
