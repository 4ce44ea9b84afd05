/** A node that waits for others before it serves is ended by Ctrl-C and by SIGTERM at once, in order, and starts again afterwards. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { runProgram } from '../../node/cli/test-support/run-program.ts'
import { killServedNodes } from '../served-node.ts'
import { createTestNetwork, type TestNetwork } from './run-network.ts'

const folder = mkdtempSync(join(tmpdir(), 'qudag-stop-'))
let network: TestNetwork | undefined
afterAll(() => {
  network?.close()
  killServedNodes()
  rmSync(folder, { recursive: true, force: true })
})

/** What a node that waits may take until it is gone: its sockets and files, on a busy machine. It would wait ten seconds for a peer. */
const soonMs = 8_000

it.each(['SIGINT', 'SIGTERM'] as const)('ends at once by %s while nobody answers', async (signal) => {
  network ??= await createTestNetwork(4)
  const dataDir = network.dataDirOf(1)
  let askedAtMs = 0
  const ran = await runProgram(['node', 'start', '--api-port', '0', '--json', '--verifier-workers', '1'], {
    dataDir,
    onOutput(_, child) {
      // It tells how far it has come once a second, from when it looks for peers on.
      if (askedAtMs > 0) return
      askedAtMs = Date.now()
      child.kill(signal)
    },
  })
  const tookMs = Date.now() - askedAtMs
  expect(ran.stdout).not.toContain('"ready"')
  expect(ran.stderr).not.toContain('"error"')
  expect([ran.code, tookMs < soonMs]).toEqual([0, true])
  // Nothing that a running node leaves in its folder is there any more.
  expect(readdirSync(dataDir).filter((name) => name.endsWith('-wal') || name.endsWith('.sock'))).toEqual([])
})
