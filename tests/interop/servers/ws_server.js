// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// npm's `ws` as the tests' counterpart: see README.md beside this.

'use strict';

const { execFileSync } = require('child_process');
const { createHash } = require('crypto');
const { once } = require('events');
const fs = require('fs');
const http = require('http');
const https = require('https');
const path = require('path');
const readline = require('readline');

// From NODE_PATH, or from where tools/deps puts it.
function load_ws() {
  try {
    return require('ws');
  } catch (error) {
    const deps = path.join(__dirname, '..', '..', '..', 'tools', 'deps');
    try {
      const directory = execFileSync(deps, ['--print-node-path'], { stdio: ['ignore', 'pipe', 'ignore'] });
      return require(path.join(directory.toString().trim(), 'ws'));
    } catch {
      process.stderr.write("npm's ws is not installed: tools/deps would do that\n");
      process.exit(77);
    }
  }
}

const { WebSocketServer } = load_ws();

const kAuthorization = 'Basic ' + Buffer.from('user:pass word').toString('base64');
const kAlphabet = 'abcdefghijklmnopqrstuvwxyz';

const held = new Map();

function tell(line) {
  fs.writeSync(1, line + '\n');
}

function pattern_message(number, size) {
  const head = `${number}:`;
  return (head + kAlphabet.repeat(size / kAlphabet.length + 1)).slice(0, Math.max(size, head.length));
}

// Resolves when the Pong for this payload has come.
function answered(socket, payload) {
  return new Promise((resolve) => {
    const listener = (data) => {
      if (data.toString() === payload) {
        socket.off('pong', listener);
        resolve();
      }
    };
    socket.on('pong', listener);
  });
}

function ping_and_wait(socket, payload) {
  const answer = answered(socket, payload);
  socket.ping(payload);
  return answer;
}

function echo(socket) {
  socket.on('message', (data, is_binary) => socket.send(data, { binary: is_binary }));
}

const endpoints = {
  '/echo': echo,
  '/auth': echo,
  '/slow': echo,
  '/count': () => {},

  '/source': async (socket, query) => {
    for (let number = 0; number < Number(query.get('n')); ++number) {
      socket.send(pattern_message(number, Number(query.get('size'))));
    }
    socket.close(1000, 'done');
  },

  '/close': (socket, query) => {
    if (query.has('code')) {
      socket.close(Number(query.get('code')), query.get('reason') ?? '');
    } else {
      socket.close();
    }
  },

  '/fragments': (socket) => {
    socket.send('one ', { fin: false });
    socket.ping('before fragment 1');
    socket.send('two ', { fin: false });
    socket.ping('before fragment 2');
    socket.send('three', { fin: true });
    for (let number = 0; number < 7; ++number) {
      socket.send(Buffer.alloc(10000, 'x'), { fin: number === 6 });
    }
  },

  '/ping': async (socket, query) => {
    for (let number = 0; number < 10; ++number) {
      await ping_and_wait(socket, `ping ${number}`);
    }
    let last = null;
    for (let number = 0; number < Number(query.get('burst')); ++number) {
      last = ping_and_wait(socket, `burst ${number}`);
    }
    await last;
    socket.send('answered');
  },

  '/empty': (socket) => {
    socket.send('');
    socket.send(Buffer.alloc(0));
    socket.send('end');
  },

  '/headers': (socket, query, request) => {
    let text = '';
    for (let i = 0; i < request.rawHeaders.length; i += 2) {
      text += `${request.rawHeaders[i].toLowerCase()}: ${request.rawHeaders[i + 1]}\n`;
    }
    socket.send(text);
  },

  '/subprotocol': (socket) => socket.send(socket.protocol || 'none'),
};

function report_end(socket, target) {
  const received = { texts: 0, binaries: 0, digest: createHash('sha1') };
  socket.on('message', (data, is_binary) => {
    received[is_binary ? 'binaries' : 'texts'] += 1;
    received.digest.update(data);
  });
  socket.on('error', () => {});
  socket.on('close', (code, reason) => {
    tell(`closed ${target} ${code} ${received.texts} ${received.binaries} ` +
         `${received.digest.digest('hex')} ${reason}`);
  });
}

function refuse(stream, status, fields) {
  stream.end(`HTTP/1.1 ${status}\r\n${fields}Connection: close\r\nContent-Length: 0\r\n\r\n`);
}

const websockets = new WebSocketServer({
  noServer: true,
  perMessageDeflate: true,
  handleProtocols: (offered) => (offered.has('chat') ? 'chat' : false),
});

async function upgrade(request, stream, head) {
  stream.on('error', () => {});
  const url = new URL(request.url, 'ws://localhost');
  const endpoint = endpoints[url.pathname];
  if (endpoint === undefined) {
    return refuse(stream, '404 Not Found', '');
  }
  if (url.pathname === '/auth' && request.headers.authorization !== kAuthorization) {
    return refuse(stream, '401 Unauthorized', 'WWW-Authenticate: Basic\r\n');
  }
  if (url.pathname === '/slow') {
    const released = new Promise((resolve) => held.set(request.url, resolve));
    tell(`held ${request.url}`);
    await released;
  }
  websockets.handleUpgrade(request, stream, head, (socket) => {
    report_end(socket, request.url);
    endpoint(socket, url.searchParams, request);
  });
}

async function listen(name, server) {
  server.on('upgrade', upgrade);
  server.on('tlsClientError', () => {}); // clients that refuse a certificate are what is wanted
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  tell(`listening ${name} ${server.address().port}`);
}

async function main(certificates) {
  await listen('ws', http.createServer());
  for (const name of ['server', 'server-rsa', 'expired', 'wrong-host', 'selfsigned']) {
    const certificate = path.join(certificates, name);
    if (fs.existsSync(certificate + '.pem')) {
      await listen(name, https.createServer({
        cert: fs.readFileSync(certificate + '.pem'),
        key: fs.readFileSync(certificate + '.key'),
        maxVersion: name === 'server-rsa' ? 'TLSv1.2' : 'TLSv1.3',
      }));
    }
  }
  tell('ready');

  const orders = readline.createInterface({ input: process.stdin });
  orders.on('line', (line) => held.get(line.split(' ')[1])());
  orders.on('close', () => process.exit(0));
}

main(process.argv[2]);
