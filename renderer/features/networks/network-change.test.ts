import { describe, expect, it } from 'vitest'
import type { NodeState } from '../../../node/api/contract/index.ts'
import { goOver, useNetworkChange } from './network-change.ts'

const running = (dataDir: string, attached = false): NodeState => ({ kind: 'running', attached, network: 'x', dataDir })

function starter(...answers: (NodeState | Error)[]) {
  const asked: unknown[] = []
  return {
    asked,
    async startNode(choice: { dataDir?: string }) {
      asked.push(choice)
      expect(useNetworkChange.getState().isPending || asked.length > 1).toBe(true)
      const answer = answers[asked.length - 1] as NodeState | Error
      if (answer instanceof Error) throw answer
      return answer
    },
  }
}

describe('goOver', () => {
  it('has the node start on the other folder', async () => {
    const desktop = starter(running('/b'))
    await goOver(desktop, '/b', '/a')
    expect(desktop.asked).toEqual([{ dataDir: '/b' }])
    expect(useNetworkChange.getState()).toEqual({ isPending: false, failure: undefined, isAttached: false })
  })

  it('goes back to the folder before, and says why', async () => {
    const desktop = starter({ kind: 'failed', code: 'NETWORK_MISMATCH', message: 'x' }, running('/a'))
    await goOver(desktop, '/b', '/a')
    expect(desktop.asked).toEqual([{ dataDir: '/b' }, { dataDir: '/a' }])
    expect(useNetworkChange.getState()).toMatchObject({ isPending: false, failure: { code: 'NETWORK_MISMATCH' } })
  })

  it('says that a node of another program stays where it is', async () => {
    await goOver(starter(running('/a', true)), '/b', '/a')
    expect(useNetworkChange.getState()).toMatchObject({ isPending: false, isAttached: true })
  })

  it('ends where the shell fails', async () => {
    await goOver(starter(new Error('gone')), '/b', '/a')
    expect(useNetworkChange.getState()).toMatchObject({ isPending: false, failure: { code: 'INTERNAL' } })
  })
})
