#!/usr/bin/env node
// Serves a folder as static files, under a sub-path if asked: node scripts/serve.mjs [folder] [--port N] [--base /path/]
// Tests import `serve`. No header that a plain static host would not send, unless the caller gives one.

import { createServer } from 'node:http';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { extname, join, normalize, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Refusal, main, root, say } from './lib/process.mjs';

const types = {
  '.css': 'text/css; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};

/** The file for an address inside `folder`, or undefined; never one outside it. */
function fileFor(folder, path) {
  const wanted = normalize(join(folder, decodeURIComponent(path)));
  if (wanted !== folder && !wanted.startsWith(folder + sep)) return undefined;
  for (const candidate of [wanted, join(wanted, 'index.html')]) {
    if (existsSync(candidate) && statSync(candidate).isFile()) return candidate;
  }
  return undefined;
}

/**
 * Starts a server and resolves to `{ url, close }`. `base` is the path under which the folder appears; `port` 0 picks
 * a free one; `headers` are sent with every answer.
 */
export function serve(folder, { port = 0, base = '/', headers = {}, host = '127.0.0.1' } = {}) {
  const top = resolve(folder);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const file = pathname.startsWith(base) ? fileFor(top, pathname.slice(base.length)) : undefined;
    if (file?.endsWith(`${sep}index.html`) && !pathname.endsWith('/') && !pathname.endsWith('.html')) {
      response.writeHead(301, { location: `${pathname}/` }).end();
      return;
    }
    const found = file ?? join(top, '404.html');
    if (!existsSync(found)) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('not found\n');
      return;
    }
    const type = types[extname(found)] ?? 'application/octet-stream';
    response.writeHead(file ? 200 : 404, {
      'content-type': type,
      'content-length': statSync(found).size,
      ...headers,
    });
    if (request.method === 'HEAD') response.end();
    else createReadStream(found).pipe(response);
  });
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(port, host, () => {
      done({
        url: `http://${host === '0.0.0.0' ? 'localhost' : host}:${server.address().port}${base}`,
        close: () => new Promise((closed) => (server.closeAllConnections(), server.close(closed))),
      });
    });
  });
}

function option(args, name, fallback) {
  const at = args.indexOf(name);
  return at >= 0 ? args.splice(at, 2)[1] : fallback;
}

async function run(args) {
  const port = Number(option(args, '--port', '4173'));
  const base = option(args, '--base', '/');
  const host = option(args, '--host', '127.0.0.1');
  const folder = args[0] ?? join(root, 'build', 'site');
  if (!existsSync(folder)) throw new Refusal(`there is no folder ${folder}; run: npm run build`);
  try {
    const { url } = await serve(folder, { port, base, host });
    say(`serving ${folder} at ${url} (end with Ctrl+C)`);
  } catch (error) {
    if (error.code !== 'EADDRINUSE') throw error;
    const { url } = await serve(folder, { base, host });
    say(`port ${port} is taken; serving ${folder} at ${url} (end with Ctrl+C)`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main(run);
