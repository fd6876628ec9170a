import { Problem } from '../../base/diagnostic.ts';

/** A Problem of an invalid command line. */
export function usage(message: string, help?: string): Problem {
  return new Problem({ severity: 'error', code: 'usage', message, ...(help && { help }) });
}

/** @param command none for the options before it */
export function seeHelp(command = ''): string {
  return `see \`${['tscompose help', command].join(' ').trim()}\``;
}
