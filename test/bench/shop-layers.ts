import { layersOfImage } from '../images/debian/images.ts';
import { SHOP_IMAGES } from '../images/shop.ts';

// Makes the layers of the shop, where this machine has none so far.
for (const name of SHOP_IMAGES) layersOfImage(name);
