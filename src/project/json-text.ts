/** JSON in lines, in which large whole numbers have all of their digits. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(
    value,
    (_, inner) => (typeof inner === 'bigint' ? `${mark}${inner}` : inner),
    2,
  );
  return `${text.replace(marked, '$1')}\n`;
}

/** No text of a Compose file has a NUL character. */
const mark = '\0';
const marked = /"\\u0000(-?\d+)"/g;
