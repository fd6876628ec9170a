import type { ListedImage } from '../../engine/doors/images/list-images.ts';
import { isLabelMet } from '../grammar/list-values.ts';
import type { ImageFilter } from '../grammar/storage-values.ts';

/** Whether an image meets every condition. */
export const suitsAll =
  (conditions: readonly ImageFilter[]) =>
  (image: ListedImage): boolean =>
    conditions.every((condition) => suits(image, condition));

const suits = ({ names, config, created }: ListedImage, condition: ImageFilter): boolean => {
  switch (condition.key) {
    case 'dangling':
      return (names.length === 0) === condition.isDangling;
    case 'reference':
      // As in Docker, a pattern without a tag means every tag.
      return names.some((name) => condition.pattern.test(name) || condition.pattern.test(withoutTag(name)));
    case 'label':
      return isLabelMet(config.labels, condition);
    case 'until':
      // As in Docker, an image that does not say when it was made is old.
      return !(Date.parse(created) >= condition.time);
    default:
      return condition satisfies never;
  }
};

const withoutTag = (name: string): string => name.replace(/(:[^/:@]+)?(@.*)?$/, '');
