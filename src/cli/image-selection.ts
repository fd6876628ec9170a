import type { ListedImage } from '../engine/images.ts';
import type { ImageFilter } from './grammar/storage-values.ts';

/** Whether an image meets every condition. */
export const suitsAll =
  (conditions: readonly ImageFilter[]) =>
  (image: ListedImage): boolean =>
    conditions.every((condition) => suits(image, condition));

const suits = ({ names, config }: ListedImage, condition: ImageFilter): boolean => {
  switch (condition.key) {
    case 'dangling':
      return (names.length === 0) === condition.isDangling;
    case 'reference':
      // As in Docker, a pattern without a tag means every tag.
      return names.some((name) => condition.pattern.test(name) || condition.pattern.test(withoutTag(name)));
    case 'label': {
      const { label, value, has } = condition;
      const found = config.labels[label];
      return (found !== undefined && (value === undefined || found === value)) === has;
    }
    default:
      return condition satisfies never;
  }
};

const withoutTag = (name: string): string => name.replace(/(:[^/:@]+)?(@.*)?$/, '');
