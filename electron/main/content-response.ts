/** Answers of the `app:` scheme: files of a table with the policy of every page (docs/architecture.md). */
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { interfacePolicy, noncePlaceholder } from '../../node/api/transports/http/index.ts'
import { fileAt, type PageTable } from './pages.ts'

const commonHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
} as const

/** Bytes of a nonce: what nobody guesses. */
const nonceBytes = 16

export async function contentResponse(table: PageTable, method: string, address: string): Promise<Response> {
  const file = method === 'GET' ? fileAt(table, address) : undefined
  if (file === undefined) return new Response(null, { status: 404, headers: commonHeaders })
  const bytes = await readFile(file.path)
  const headers = { ...commonHeaders, 'Content-Type': file.contentType }
  if (!file.isPage) {
    return new Response(bytes, { headers: { ...headers, 'Content-Security-Policy': interfacePolicy() } })
  }
  const nonce = randomBytes(nonceBytes).toString('base64')
  return new Response(bytes.toString('utf8').replaceAll(noncePlaceholder, nonce), {
    headers: { ...headers, 'Content-Security-Policy': interfacePolicy(nonce) },
  })
}
