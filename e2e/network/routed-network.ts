/**
 * For tests: validators in network namespaces, one each, around a hub. Plain, the hub passes packets on as a router does, and
 * a test parts them and loses some. Distant, it passes none on: connections go through relays that take their time.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Namespace, NetworkLab } from './namespaces.ts'
import { createTestNetwork, type TestNetwork } from './run-network.ts'

const p2pPort = 4001
const relayEntry = fileURLToPath(new URL('./delay-relay.ts', import.meta.url))

export interface RoutedNetwork extends TestNetwork {
  namespaceOf(index: number): Namespace
  addressOf(index: number): string
}

/** @param delayMs each way, between any two; without it they are as near as this machine makes them */
export async function createRoutedNetwork(
  lab: NetworkLab,
  validators: number,
  { delayMs }: { readonly delayMs?: number } = {},
): Promise<RoutedNetwork> {
  const indices = Array.from({ length: validators }, (_, at) => at + 1)
  const addressOf = (index: number): string => `10.9.${index}.2`
  const hubOf = (index: number): string => `10.9.${index}.1`
  const hub = await lab.namespace('hub')
  const namespaces = new Map<number, Namespace>()
  for (const index of indices) {
    const namespace = await lab.namespace(`n${index}`)
    namespaces.set(index, namespace)
    await lab.connect(
      { namespace, address: `${addressOf(index)}/24` },
      { namespace: hub, address: `${hubOf(index)}/24` },
    )
    await lab.defaultRoute(namespace, hubOf(index))
  }
  const namespaceOf = (index: number): Namespace => namespaces.get(index) as Namespace
  const hosts = ['--hosts', indices.map(addressOf).join(','), '--p2p-port', String(p2pPort)]
  const network = await createTestNetwork(validators, hosts, {
    prefixOf: (index) => ['ip', 'netns', 'exec', namespaceOf(index).name],
  })
  if (delayMs === undefined) await lab.forward(hub)
  else {
    for (const index of indices) {
      const options = { listenPort: p2pPort + index, targetHost: addressOf(index), targetPort: p2pPort, delayMs }
      const relay = hub.spawn(process.execPath, [relayEntry, JSON.stringify(options)])
      const { stdout } = relay
      if (stdout !== null) await new Promise((resolve) => createInterface(stdout).once('line', resolve))
    }
    for (const index of indices) {
      const file = join(network.dataDirOf(index), 'config.json')
      const config = JSON.parse(readFileSync(file, 'utf8')) as { bootstrap: string[] }
      const viaRelay = (address: string): string => {
        const target = indices.find((other) => address.startsWith(`/ip4/${addressOf(other)}/`))
        const peer = address.slice(address.indexOf('/p2p/'))
        return `/ip4/${hubOf(index)}/tcp/${p2pPort + (target ?? 0)}${peer}`
      }
      writeFileSync(file, JSON.stringify({ ...config, bootstrap: config.bootstrap.map(viaRelay) }, null, 2))
    }
  }
  return { ...network, namespaceOf, addressOf }
}
