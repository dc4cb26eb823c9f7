// Parts of ssh2 that its types do not name: its index also loads a server, HTTP agents and a key generator.
declare module 'ssh2/lib/client.js' {
  import type { Client } from 'ssh2';

  const client: typeof Client;
  export default client;
}
declare module 'ssh2/lib/protocol/keyParser.js' {
  import type { utils } from 'ssh2';

  const keyParser: Pick<typeof utils, 'parseKey'>;
  export default keyParser;
}
