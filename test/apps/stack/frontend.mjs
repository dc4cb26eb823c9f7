// The stack's frontend. Each page is made with a call to the backend by the service's name, every third over a new
// connection, and says who answered: x-app-version is FRONTEND+BACKEND. A call inside that fails is not tried again; the
// page answers 502 with the reason.
//
// BACKEND_URL  http://backend:8000                     PORT  3000
import { Agent, get } from 'node:http';
import { answer, answerHealth, serve, version } from './web-service.mjs';

const backend = process.env.BACKEND_URL ?? 'http://backend:8000';
const kept = new Agent({ keepAlive: true });
const inside = { calls: 0, failures: {} };

function callBackend(path) {
  inside.calls += 1;
  const agent = inside.calls % 3 === 0 ? false : kept;
  return new Promise((resolve, reject) => {
    const sent = get(`${backend}${path}`, { agent, timeout: 10_000 }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text) => {
        body += text;
      });
      response.on('error', reject);
      response.on('end', () => {
        const answered = response.headers['x-app-version'];
        if (response.statusCode === 200 && answered) resolve(answered);
        else reject(new Error(`status ${response.statusCode}: ${body.trim().slice(0, 200)}`));
      });
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer in 10 s')));
    sent.on('error', (error) =>
      reject(sent.reusedSocket ? new Error(`${error.message} (kept alive)`) : error),
    );
  });
}

async function page(response, path) {
  try {
    const answered = await callBackend(path);
    answer(
      response,
      200,
      { frontend: version, backend: answered },
      { 'x-app-version': `${version}+${answered}` },
    );
  } catch (error) {
    inside.failures[error.message] = (inside.failures[error.message] ?? 0) + 1;
    console.error(`The backend failed: ${error.message}`);
    answer(response, 502, { reason: error.message });
  }
}

await serve(Number(process.env.PORT ?? 3000), async (_request, response, url) => {
  switch (url.pathname) {
    case '/api/health':
      return answerHealth(response);
    case '/version':
      return answer(response, 200, `${version}\n`);
    case '/page':
      return page(response, '/api/version');
    case '/slow':
      return page(response, `/slow${url.search}`);
    case '/inside':
      return answer(response, 200, { version, ...inside });
    default:
      return answer(response, 404, 'no such page\n');
  }
});
