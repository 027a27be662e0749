// What the scripts beside this file share: starting a server, asking it, watching its memory.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const program = path.join(root, 'src/Attar.Cli/bin/Release/net10.0/Attar.Cli.dll');

export const sleep = ms => new Promise(done => setTimeout(done, ms));
export const median = values => [...values].sort((a, b) => a - b)[values.length >> 1];
export const at = (values, share) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))];
export const readLines = file => fs.readFileSync(file, 'utf8').trim().split('\n');

/** Builds what is out of date, so that nothing timed later does. */
export function build() {
  attar('--version');
}

/** Runs a command to its end and returns its JSON. */
export function attar(...args) {
  const json = args[0] === '--version' ? [] : ['--json'];
  const done = spawnSync(path.join(root, 'attar'), [...args, ...json], { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (done.status !== 0) throw new Error(`attar ${args.join(' ')}: ${done.stderr}`);
  return json.length ? JSON.parse(done.stdout) : undefined;
}

/** A process that answers at http://127.0.0.1:port; ready once GET on one of its paths is 200. */
export class Server {
  static async start(command, args, port, ready) {
    const server = new Server();
    server.port = port;
    server.begun = performance.now();
    server.process = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'], env: { DOTNET_MaxVectorTBitWidth: '512', ...process.env } }); // as ./attar does
    server.exited = new Promise(done => server.process.once('exit', (code, signal) => { server.gone = true; done({ code, signal }); }));
    const stop = () => server.process.kill('SIGKILL');
    process.once('exit', stop);
    server.exited.then(() => process.removeListener('exit', stop));
    while (!await server.answers(ready)) {
      if (server.gone) throw new Error(`${command} ${args.join(' ')} ended before it was ready`);
      await sleep(5);
    }
    server.readyMs = performance.now() - server.begun;
    return server;
  }

  static attar(workspace, port, ...args) {
    return Server.of(program, workspace, port, ...args);
  }

  /** Another build, by its Attar.Cli.dll. */
  static of(program, workspace, port, ...args) {
    return Server.start('dotnet', ['exec', program, 'serve', workspace, '--port', `${port}`, ...args], port, '/health/ready');
  }

  async answers(path) {
    return (await ask(this.port, 'GET', path).catch(() => ({}))).status === 200;
  }

  kill(signal) {
    this.process.kill(signal);
    return this.exited;
  }

  /** Resident memory in MiB; 0 where the system does not tell. */
  rss() {
    try {
      return +/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${this.process.pid}/status`, 'utf8'))[1] / 1024;
    } catch {
      return 0;
    }
  }
}

/** One request on a connection of its own unless an agent is given; resolves to { status, headers, body }, rejects where the connection fails. */
export function ask(port, method, path, body, { headers = {}, agent = false, timeout = 30_000 } = {}) {
  return new Promise((done, fail) => {
    const request = http.request({ host: '127.0.0.1', port, method, path, agent, timeout, headers: body === undefined ? headers : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers } });
    request.once('error', fail);
    request.once('timeout', () => request.destroy(new Error('no answer in time')));
    request.once('response', response => {
      const parts = [];
      response.on('data', part => parts.push(part));
      response.once('error', fail);
      response.once('close', () => response.complete ? done({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts).toString() }) : fail(new Error('the answer broke off')));
    });
    request.end(body);
  });
}
