import { afterEach, expect, it } from 'vitest'
import type { Node } from '../node.ts'
import { passwordBytes, startTestNode, temporaryDataDir } from './test-support.ts'

const folder = temporaryDataDir()
let node: Node | undefined
afterEach(async () => {
  await node?.stop()
  node = undefined
})

const signed = async (): Promise<{ role: string | undefined; vertices: number | undefined }> => ({
  role: (await node?.services.node.status())?.role,
  vertices: (await node?.services.network.graph({}))?.vertices.length,
})

it('signs for nobody where it is told so, whatever key it has, and as its validator again where it is not', async () => {
  node = await startTestNode(folder.path, {}, { role: 'full' })
  await node.services.vault.init({ password: passwordBytes() })
  await node.services.accounts.create({ label: 'own' })
  const { txId } = await node.services.transactions.faucet({ account: 'own', amountMicroRuv: 1_000_000n })
  expect(await signed()).toEqual({ role: 'full', vertices: 0 })
  await node.stop()

  node = await startTestNode(folder.path)
  for await (const { state } of node.services.transactions.watch(txId)) if (state === 'Finalized') break
  expect(await signed()).toMatchObject({ role: 'validator', vertices: expect.any(Number) })
  folder.remove()
})
