/**
 * A text of others, such as the name in an archive, without what a terminal acts on: control characters, and marks that
 * turn the direction of a line. Of control characters, a text of several lines keeps line breaks and tabs.
 * @param instead what stands in the place of each
 */
export const printable = (text: string, instead = '?'): string => text.replace(ACTING, instead);

export const printableLines = (text: string): string => text.replace(ACTING_IN_LINES, '?');

const ACTING = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;
const ACTING_IN_LINES = /(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;
