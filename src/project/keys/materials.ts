import * as z from 'zod';
import { boolean, labels, mapping, options, text } from './fields.ts';

/** Builds the schema of one entry of the top-level `secrets`. */
export function secretSchema() {
  return mapping('secret', {
    ...sharedKeys('secret'),
    driver: text().describe('Store that has the secret.'),
    driver_opts: options().describe('Options of the store.'),
  });
}

/** Builds the schema of one entry of the top-level `configs`. */
export function configSchema() {
  return mapping('config', {
    ...sharedKeys('config'),
    content: text().describe('The content itself, in which variables are replaced.'),
  });
}

function sharedKeys(kind: 'secret' | 'config') {
  return {
    name: text().describe(`Name of the ${kind}, \`<project>_<key>\` by default.`),
    file: text().describe('File with the content, relative to the Compose file.'),
    environment: text().describe('Environment variable with the content.'),
    external: externalSchema().describe(`Whether the ${kind} exists outside the project.`),
    labels: labels().describe(`Labels of the ${kind}.`),
    template_driver: text().describe('Driver that fills in templates.'),
  };
}

/** Builds the schema of `external`: true or false, or in old files a mapping with the name. */
export function externalSchema() {
  return z.union([boolean(), mapping('external', { name: text().describe('Name, now written beside it.') })]);
}
