/**
 * Characters that are not seen and change how the text around them is: marks of the reading direction, of joining and
 * of width. JSON has no need to escape them.
 */
const formatMarks = /[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

export function withoutFormatMarks(text: string): string {
  return text.replace(formatMarks, '');
}

/** Each as it is written in JSON, so that a person sees what is wrong. */
export function withVisibleFormatMarks(text: string): string {
  return text.replace(formatMarks, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
