import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { createProcessHost } from './process-host.ts'

class FakeChild extends EventEmitter {
  pid = 7
  readonly posted: unknown[] = []
  killed = false
  postMessage(message: unknown): void {
    this.posted.push(message)
  }
  kill(): boolean {
    this.killed = true
    return this.emit('exit', 9)
  }
}

function host() {
  const children: FakeChild[] = []
  const forks: unknown[] = []
  const ended: number[] = []
  const made = createProcessHost(
    {
      fork(path, args, options) {
        forks.push({ path, args, options })
        const child = new FakeChild()
        children.push(child)
        return child
      },
    },
    ({ pathname }) => pathname,
    (pid) => ended.push(pid),
  )
  return { ...made, children, forks, ended }
}

const entry = new URL('file:///opt/app/child.js')

describe('createProcessHost', () => {
  it('gives a child the environment it is told and nothing of ours', async () => {
    const { start, children, forks } = host()
    const starting = start(entry, { name: 'token', args: ['a'], env: { LD_LIBRARY_PATH: '/lib' } })
    children[0]?.emit('spawn')
    const child = await starting
    expect(forks).toEqual([
      {
        path: '/opt/app/child.js',
        args: ['a'],
        options: { serviceName: 'token', env: { LD_LIBRARY_PATH: '/lib' }, stdio: 'ignore' },
      },
    ])
    const heard: unknown[] = []
    child.onMessage((message) => heard.push(message))
    children[0]?.emit('message', 'answer')
    child.postMessage('question')
    expect([heard, children[0]?.posted, child.pid]).toEqual([['answer'], ['question'], 7])
  })

  it('says so where a child ends before it runs', async () => {
    const { start, children } = host()
    const starting = start(entry, { name: 'token', env: {} })
    children[0]?.emit('exit', 3)
    await expect(starting).rejects.toMatchObject({ code: 'CHILD_FAILED', details: { code: 3 } })
  })

  it('tells how a child ended, and ends those that run', async () => {
    const { start, killAll, children, ended } = host()
    for (const name of ['one', 'two']) {
      const starting = start(entry, { name, env: {} })
      children.at(-1)?.emit('spawn')
      await starting
    }
    children[0]?.emit('exit', 0)
    await new Promise((resolve) => setImmediate(resolve))
    killAll()
    expect(children.map(({ killed }) => killed)).toEqual([false, true])
    // Asked to end, and ended: what hangs in native code does not listen.
    expect(ended).toEqual([7])
  })
})
