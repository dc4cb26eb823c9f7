/** How the common programs write a value into JSON, a URL, HTML and XML. Those that leave it as it is are among them. */
export function escapedForms(value: string): string[] {
  return [...jsonForms(value), ...urlForms(value), ...markupForms(value)];
}

/** What every program understands, and what ours write. */
export function usualEscapedForms(value: string): string[] {
  return [jsonForm(value), percentForm(value), markupForm(value, '&quot;', '&#39;')];
}

export function jsonForm(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

function jsonForms(value: string): string[] {
  const json = jsonForm(value);
  const codes = (text: string, what: RegExp) => text.replace(what, codeOf);
  return [
    json,
    // Go, Rails.
    codes(json, /[<>&\u2028\u2029]/g),
    // Python, and PHP, which escapes slashes too.
    codes(json, /[^\0-\x7f]/g),
    codes(json.replaceAll('/', '\\/'), /[^\0-\x7f]/g),
    json.replaceAll('/', '\\/'),
    // .NET.
    upperCodes(codes(json.replaceAll('\\"', '\\u0022'), /[<>&'+`]|[^\0-\x7f]/g)),
  ];
}

function codeOf(found: string): string {
  return `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function upperCodes(text: string): string {
  return text.replace(/\\u[0-9a-f]{4}/g, (code) => `\\u${code.slice(2).toUpperCase()}`);
}

function urlForms(value: string): string[] {
  const percent = percentForm(value);
  // RFC 3986; encodeURIComponent leaves these alone.
  const strict = percent.replace(/[!'()*]/g, (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`);
  const escaped = [percent, strict].flatMap((form) => {
    const lower = form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
    return [form, lower, ...[form, lower].map((spaced) => spaced.replaceAll('%20', '+'))];
  });
  return [...escaped, value.replaceAll(' ', '+')];
}

function percentForm(value: string): string {
  try {
    return encodeURIComponent(value);
  } catch {
    // A lone surrogate has no URL form.
    return value;
  }
}

function markupForms(value: string): string[] {
  return [
    ['&quot;', '&#39;'],
    ['&quot;', '&#x27;'],
    ['&quot;', '&apos;'],
    ['&quot;', "'"],
    ['&#34;', '&#39;'],
    ['"', "'"],
  ].map(([double = '', single = '']) => markupForm(value, double, single));
}

function markupForm(value: string, double: string, single: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', double)
    .replaceAll("'", single);
}
