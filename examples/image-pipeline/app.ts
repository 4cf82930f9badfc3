import { chain, chord, createApp } from 'celeriac';

/** One picture becomes thumbnails of several sizes, side by side, and then one entry of a gallery. */
export const app = createApp('images');

/** Grey values, row by row. */
interface Image {
  width: number;
  pixels: number[];
}

/** Stands for reading a file: a slope from dark to light, as wide as it is high. */
export const decode = app.task('images.decode', {}, async (name: string): Promise<Image> => {
  const width = 64 + (name.length % 2) * 64;
  return { width, pixels: Array.from({ length: width * width }, (_, i) => ((i % width) * 256) / width) };
});

/** Each new pixel is the mean of the square of old ones that it covers. */
export const resize = app.task('images.resize', {}, async (image: Image, width: number): Promise<Image> => {
  const step = image.width / width;
  if (!Number.isInteger(step)) throw new RangeError(`${image.width} pixels cannot become ${width}`);
  const mean = (x: number, y: number) => {
    let sum = 0;
    for (let dy = 0; dy < step; dy++) {
      for (let dx = 0; dx < step; dx++) sum += image.pixels[(y * step + dy) * image.width + x * step + dx] ?? 0;
    }
    return Math.round(sum / step ** 2);
  };
  return { width, pixels: Array.from({ length: width * width }, (_, i) => mean(i % width, Math.floor(i / width))) };
});

/** A portable grey map, a format that any viewer reads. */
export const encode = app.task('images.encode', {}, async ({ width, pixels }: Image) => ({
  width,
  pgm: `P2 ${width} ${width} 255\n${pixels.join(' ')}\n`,
}));

type Thumbnail = Awaited<ReturnType<typeof encode>>;

/** Runs once, when the last thumbnail is there; the list is in the order of the sizes. */
export const publish = app.task('images.publish', {}, async (thumbnails: Thumbnail[], name: string) => ({
  name,
  sizes: thumbnails.map(({ width }) => width),
  bytes: thumbnails.reduce((sum, { pgm }) => sum + pgm.length, 0),
}));

/** Each member of the header is a chain of its own; all of them get the picture. */
export const thumbnails = (name: string, sizes: readonly number[] = [32, 16, 8]) =>
  chain(
    decode.s(name),
    chord(
      sizes.map((width) => chain(resize.s(width), encode.s())),
      publish.s(name),
    ),
  );

/** `celeriac call images.start cat.png` */
export const start = app.task('images.start', {}, async (name: string) => (await thumbnails(name).delay()).id);
