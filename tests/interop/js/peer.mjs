// SPDX-License-Identifier: BSD-3-Clause
// A js-libp2p node driven over JSON lines: one command a line on standard input, one answer a line on standard output, in order.
// The first line is {"event":"ready","peer":ID,"addrs":[...]}. Commands are in ../README.md; the Go peer takes the same ones.
import './promise_with_resolvers.mjs'
import { createHash } from 'node:crypto'
import { createInterface } from 'node:readline'
import { identify } from '@libp2p/identify'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { yamux } from '@chainsafe/libp2p-yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'

const exchangeProtocol = '/troupe-interop/exchange/1'
const block = Uint8Array.from({ length: 65536 }, (_, i) => (i * 31 + 7) & 0xff)

const node = await createLibp2p({
  addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
  transports: [tcp({ socket: { noDelay: true } })],
  connectionEncrypters: [tls()],
  streamMuxers: [yamux()],
  connectionManager: { inboundConnectionThreshold: 1e6 },
  services: { identify: identify(), ping: ping() }
})

const identified = new Map()
node.addEventListener('peer:identify', ({ detail }) => identified.set(String(detail.peerId), detail))

async function send(stream, bytes) {
  if (!stream.send(bytes)) await new Promise(resolve => stream.addEventListener('drain', resolve, { once: true }))
}

/// Sends `size` bytes of the pattern and answers their digest.
async function sendPattern(stream, size) {
  const hash = createHash('sha256')
  for (let left = size; left > 0; left -= block.length) {
    const part = left < block.length ? block.subarray(0, left) : block
    hash.update(part)
    await send(stream, part)
  }
  return hash.digest()
}

/// Takes exact byte counts out of a stream's chunks.
class Reader {
  #chunks
  #rest = new Uint8Array(0)
  constructor(stream) { this.#chunks = stream[Symbol.asyncIterator]() }

  async read(size, take) {
    while (size > 0) {
      if (this.#rest.length === 0) {
        const { value, done } = await this.#chunks.next()
        if (done) throw new Error(`stream ended ${size} bytes early`)
        this.#rest = value.subarray()
      }
      const part = this.#rest.subarray(0, Math.min(size, this.#rest.length))
      this.#rest = this.#rest.subarray(part.length)
      size -= part.length
      take(part)
    }
  }

  async bytes(size) {
    const parts = []
    await this.read(size, part => parts.push(part.slice()))
    return Buffer.concat(parts)
  }

  async digest(size) {
    const hash = createHash('sha256')
    await this.read(size, part => hash.update(part))
    return hash.digest()
  }
}

await node.handle(exchangeProtocol, async (incoming) => {
  const stream = incoming.stream ?? incoming
  const reader = new Reader(stream)
  const size = Number((await reader.bytes(8)).readBigUInt64BE())
  await send(stream, await reader.digest(size))
  await send(stream, await sendPattern(stream, size))
  await stream.close()
}, { maxInboundStreams: 64 })

async function exchange(connection, size, protocol) {
  const stream = await connection.newStream(protocol)
  const header = Buffer.alloc(8)
  header.writeBigUInt64BE(BigInt(size))
  await send(stream, header)
  const reader = new Reader(stream)
  const sent = await sendPattern(stream, size)
  const confirmed = await reader.bytes(32)
  const received = await reader.digest(size)
  const claimed = await reader.bytes(32)
  await stream.close()
  return { sent_equal: sent.equals(confirmed), received_equal: received.equals(claimed) }
}

async function pings(address, count) {
  const times = []
  for (let i = 0; i < count; ++i) times.push(await node.services.ping.ping(address))
  return times
}

async function identityOf(peer) {
  for (let i = 0; i < 500 && !identified.has(peer); ++i) await new Promise(resolve => setTimeout(resolve, 10))
  const told = identified.get(peer)
  if (told === undefined) throw new Error('not identified within 5 s')
  return { agent: told.agentVersion, protocols: told.protocols, addrs: told.listenAddrs.map(String),
           observed: String(told.observedAddr), signed: told.signedPeerRecord !== undefined }
}

const commands = {
  dial: async ({ addr }) => {
    const connection = await node.dial(multiaddr(addr))
    return { peer: String(connection.remotePeer), encryption: connection.encryption, muxer: connection.multiplexer }
  },
  hangup: async ({ addr }) => { await node.hangUp(multiaddr(addr)); return {} },
  identity: async ({ peer }) => identityOf(peer),
  ping: async ({ addr, count }) => ({ ms: await pings(multiaddr(addr), count) }),
  exchange: async ({ addr, size, protocol }) =>
    exchange(await node.dial(multiaddr(addr)), size, protocol ?? exchangeProtocol),
  exchange_back: async ({ peer, size, protocol }) => {
    const connection = node.getConnections().find(each => String(each.remotePeer) === peer)
    if (connection === undefined) throw new Error('not connected')
    return exchange(connection, size, protocol ?? exchangeProtocol)
  },
  quit: async () => { await node.stop(); return {} }
}

console.log(JSON.stringify({ event: 'ready', peer: String(node.peerId), addrs: node.getMultiaddrs().map(String) }))
for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line)
  try {
    console.log(JSON.stringify({ ok: true, ...await commands[asked.cmd](asked) }))
  } catch (error) {
    console.log(JSON.stringify({ ok: false, error: error.name, message: error.message }))
  }
  if (asked.cmd === 'quit') break
}
process.exit(0)
