import { flaw, type Parsed } from './flaw.ts';

/** A list of CPUs as cpuset(7) has it, such as `0-3,7`; the value is the list without blanks. */
export function readCpuset(value: number | string): Parsed<string> {
  const text = String(value).replaceAll(/\s/g, '');
  const ranges = text.split(',').map((range) => /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(range));
  if (!ranges.every((range) => range !== null))
    return flaw('be a list of CPUs', 'expected a value such as `0-3,7`');
  const turned = ranges.find(([, first, last = first]) => Number(first) > Number(last));
  if (turned) return flaw('be a list of CPUs', `\`${turned[0]}\` begins after its end`);
  return { value: text };
}

/** The CPUs of a list of the kernel's; empty for an empty list. */
export function cpusOf(list: string): readonly number[] {
  return list.split(',').flatMap((range) => {
    const [first, last = first] = range.split('-').map(Number);
    if (range === '' || first === undefined || last === undefined) return [];
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}
