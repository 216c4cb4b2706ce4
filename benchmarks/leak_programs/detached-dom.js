// Leaks: elements that left the document, in Chromium without a window.
// It is driven through a pipe: that needs no package.
'use strict';
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { folder, scale, steps, write } = require('./harness');

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--remote-debugging-pipe',
];

class Browser {
  constructor(binary) {
    this.profile = fs.mkdtempSync(path.join(os.tmpdir(), 'leak-programs-'));
    const call = [...FLAGS, `--user-data-dir=${this.profile}`];
    this.child = spawn(binary, call, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    this.calls = new Map();
    this.chunks = [];
    this.onChunk = () => {};
    let text = '';
    this.child.stdio[4].setEncoding('utf8').on('data', (data) => {
      const messages = (text + data).split('\0');
      text = messages.pop();
      for (const message of messages) this.receive(JSON.parse(message));
    });
  }

  receive({ id, method, params, result, error }) {
    if (method === 'HeapProfiler.addHeapSnapshotChunk') this.onChunk(params.chunk);
    const call = this.calls.get(id);
    if (!call) return;
    this.calls.delete(id);
    if (error) call.reject(new Error(error.message));
    else call.resolve(result);
  }

  send(method, params = {}) {
    const id = ++this.sent || (this.sent = 1);
    return new Promise((resolve, reject) => {
      this.calls.set(id, { resolve, reject });
      this.child.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId: this.session })}\0`);
    });
  }

  async open(url) {
    const { targetId } = await this.send('Target.createTarget', { url });
    this.session = (await this.send('Target.attachToTarget', { targetId, flatten: true })).sessionId;
    while (!(await this.evaluate('Boolean(window.app)')))
      await new Promise((resolve) => setTimeout(resolve, 50));
  }

  async evaluate(expression) {
    const { exceptionDetails, result } = await this.send('Runtime.evaluate', {
      expression,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  async snapshot(k) {
    await this.send('HeapProfiler.collectGarbage');
    const { usedSize, totalSize } = await this.send('Runtime.getHeapUsage');
    write(`${k}.usage.json`, { heapUsed: usedSize, heapTotal: totalSize, at: new Date().toISOString() });
    const file = fs.openSync(path.join(folder, `${k}.heapsnapshot`), 'w');
    this.onChunk = (chunk) => fs.writeSync(file, chunk);
    await this.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
    fs.closeSync(file);
  }

  async close() {
    const ended = new Promise((resolve) => this.child.on('exit', resolve));
    delete this.session;
    await this.send('Browser.close');
    await ended;
    fs.rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function main() {
  const browser = new Browser(process.env.CHROMIUM);
  const { product } = await browser.send('Browser.getVersion');
  await browser.open(pathToFileURL(path.join(__dirname, 'detached-dom.html')).href);
  const entries = [];
  for (const [k, total] of steps(40, 150, 320, 600)) {
    entries.push(await browser.evaluate(`app.use(${total})`));
    await browser.snapshot(k);
  }
  await browser.close();
  const holders = ['PanelManager\\.removed', '\\bremoved\\b'];
  const names = ['PanelManager', 'removed'];
  const entry = 'section|SECTION|HTMLElement';
  write('truth.json', { verdict: 'leaking', holders, names, entry, runtime: product, scale, entries });
}

main();
