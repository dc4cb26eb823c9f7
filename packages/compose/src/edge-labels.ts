/** Labels by which an edge that watches containers finds what to send users to. */
const edgeLabel =
  /^(?:traefik\.|caddy(?:_\d+)?(?:\.|$)|com\.github\.(?:nginx-proxy|jrcs)\.|tsdproxy\.|pangolin\.|cloudflare\.tunnel\.|swag(?:[_.]|$))/i;
/** nginx-proxy and its companion look at the environment. */
const edgeVariable = /^(?:VIRTUAL_(?:HOST|PORT|PATH|DEST|PROTO|HOST_MULTIPORTS)|LETSENCRYPT_\w+)$/;

type Pairs<T> = Readonly<Record<string, T>>;

export function splitEdgeLabels(labels: Pairs<string> | undefined): {
  edge: Pairs<string>;
  own: Pairs<string>;
} {
  return split(labels, edgeLabel);
}

export function splitEdgeVariables(environment: Pairs<string | null> | undefined): {
  edge: Pairs<string | null>;
  own: Pairs<string | null>;
} {
  return split(environment, edgeVariable);
}

function split<T>(pairs: Pairs<T> | undefined, pattern: RegExp): { edge: Pairs<T>; own: Pairs<T> } {
  const entries = Object.entries(pairs ?? {});
  return {
    edge: Object.fromEntries(entries.filter(([key]) => pattern.test(key))),
    own: Object.fromEntries(entries.filter(([key]) => !pattern.test(key))),
  };
}
