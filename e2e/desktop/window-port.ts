/**
 * Speaks over the very ports that a page of the desktop app was handed, as a page taken over by somebody else would: the
 * page's own code does not take part.
 */
import type { BrowserContext, Page } from 'playwright-core'

export type Answer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: string; readonly message: string }

/** From the next load on, keeps the ports of each page where callPort finds them. */
export async function keepPorts(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const kept = {
      desktop: undefined as MessagePort | undefined,
      node: undefined as MessagePort | undefined,
      loads: 0,
      heard: [] as string[],
    }
    Object.assign(globalThis, { keptPorts: kept })
    addEventListener('message', ({ data, ports }) => {
      if (data !== 'qudag.port' || ports[0] === undefined) return
      kept.desktop = ports[0]
      kept.loads += 1
      ports[0].addEventListener('message', (event) => {
        if (event.data?.type === 'qudag.node-port') kept.node = event.ports[0]
        else kept.heard.push(String(event.data))
      })
    })
  })
}

/**
 * One call over a kept port, as the transports' envelope has it.
 *
 * @param path `/vault/status`; of the desktop contract where it begins with `/desktop/`
 */
export async function callPort(page: Page, path: string, input?: unknown, meta?: unknown): Promise<Answer> {
  const kept = path.startsWith('/desktop/') ? 'desktop' : 'node'
  await page.waitForFunction(
    (name) => (globalThis as unknown as { keptPorts?: Record<string, unknown> }).keptPorts?.[name] !== undefined,
    kept,
  )
  const answer = await page.evaluate(
    ({ name, procedure, json, bytes }) =>
      new Promise<{ status: number; body: unknown }>((resolve, reject) => {
        const { keptPorts } = globalThis as unknown as { keptPorts: Record<string, MessagePort> }
        const port = keptPorts[name] as MessagePort
        const id = `e2e${Math.floor(performance.now() * 1_000)}`
        // Long after any answer but that of a window which a person has yet to close.
        setTimeout(() => reject(new Error(`${procedure} was not answered`)), 60_000)
        port.addEventListener('message', function listen({ data }) {
          if (typeof data !== 'string') return
          const { i, p } = JSON.parse(data) as { i: string; p?: { s?: number; b?: { json?: unknown } } }
          if (i !== id) return
          port.removeEventListener('message', listen)
          resolve({ status: p?.s ?? 200, body: p?.b?.json })
        })
        port.postMessage(JSON.stringify({ i: id, p: { u: procedure, b: { json, ...(bytes ? { meta: bytes } : {}) } } }))
      }),
    { name: kept, procedure: path, json: input, bytes: meta },
  )
  if (answer.status < 400) return { ok: true, value: answer.body }
  const { code, message } = answer.body as { code: string; message: string }
  return { ok: false, code, message }
}

/** Whether the desktop has said this to the page since its load. */
export async function untilHeard(page: Page, text: string): Promise<void> {
  await page.waitForFunction(
    (wanted) =>
      (globalThis as unknown as { keptPorts: { heard: string[] } }).keptPorts.heard.some((said) =>
        said.includes(wanted),
      ),
    text,
  )
}

/** A password as it travels: hex, and where in the input it stands. */
export function passwordInput(password: string): { readonly input: unknown; readonly meta: unknown } {
  return { input: { password: Buffer.from(password).toString('hex') }, meta: [[40, 'password']] }
}

/** Waits until an answer of the desktop says what is wanted. */
export async function untilState(
  page: Page,
  isWanted: (node: Record<string, unknown>) => boolean,
): Promise<Record<string, unknown>> {
  for (let i = 0; i < 150; i++) {
    const answer = await callPort(page, '/desktop/state')
    const node = answer.ok ? ((answer.value as { node: Record<string, unknown> }).node ?? {}) : {}
    if (isWanted(node)) return node
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error('the node did not come to the state that was waited for')
}
