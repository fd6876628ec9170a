import { labels, mapping, text } from '../kinds.ts';
import { asPath } from '../long-forms.ts';
import type { Keys, Value } from '../value.ts';
import { asResource, external } from './resource.ts';

/** A secret or config of the top level: the keys that both have, and its own. */
export function material(kind: 'secret' | 'config', own: Keys): Value {
  const keys: Keys = {
    name: { ...text(), description: `Name of the ${kind}, \`<project>_<key>\` by default.` },
    file: {
      ...text(),
      longForm: asPath,
      templateForm: asPath,
      description: 'File with the content, relative to the Compose file.',
    },
    environment: { ...text(), description: 'Environment variable with the content.' },
    external: { ...external, description: `Whether the ${kind} exists outside the project.` },
    labels: { ...labels(), description: `Labels of the ${kind}.` },
    template_driver: { ...text(), description: 'Driver that fills in templates.' },
  };
  return { ...mapping(kind, { ...keys, ...own }), longForm: asResource, templateForm: asResource };
}
