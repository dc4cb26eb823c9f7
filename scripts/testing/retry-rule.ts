// Which failures CI may try again. A failed assertion stands: it may be a request that was lost, and a second run that
// goes well does not bring it back. Set-up that fails and time-outs say nothing of the product.

/** An assertion's message, also of one that the end of an `await using` has wrapped. */
const assertion = String.raw`\bexpected\b|\bsuppressed\b`;
/** What a busy machine makes too slow; a count of requests is never asserted in these words. */
const figure = String.raw`\bto be (?:less|greater) than\b`;

/** Matches the message of an error after which a test may be run again. */
export const setUpOrTimeOut = new RegExp(`^(?![^]*(?:${assertion}))`);

/** The same for tests that measure: a figure that was missed may be measured again. */
export const setUpTimeOutOrFigure = new RegExp(`^(?![^]*(?:${assertion}))|${figure}`);
