import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { requireTool } from '../../../../scripts/test-support/require-tool.ts'
import { systemRng } from '../../../crypto/index.ts'
import { createHttpListener } from './listener.ts'
import { sendJson } from './send.ts'
import { temporaryFolder } from './test-support.ts'

describe('a listener with a certificate', () => {
  it('serves TLS, and answers to the names that its certificate vouches for', async (test) => {
    requireTool(test, { name: 'openssl', reason: 'makes the certificate of the listener' })
    const folder = temporaryFolder()
    const [tlsCertFile, tlsKeyFile] = [join(folder.path, 'cert.pem'), join(folder.path, 'key.pem')]
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
        ...['-subj', '/CN=node.example', '-addext', 'subjectAltName=DNS:node.example,IP:127.0.0.1,IP:192.0.2.7'],
        ...['-keyout', tlsKeyFile, '-out', tlsCertFile],
      ],
      { stdio: 'ignore' },
    )
    const listener = await createHttpListener(
      { dataDir: folder.path, port: 0, host: '0.0.0.0', allowRemote: true, tlsCertFile, tlsKeyFile },
      { clock: { nowMs: () => 0 }, rng: systemRng, audit: () => undefined },
    )
    listener.route({
      method: 'GET',
      template: '/open',
      access: 'anybody',
      handle: ({ response }) => sendJson(response, 200, {}),
    })
    const status = (headers: Record<string, string>): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const { port } = listener
        request(
          {
            host: '127.0.0.1',
            port,
            path: '/open',
            ca: readFileSync(tlsCertFile),
            headers,
            agent: false,
            servername: 'node.example',
          },
          (reply) => resolve(reply.resume().statusCode),
        )
          .on('error', reject)
          .end()
      })
    try {
      expect(listener.url).toBe(`https://127.0.0.1:${listener.port}`)
      expect(listener.isLoopback).toBe(false)
      for (const name of ['127.0.0.1', 'localhost', 'node.example', '192.0.2.7']) {
        const host = `${name}:${listener.port}`
        expect(await status({ host })).toBe(200)
        expect(await status({ host, origin: `https://${host}` })).toBe(200)
        expect(await status({ host, origin: `http://${host}` })).toBe(403)
      }
      for (const name of ['other.example', '192.0.2.8', 'www.node.example']) {
        expect(await status({ host: `${name}:${listener.port}` })).toBe(403)
      }
    } finally {
      await listener.close()
      folder.remove()
    }
  })
})
