export interface RequestHandler {
  prepareRequest(options: { headers: Record<string, string> }): void;
}

/** Sends `Authorization: Bearer TOKEN` with every request, without waiting for a 401. */
export declare class BearerCredentialHandler implements RequestHandler {
  readonly token: string;
  constructor(token: string);
  prepareRequest(options: { headers: Record<string, string> }): void;
}
