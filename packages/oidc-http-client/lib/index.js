import { setTimeout as pause } from 'node:timers/promises';

const retriedStatuses = new Set([502, 503, 504]);
const defaultTimeoutMs = 3 * 60_000;
const longestRetryDelayMs = 30_000;
const largestAnswerBytes = 1024 * 1024;

export class HttpClientError extends Error {
  constructor(message, statusCode) {
    super(message);
    this.name = 'HttpClientError';
    this.statusCode = statusCode;
  }
}

export class HttpClient {
  #userAgent;
  #handlers;
  #attempts;
  #timeoutMs;
  #firstRetryDelayMs;

  constructor(userAgent, handlers = [], options = {}) {
    this.#userAgent = userAgent ?? 'actions/http-client';
    this.#handlers = handlers;
    this.#attempts = 1 + (options.allowRetries ? (options.maxRetries ?? 1) : 0);
    this.#timeoutMs = options.socketTimeout ?? defaultTimeoutMs;
    this.#firstRetryDelayMs = options.firstRetryDelayMs ?? 100;
  }

  async getJson(url) {
    for (let attempt = 1; ; attempt++) {
      const isLast = attempt >= this.#attempts;
      try {
        const answer = await this.#get(new URL(url));
        if (isLast || !retriedStatuses.has(answer.statusCode)) return typedResponse(answer);
      } catch (error) {
        if (isLast || error instanceof HttpClientError || error instanceof TypeError) throw error;
      }
      await pause(Math.min(this.#firstRetryDelayMs * 2 ** (attempt - 1), longestRetryDelayMs));
    }
  }

  async #get(url) {
    const headers = { 'User-Agent': this.#userAgent, Accept: 'application/json' };
    for (const handler of this.#handlers) handler.prepareRequest({ headers });
    // Loaded here so that an action that never asks for a token does not pay for TLS at its start.
    const { Agent, request } = await (url.protocol === 'http:' ? import('node:http') : import('node:https'));
    const agent = new Agent({ proxyEnv: process.env });
    try {
      return await exchange(request, url, { agent, headers, signal: AbortSignal.timeout(this.#timeoutMs) });
    } finally {
      agent.destroy();
    }
  }
}

function exchange(request, url, options) {
  return new Promise((resolve, reject) => {
    const sent = request(url, options, (response) => {
      const chunks = [];
      let size = 0;
      response.on('error', reject);
      response.on('data', (chunk) => {
        size += chunk.length;
        if (size > largestAnswerBytes) {
          sent.destroy();
          reject(new HttpClientError(`The answer of ${url.host} is larger than 1 MiB.`, response.statusCode));
        }
        chunks.push(chunk);
      });
      response.on('end', () => {
        const { statusCode, headers } = response;
        resolve({ statusCode, headers, body: Buffer.concat(chunks).toString('utf8') });
      });
    });
    sent.on('error', (cause) => {
      reject(options.signal.aborted ? new Error(`${url.host} did not answer in time.`, { cause }) : cause);
    });
    sent.end();
  });
}

function typedResponse({ statusCode, headers, body }) {
  let result = null;
  try {
    if (body !== '' && statusCode !== 404) result = JSON.parse(body);
  } catch {
    // The published client also answers a body that is not JSON with `result: null`.
  }
  if (statusCode > 299 && statusCode !== 404) {
    const error = new HttpClientError(
      result?.message ?? (body || `Failed request: (${statusCode})`),
      statusCode,
    );
    if (result !== null) error.result = result;
    throw error;
  }
  return { statusCode, headers, result };
}
