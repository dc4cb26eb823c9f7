/** Text made safe for HTML and SVG, in content and in quoted attributes. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

export function count(number: number): string {
  return Math.round(number).toLocaleString('en-US');
}

/** `4.4 ms`, `540 ms`, `2.8 s`, `1 min 52 s`. */
export function duration(ms: number): string {
  if (ms < 0.095) return '<0.1 ms';
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** An SVG coordinate: a tenth of a pixel is enough, and keeps the file small. */
export function px(number: number): string {
  return String(Math.round(number * 10) / 10);
}
