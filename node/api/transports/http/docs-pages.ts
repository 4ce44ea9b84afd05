/**
 * Pages about the API: the viewer of its document, and the list of error codes. They hold nothing of this node, since a
 * browser cannot send a token with a page; the viewer asks for one, and gets the document with it. All they load comes
 * from here.
 */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { errorTable } from '../../contract/index.ts'
import type { HttpListener } from './listener.ts'
import { problem, sendProblem } from './problem.ts'
import { send } from './send.ts'
import type { HttpCall } from './types.ts'

/** The viewer draws its icons from data addresses; it needs no inline script and no inline style sheet. */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const html = 'text/html; charset=utf-8'

/** Files of the viewer by the last part of their address. A build has all of them in its folder `docs-viewer`. */
const assets: Readonly<Record<string, { readonly type: string; readonly package?: string }>> = {
  'viewer.js': { type: 'text/javascript; charset=utf-8' },
  'viewer.css': { type: 'text/css; charset=utf-8' },
  'swagger-ui-bundle.js': { type: 'text/javascript; charset=utf-8', package: 'swagger-ui-dist' },
  'swagger-ui.css': { type: 'text/css; charset=utf-8', package: 'swagger-ui-dist' },
}

export function addDocsPages(listener: Pick<HttpListener, 'route' | 'authenticate'>): void {
  const page = (template: string, body: () => string): void =>
    listener.route({
      method: 'GET',
      template,
      access: 'anybody',
      handle: ({ response }) => send(response, 200, html, body(), { 'Content-Security-Policy': pagePolicy }),
    })
  page('/docs/errors', () => errorsPage)
  for (const template of ['/docs', '/api/v1/docs']) {
    listener.route({ method: 'GET', template, access: 'anybody', handle: (call) => docs(call, listener) })
  }
  for (const [name, { type }] of Object.entries(assets)) {
    let content: Promise<Buffer> | undefined
    listener.route({
      method: 'GET',
      template: `/docs/${name}`,
      access: 'anybody',
      async handle({ response }) {
        content ??= readFile(pathOf(name))
        send(response, 200, type, await content)
      },
    })
  }
}

/** Without a token a program gets the usual answer, and a browser the page, where the token can be given. */
async function docs({ request, response }: HttpCall, listener: Pick<HttpListener, 'authenticate'>): Promise<void> {
  const who = await listener.authenticate(request)
  if (!who.ok && !(request.headers.accept ?? '').includes('text/html')) {
    sendProblem(response, problem('TOKEN_REQUIRED'))
    return
  }
  send(response, who.ok ? 200 : 401, html, docsPage, {
    'Content-Security-Policy': pagePolicy,
    ...(who.ok ? {} : { 'WWW-Authenticate': 'Bearer realm="qudag"' }),
  })
}

/** In a build beside the code, else in the package it comes from. */
function pathOf(name: string): string {
  const beside = new URL(`./docs-viewer/${name}`, import.meta.url)
  const from = assets[name]?.package
  return fileURLToPath(
    from === undefined || existsSync(beside) ? beside : new URL(import.meta.resolve(`${from}/${name}`)),
  )
}

/** @param head further lines of it; @param body of the page, both HTML */
export function pageOf(title: string, head: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/viewer.css">
${head}</head>
<body>
${body}</body>
</html>
`
}

const docsPage = pageOf(
  'QuDAG Exchange: API',
  `<link rel="stylesheet" href="/docs/swagger-ui.css">
<script src="/docs/swagger-ui-bundle.js" defer></script>
<script src="/docs/viewer.js" type="module"></script>
`,
  `<main>
<p id="message" role="status"></p>
<form id="token-form" hidden>
<label for="token">Token of this node (its file is named by <code>qudag node start</code>)</label>
<input id="token" type="password" autocomplete="off" spellcheck="false">
<button type="submit">Show the API</button>
</form>
</main>
<div id="viewer"></div>
`,
)

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const errorsPage = pageOf(
  'QuDAG Exchange: error codes',
  '',
  `<main>
<h1>Error codes</h1>
<table>
${Object.entries(errorTable)
  .map(
    ([code, { status, meaning }]) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${escapeHtml(meaning)}</td></tr>`,
  )
  .join('\n')}
</table>
</main>
`,
)
