import type { RequestHandler } from './auth.js';

export interface RequestOptions {
  allowRetries?: boolean;
  /** Attempts after the first; 1 when left out. */
  maxRetries?: number;
  /** For one attempt, in milliseconds; three minutes when left out. */
  socketTimeout?: number;
  /** The pause before the first retry, in milliseconds; it doubles each time, up to 30 seconds. */
  firstRetryDelayMs?: number;
}

export interface TypedResponse<T> {
  statusCode: number;
  result: T | null;
  headers: Record<string, string | string[] | undefined>;
}

/** A status above 299 other than 404. */
export declare class HttpClientError extends Error {
  readonly statusCode: number;
  result?: unknown;
  constructor(message: string, statusCode: number);
}

export declare class HttpClient {
  constructor(userAgent?: string, handlers?: RequestHandler[], options?: RequestOptions);
  /**
   * One GET for JSON. 404 gives `result: null`, as the published client does.
   * @throws HttpClientError for any other status above 299; the last connection error when all attempts fail.
   */
  getJson<T>(url: string): Promise<TypedResponse<T>>;
}
