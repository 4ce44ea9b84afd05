import { implement } from '@orpc/server'
import { RPCHandler } from '@orpc/server/message-port'
import { afterEach, describe, expect, it } from 'vitest'
import { desktopContract, jsonSerializers, nodePortMessage } from '../../node/api/contract/index.ts'
import { connectDesktop, windowPort, windowPortMessage } from './desktop-port.ts'

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

function channel() {
  const made = new MessageChannel()
  ends.push(() => made.port1.close())
  return made
}

/** The shell's side, as far as the page sees it. */
function serve(port: MessagePort): void {
  const { desktop } = implement(desktopContract)
  const handler = new RPCHandler(
    { desktop: { openSecret: desktop.openSecret.handler(({ input }) => ({ done: input.purpose === 'unlock' })) } },
    { customJsonSerializers: jsonSerializers },
  )
  handler.upgrade(port)
  port.start()
}

describe('connectDesktop', () => {
  it('calls the shell, with the notices of node ports in between', async () => {
    const { port1, port2 } = channel()
    serve(port1)
    const { desktop, onNodePort } = connectDesktop(port2)
    const first = channel()
    port1.postMessage({ type: nodePortMessage }, [first.port2])
    expect(await desktop.openSecret({ purpose: 'unlock' })).toEqual({ done: true })
    expect(await desktop.openSecret({ purpose: 'backup' })).toEqual({ done: false })
    const ports: MessagePort[] = []
    // The one that came before anybody asked is not lost.
    onNodePort((port) => ports.push(port))
    expect(ports).toHaveLength(1)
    const second = channel()
    port1.postMessage({ type: nodePortMessage }, [second.port2])
    await desktop.openSecret({ purpose: 'unlock' })
    expect(ports).toHaveLength(2)
    const heard = new Promise((resolve) => {
      second.port1.onmessage = ({ data }) => resolve(data)
    })
    ports[1]!.postMessage('hello')
    expect(await heard).toBe('hello')
  })
})

describe('windowPort', () => {
  it('takes the port from its own window alone', async () => {
    const page = Object.assign(new EventTarget(), { location: { origin: 'app://qudag' } })
    const say = (part: { data: unknown; source?: unknown; origin?: string; ports?: MessagePort[] }): void => {
      page.dispatchEvent(
        Object.assign(new Event('message'), { source: page, origin: 'app://qudag', ports: [], ...part }),
      )
    }
    const taken = windowPort(page as unknown as Window)
    const wrong = channel().port2
    const right = channel().port2
    say({ data: windowPortMessage, ports: [wrong], source: null })
    say({ data: windowPortMessage, ports: [wrong], origin: 'https://elsewhere.example' })
    say({ data: 'something else', ports: [wrong] })
    say({ data: windowPortMessage })
    say({ data: { type: windowPortMessage }, ports: [right] })
    expect(await taken).toBe(right)
  })
})
