// SPDX-License-Identifier: BSD-3-Clause
// Two js-libp2p processes over loopback, TLS and yamux: prints one JSON object with the figures of `troupe bench link`.
// Usage: node bench.mjs [MEGABYTES]. The child process listens; this one dials, measures and ends it.
import './promise_with_resolvers.mjs'
import { fork } from 'node:child_process'
import { identify } from '@libp2p/identify'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { yamux } from '@chainsafe/libp2p-yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'

const sink = '/troupe-interop/sink/1'
const block = new Uint8Array(65536)
const megabytes = Number(process.argv[2]) || 256

const makeNode = () => createLibp2p({
  addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
  transports: [tcp({ socket: { noDelay: true } })],
  connectionEncrypters: [tls()],
  streamMuxers: [yamux()],
  connectionManager: { inboundConnectionThreshold: 1e6 },
  services: { identify: identify(), ping: ping() }
})

/// Counts what comes and answers one byte when the opener has closed its side.
async function listen() {
  const node = await makeNode()
  await node.handle(sink, async (incoming) => {
    const stream = incoming.stream ?? incoming
    for await (const part of stream) void part.byteLength
    stream.send(new Uint8Array(1))
    await stream.close()
  }, { maxInboundStreams: 64 })
  process.send(String(node.getMultiaddrs()[0]))
}

async function push(connection, bytes) {
  const stream = await connection.newStream(sink)
  for (let sent = 0; sent < bytes; sent += block.length) {
    if (!stream.send(block)) await new Promise(resolve => stream.addEventListener('drain', resolve, { once: true }))
  }
  await stream.close()
  for await (const part of stream) void part
}

const seconds = async work => { const begun = performance.now(); await work(); return (performance.now() - begun) / 1000 }
const percentile = (values, p) => values.sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * p / 100))]

/// js-libp2p's ping answers whole milliseconds, so the round trip is measured around a stream of its own.
async function pings(connection, count) {
  const stream = await connection.newStream('/ipfs/ping/1.0.0')
  const chunks = stream[Symbol.asyncIterator]()
  const times = []
  for (let i = 0; i < count; ++i) {
    const begun = performance.now()
    stream.send(crypto.getRandomValues(new Uint8Array(32)))
    for (let got = 0; got < 32;) got += (await chunks.next()).value.byteLength
    times.push((performance.now() - begun) * 1000)
  }
  await stream.close()
  return times
}

async function handshakes(address, count) {
  const node = await makeNode()
  const elapsed = await seconds(async () => {
    for (let i = 0; i < count; ++i) await (await node.dial(address)).close()
  })
  await node.stop()
  return count / elapsed
}

async function measure() {
  const child = fork(process.argv[1], ['listen'])
  const address = multiaddr(await new Promise(resolve => child.once('message', resolve)))
  const node = await makeNode()
  const connection = await node.dial(address)
  const bytes = megabytes * 1e6
  const stream = await seconds(() => push(connection, bytes))
  const streams8 = await seconds(() => Promise.all(Array.from({ length: 8 }, () => push(connection, bytes / 8))))
  const idle = await pings(connection, 500)
  const bulk = push(connection, bytes)
  const loaded = await pings(connection, 50)
  await bulk
  const result = {
    stream_mb_s: bytes / stream / 1e6, streams8_mb_s: bytes / streams8 / 1e6,
    ping_p50_us: percentile(idle, 50), ping_p99_us: percentile(idle, 99), ping_loaded_p50_us: percentile(loaded, 50),
    handshakes_s: await handshakes(address, 60)
  }
  await node.stop()
  child.kill()
  console.log(JSON.stringify(result))
  process.exit(0)
}

await (process.argv[2] === 'listen' ? listen() : measure())
