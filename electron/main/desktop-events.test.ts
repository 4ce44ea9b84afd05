import { describe, expect, it } from 'vitest'
import type { DesktopEvent, DesktopState } from '../../node/api/contract/index.ts'
import { createDesktopEvents } from './desktop-events.ts'
import { shellLimits } from './limits.ts'

function desktop() {
  let version = 0
  const events = createDesktopEvents(() => ({ version: String(version) }) as DesktopState)
  const change = (): void => {
    version += 1
    events.stateChanged()
  }
  return { ...events, change }
}

async function next(stream: AsyncGenerator<DesktopEvent, void, void>): Promise<unknown> {
  const { value } = await stream.next()
  return value?.kind === 'state' ? value.state.version : (value as unknown)
}

describe('createDesktopEvents', () => {
  it('gives the state first, and then only the newest', async () => {
    const { listen, change } = desktop()
    const stream = listen('all', undefined)
    expect(await next(stream)).toBe('0')
    for (let i = 0; i < 100; i++) change()
    expect(await next(stream)).toBe('100')
    const waiting = next(stream)
    change()
    expect(await waiting).toBe('101')
  })

  it('keeps a link that came before there was a page for the first page, and for no secret window', async () => {
    const { listen, link, change } = desktop()
    link('qudag:x')
    const secret = listen('state', undefined)
    const page = listen('all', undefined)
    expect([await next(secret), await next(page)]).toEqual(['0', '0'])
    expect(await next(page)).toEqual({ kind: 'payment-link', link: 'qudag:x' })
    link('QuDAG-Network:?genesis=00')
    expect(await next(page)).toEqual({ kind: 'network-link', link: 'QuDAG-Network:?genesis=00' })
    const other = listen('all', undefined)
    await next(other)
    change()
    expect([await next(secret), await next(other)]).toEqual(['1', '1'])
  })

  it('holds a bounded number of commands', async () => {
    const { listen, command, link } = desktop()
    const page = listen('all', undefined)
    await next(page)
    link('first')
    for (let i = 0; i < shellLimits.maxWaitingEvents; i++) command('palette')
    expect(await next(page)).toEqual({ kind: 'command', command: 'palette' })
  })

  it('ends with its signal', async () => {
    const { listen } = desktop()
    const stop = new AbortController()
    const page = listen('all', stop.signal)
    await next(page)
    const ended = page.next()
    stop.abort()
    expect((await ended).done).toBe(true)
  })
})
