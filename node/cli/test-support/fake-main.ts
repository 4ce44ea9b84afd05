/**
 * For tests only: the command line's entry with a node that is only its socket, over services in memory. What it should
 * do is told by the environment: QUDAG_FAKE_FAILURE is a code to fail the start with, QUDAG_FAKE_CRASH ends the process,
 * QUDAG_FAKE_INTERFACE=none is a node that serves no interface to browsers.
 */
import { mkdirSync } from 'node:fs'
import { createFakeServices } from '../../api/test-support/fake-services.ts'
import { createLocalSocketServer } from '../../api/transports/index.ts'
import { NodeError } from '../../core/node-error.ts'
import { systemEnvironment } from '../environment.ts'
import { runCli } from '../index.ts'
import type { StartNode } from '../node-runner.ts'

const startFake: StartNode = async ({ config: { dataDir, network } }) => {
  const { QUDAG_FAKE_FAILURE: failure, QUDAG_FAKE_CRASH: crash } = process.env
  if (crash !== undefined) process.exit(7)
  if (failure !== undefined) throw new NodeError(failure, 'told to fail', { hint: 'Try otherwise.' })
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const fake = createFakeServices()
  if (process.env.QUDAG_FAKE_INTERFACE === 'none') {
    const missing = new NodeError('BROWSER_UNAVAILABLE', 'no interface here', { hint: 'Build it.' })
    fake.services.node.browserLink = () => Promise.reject(missing)
  }
  const info = { chainId: 'c0', network, dataDir, apiUrl: null, tokenFile: null }
  const server = await createLocalSocketServer(
    { dataDir },
    { services: fake.services, info: () => ({ pid: process.pid, ...info }) },
  )
  let stopping: Promise<void> | undefined
  const stop = (): Promise<void> => {
    stopping ??= server.close()
    return stopping
  }
  return {
    info: { ...info, socketPath: server.path },
    stopped: fake.stopped.then(stop),
    stop: async () => {
      await fake.services.node.stop()
      await stop()
    },
  }
}

process.exitCode = await runCli(process.argv.slice(2), systemEnvironment(), startFake)
