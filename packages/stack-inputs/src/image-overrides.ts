import { quoteBriefly } from '#action-kit';
import { isServiceName } from '#compose';
import { parseImageReference } from '#engine';
import { ExplainedError } from '#explained-error';

export interface ImageOverrides {
  /** The image as it was written, by service. */
  readonly images: ReadonlyMap<string, string>;
  /** What is wrong with the lines, each one sentence without its full stop. */
  readonly problems: readonly string[];
}

/** Reads `service=image` lines; several services that share an image stand before the `=` with commas. */
export function parseImageOverrides(lines: readonly string[]): ImageOverrides {
  const images = new Map<string, string>();
  const problems: string[] = [];
  for (const line of lines) {
    if (line.trim() === '') continue;
    const equals = line.indexOf('=');
    if (equals < 0) {
      problems.push(`${quoteBriefly(line)} has no =; write service=image@digest`);
      continue;
    }
    const image = line.slice(equals + 1).trim();
    try {
      parseImageReference(image);
    } catch (error) {
      if (!(error instanceof ExplainedError)) throw error;
      problems.push(`${quoteBriefly(line)} names no image: ${error.message.replace(/\.$/, '')}`);
      continue;
    }
    for (const service of line.slice(0, equals).split(',')) {
      const name = service.trim();
      if (!isServiceName(name)) {
        problems.push(`${quoteBriefly(name)} is no name of a service; write service=image@digest`);
      } else if (images.has(name)) {
        problems.push(`the service ${name} is given two images; keep one of them`);
      } else {
        images.set(name, image);
      }
    }
  }
  return { images, problems };
}
