/** Opens the ports: both loopback addresses, or one address that was named; TLS wherever others can reach it. */
import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http'
import { createServer as createTlsServer, type ServerOptions as TlsServerOptions } from 'node:https'
import { isIP } from 'node:net'
import { createSecureContext } from 'node:tls'
import { NodeError } from '../../../core/node-error.ts'
import { isLoopbackName } from './host-and-origin.ts'

export interface BindOptions {
  /** 0 takes any free one, the same on both addresses. */
  readonly port: number
  /** Undefined or localhost: 127.0.0.1, and ::1 where the machine has it. */
  readonly host?: string | undefined
  readonly tlsCertFile?: string | undefined
  readonly tlsKeyFile?: string | undefined
  /** Must be said to listen where other machines can reach it. */
  readonly allowRemote?: boolean
}

export interface Bound {
  readonly servers: readonly Server[]
  readonly scheme: 'http' | 'https'
  readonly port: number
  /** Of the first address. */
  readonly url: string
  readonly isLoopback: boolean
  readonly isOwnName: (name: string) => boolean
}

/** Any free port is asked of the first address; the second may have it taken, so it is asked for again. */
const maxPortTries = 10

/**
 * @throws NodeError API_PORT_IN_USE, API_ADDRESS_UNAVAILABLE, API_PORT_FORBIDDEN, API_REMOTE_REFUSED, API_TLS_FILES
 */
export async function bind(
  options: BindOptions,
  serverOptions: ServerOptions & TlsServerOptions,
  listener: RequestListener,
  prepare: (server: Server) => void,
): Promise<Bound> {
  const addresses = addressesOf(options.host)
  const isLoopback = addresses.every(isLoopbackAddress)
  const tls = await tlsOf(options)
  if (!isLoopback) checkRemote(options, tls)
  const scheme = tls === undefined ? 'http' : 'https'
  const make = (): Server => {
    const server =
      tls === undefined
        ? createServer(serverOptions, listener)
        : createTlsServer({ ...serverOptions, cert: tls.cert, key: tls.key, minVersion: 'TLSv1.3' }, listener)
    prepare(server)
    return server
  }
  const { servers, port } = await openAll(addresses, options.port, make)
  return {
    servers,
    scheme,
    port,
    url: `${scheme}://${spelled(addresses[0] ?? '127.0.0.1')}:${port}`,
    isLoopback,
    isOwnName: isLoopback
      ? isLoopbackName
      : (name) => isLoopbackName(name) || (tls !== undefined && isNameOf(tls.certificate, name)),
  }
}

function addressesOf(host: string | undefined): readonly string[] {
  return host === undefined || host === 'localhost' ? ['127.0.0.1', '::1'] : [host]
}

function isLoopbackAddress(address: string): boolean {
  return address === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(address)
}

/** As it stands in an address: IPv6 in brackets; a name that means all addresses as one that leads here. */
function spelled(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1'
  if (address === '::') return '[::1]'
  return isIP(address) === 6 ? `[${address}]` : address
}

interface Tls {
  readonly cert: Buffer
  readonly key: Buffer
  readonly certificate: X509Certificate
}

/** The names that other machines may call this listener by are those its certificate vouches for. */
function isNameOf(certificate: X509Certificate, name: string): boolean {
  const bare = name.replace(/^\[(.*)\]$/, '$1')
  return (isIP(bare) === 0 ? certificate.checkHost(bare) : certificate.checkIP(bare)) !== undefined
}

function checkRemote({ host = '', allowRemote }: BindOptions, tls: Tls | undefined): void {
  if (allowRemote === true && tls !== undefined) return
  throw new NodeError('API_REMOTE_REFUSED', `listening on ${host} would let other machines reach this node`, {
    hint: 'It takes --allow-remote yes, and a certificate and key by --tls-cert-file and --tls-key-file.',
    details: { host },
  })
}

async function tlsOf({ tlsCertFile, tlsKeyFile }: BindOptions): Promise<Tls | undefined> {
  if (tlsCertFile === undefined && tlsKeyFile === undefined) return undefined
  const files = { hint: 'Both are PEM files: --tls-cert-file and --tls-key-file.' }
  if (tlsCertFile === undefined || tlsKeyFile === undefined) {
    throw new NodeError('API_TLS_FILES', 'a certificate and its key come together', files)
  }
  try {
    const [cert, key] = await Promise.all([readFile(tlsCertFile), readFile(tlsKeyFile)])
    // Throws where the two do not belong together, before a port is open.
    createSecureContext({ cert, key })
    return { cert, key, certificate: new X509Certificate(cert) }
  } catch (cause) {
    throw new NodeError('API_TLS_FILES', 'the certificate or its key cannot be used', { ...files, cause })
  }
}

async function openAll(
  addresses: readonly string[],
  wantedPort: number,
  make: () => Server,
): Promise<{ servers: readonly Server[]; port: number }> {
  for (let tries = 1; ; tries++) {
    const servers: Server[] = []
    let port = wantedPort
    try {
      for (const address of addresses) {
        const server = make()
        try {
          port = await listen(server, address, port)
        } catch (error) {
          // No IPv6 on this machine: the first address will do.
          if (servers.length > 0 && isMissing(error)) continue
          throw error
        }
        servers.push(server)
      }
      return { servers, port }
    } catch (error) {
      for (const server of servers) server.close()
      const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
      if (isTaken && wantedPort === 0 && tries < maxPortTries) continue
      throw bindError(error, port, addresses[0] ?? '')
    }
  }
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT'
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, ipv6Only: host !== '::' }, () => {
      server.off('error', reject)
      // Running out of descriptors while accepting must not end the node; the caller of that connection sees it closed.
      server.on('error', () => undefined)
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

function bindError(cause: unknown, port: number, host: string): NodeError {
  const systemCode = (cause as NodeJS.ErrnoException).code ?? ''
  const details = { port, host, systemCode }
  if (systemCode === 'EADDRINUSE') {
    return new NodeError('API_PORT_IN_USE', `port ${port} is taken by another program`, {
      hint: 'Name another with --api-port, or 0 for any free one.',
      details,
      cause,
    })
  }
  if (systemCode === 'EACCES') {
    return new NodeError('API_PORT_FORBIDDEN', `the system does not let this user open port ${port}`, {
      hint: 'Name one of 1024 or above with --api-port.',
      details,
      cause,
    })
  }
  return new NodeError('API_ADDRESS_UNAVAILABLE', `this machine cannot listen on ${host}`, { details, cause })
}
