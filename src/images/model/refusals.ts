import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import { type Platform, platformText, runnableOn } from '../../base/images/platform.ts';

/** A part of an image that is not supported: schema 1, layers that only their owner distributes, encrypted ones. */
export const unsupported = (message: string, help?: string): Problem =>
  problem({ code: 'unsupported-image', message, ...(help && { help }) });

/** The bytes of a source are not those of their digest. None of them is used. */
export const damaged = (source: string, message: string, facts: Diagnostic['facts'] = []): Problem =>
  problem({
    code: 'damaged-image',
    message,
    facts: [['from', source], ...facts],
    help: 'nothing of it was stored; try again, and ask the owner of the source if it happens again',
  });

export const noImage = (name: string, { source, ...more }: MissingImage): Problem =>
  problem({ code: 'no-image', message: `${source} has no image \`${name}\``, ...more });

export type MissingImage = Pick<Diagnostic, 'facts' | 'notes' | 'help'> & { readonly source: string };

export const noPlatform = (name: string, wanted: string, offered: readonly string[]): Problem =>
  problem({
    code: 'no-platform',
    message: `\`${name}\` is not there for ${wanted}`,
    facts: [['there is', offered.length > 0 ? offered.join(', ') : 'no platform at all']],
    help: 'choose one of them with `platform:` if this machine can run it, or another tag',
  });

/**
 * An image that names one platform only is used as it is, as Docker does: a warning unless it runs on the wanted one.
 * @param is as text, such as `linux/arm64`
 */
export const platformWarnings = (name: string, wanted: Platform, is: string): readonly Diagnostic[] => {
  if (runnableOn(wanted).includes(is)) return [];
  return [
    {
      severity: 'warning',
      code: 'other-platform',
      message: `\`${name}\` is for ${is}, and ${platformText(wanted)} was wanted`,
      help: 'its programs run only if this machine has an emulator for them',
    },
  ];
};

/** @param need bytes; undefined if it is not known how many more */
export const noSpace = (place: string, need: string | undefined, fact?: readonly [string, string]): Problem =>
  problem({
    code: 'no-space',
    message: need === undefined ? `no space is left in ${place}` : `${place} needs ${need} more`,
    facts: fact ? [fact] : [],
    help: '`tscompose image prune -a` removes images that no container uses',
  });

const problem = (diagnostic: Omit<Diagnostic, 'severity'>): Problem =>
  new Problem({ severity: 'error', ...diagnostic });
