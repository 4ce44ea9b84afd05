/**
 * The browser interface: one page, and the files it loads. They hold no data and need no token; what the page asks for
 * afterwards does. Where none is built, a page says how to build it.
 */
import { randomBytes } from 'node:crypto'
import { pageOf, pagePolicy } from './docs-pages.ts'
import type { LoadedInterfaceFile } from './interface-files.ts'
import type { HttpListener } from './listener.ts'
import { send } from './send.ts'

/** Stands in the built page wherever the nonce of the answer belongs (vite: `html.cspNonce`). */
export const noncePlaceholder = '__CSP_NONCE__'

/** Content policy of the interface: docs/architecture.md, "Electron's hard edges". @param nonce of style elements; base64 */
export function interfacePolicy(nonce?: string): string {
  return [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    nonce === undefined ? "style-src 'self'" : `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** Bytes of a nonce: what nobody guesses. */
const nonceBytes = 16

/** A year, as RFC 9111 counts: what its name changes with need not be asked for again. */
const keepForGood = 'public, max-age=31536000, immutable'

/** @param files of loadInterface; undefined where none is built */
export function addInterfacePages(
  listener: Pick<HttpListener, 'route'>,
  files: readonly LoadedInterfaceFile[] | undefined,
): void {
  if (files === undefined) {
    listener.route({
      method: 'GET',
      template: '/',
      access: 'anybody',
      handle: ({ response }) =>
        send(response, 200, 'text/html; charset=utf-8', notBuiltPage, { 'Content-Security-Policy': pagePolicy }),
    })
    return
  }
  for (const file of files) addFile(listener, file)
}

function addFile({ route }: Pick<HttpListener, 'route'>, file: LoadedInterfaceFile): void {
  const { address: template, contentType, content, isHashed } = file
  const page = template === '/' ? content.toString('utf8') : undefined
  route({
    method: 'GET',
    template,
    access: 'anybody',
    handle({ response }) {
      if (page !== undefined) {
        const nonce = randomBytes(nonceBytes).toString('base64')
        send(response, 200, contentType, page.replaceAll(noncePlaceholder, nonce), {
          'Content-Security-Policy': interfacePolicy(nonce),
        })
        return
      }
      send(response, 200, contentType, content, {
        // Of a worker's script it is the worker's own policy.
        'Content-Security-Policy': interfacePolicy(),
        'Cache-Control': isHashed ? keepForGood : 'no-cache',
      })
    },
  })
}

const notBuiltPage = pageOf(
  'QuDAG Exchange',
  '',
  `<main>
<h1>QuDAG Exchange</h1>
<p>A node runs here. Its interface for browsers is not built.</p>
<p>In a checkout, build it with <code>npm run build</code> and start the node again.</p>
<p>The API is at <code>/api/v1</code>; <a href="/docs">/docs</a> describes it. On the command line, <code>qudag --help</code> shows what the node can do.</p>
</main>
`,
)
