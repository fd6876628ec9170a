import { Document, Scalar, visit } from 'yaml';

/**
 * YAML in lines of any length. Texts are quoted as Docker Compose does: in double quotes where they would be of another
 * type without, such as `"80"`, in single ones where they would not be themselves, such as `'no'` and `'a: b'`.
 */
export function yamlText(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false, compat: 'yaml-1.1' });
  visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value === 'string' && needsDoubleQuotes(node.value)) node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return document.toString({ lineWidth: 0, singleQuote: true });
}

function needsDoubleQuotes(text: string): boolean {
  return ofAnotherType.test(text) || notInSingleQuotes.test(text);
}

/** Nothing, true and false, numbers and dates of YAML 1.1 and 1.2. */
const ofAnotherType =
  /^(?:|~|null|Null|NULL|true|True|TRUE|false|False|FALSE|[-+]?(?:[0-9][0-9_]*\.?|[0-9_]*\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?|[-+]?0(?:x[0-9a-fA-F_]+|o?[0-7_]+|b[01_]+)|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?)$/;
/** A tab, and lines of which none says anything. */
const notInSingleQuotes = /^\n+$|^[^\n]*\t[^\n]*$/;
