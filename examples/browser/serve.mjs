// Serves the page and one folder of `adapterx export --onnx`: node serve.mjs FOLDER [PORT]
import {createReadStream, statSync} from 'node:fs';
import {createServer} from 'node:http';
import {extname, join, normalize, sep} from 'node:path';
import {fileURLToPath} from 'node:url';

const TYPES = {'.html': 'text/html; charset=utf-8', '.mjs': 'text/javascript', '.wasm': 'application/wasm', '.json': 'application/json'};
const here = fileURLToPath(new URL('.', import.meta.url));

/** A server on this machine's own address alone; port 0 takes a free one. */
export function serve(folder, port) {
  const server = createServer((request, answer) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://localhost').pathname));
    const device = path.startsWith(`${sep}device${sep}`);
    const file = device ? join(folder, path.slice(8)) : join(here, path === sep ? 'index.html' : path);
    const inside = file.startsWith(device ? join(folder, sep) : here);
    const size = inside ? statSync(file, {throwIfNoEntry: false}) : undefined;
    if (!size?.isFile()) return answer.writeHead(404).end();
    answer.writeHead(200, {
      'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
      'Content-Length': size.size,
      // Isolation lets the runtime use threads.
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    });
    createReadStream(file).pipe(answer);
  });
  return new Promise(done => server.listen(port, '127.0.0.1', () => done(server)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder, port] = process.argv.slice(2);
  if (!folder || !statSync(join(folder, 'backbone.json'), {throwIfNoEntry: false})) {
    console.error(folder ? `${folder} has no backbone.json; make one with: adapterx export RUN --onnx ${folder}` : 'usage: node serve.mjs FOLDER [PORT]');
    process.exit(2);
  }
  const server = await serve(folder, Number(port ?? 8000));
  console.log(`http://localhost:${server.address().port}/`);
}
